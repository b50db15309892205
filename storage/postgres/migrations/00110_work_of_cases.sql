-- What a page of the work list says of the work on its cases, asked once for all of them. Read table by table, row security asks for every row
-- of an item, a claim and a task whether its case is filed here, which took more than the page itself.

-- +goose Up
-- +goose StatementBegin
-- plpgsql keeps its plan, where a function in SQL would be planned with every page. Only the states that the list looks for.
create function work_of(cases uuid[])
    returns table (application_id uuid, reviewer_id uuid, expires_at timestamptz, item_states text, task boolean)
    language plpgsql stable security definer rows 50 set search_path = public as $$
begin
    return query
        select a.id, c.reviewer_id, c.expires_at,
            coalesce((select string_agg(distinct i.state, ' ') from plan_items i where i.application_id = a.id
                and i.state in ('awaiting-document', 'received', 'inquiring', 'answered', 'discrepant')), ''),
            exists (select from review_tasks t where t.application_id = a.id and t.done_at is null)
        from applications a left join claims c on c.application_id = a.id
        where a.id = any (cases) and a.municipality = (select actor_staff_of()) -- as filed_here
            and (a.state not in ('draft', 'expired') or a.channel = 'counter')
            and case when a.protected or a.awaits_directory
                then (select actor_sees_protected()) or (not a.protected and a.channel = 'counter' and took_in(a.id)) else true end;
end $$;
revoke execute on function work_of from public;
grant execute on function work_of to onestop_app;
-- +goose StatementEnd

-- +goose Down
drop function work_of;
