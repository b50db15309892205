-- An auditor who has a receipt number in hand finds what was done with its case: the ids under which entries speak of it. Auditors see no
-- application, and learn nothing else of it here.

-- +goose Up
-- +goose StatementBegin
create function audited_case(number text) returns setof text language sql stable security definer set search_path = public as $$
    select a.id::text from applications a where a.receipt_number = number and (select actor_role()) = 'auditor'
    union all
    select f.id::text from applications a join files f on f.application_id = a.id where a.receipt_number = number and (select actor_role()) = 'auditor'
    union all
    select d.id::text from applications a join discrepancies d on d.application_id = a.id
        where a.receipt_number = number and (select actor_role()) = 'auditor'
    union all
    select e.id::text from applications a join exchanges e on e.application_id = a.id
        where a.receipt_number = number and (select actor_role()) = 'auditor'
$$;
revoke execute on function audited_case from public;
grant execute on function audited_case to onestop_app;
-- +goose StatementEnd

-- +goose Down
drop function audited_case;
