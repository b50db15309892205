-- The counter (R16): attachments that a clerk scans into a draft of the own municipality. Until it is filed the draft is
-- in the clerk's hands as an online one is in its owner's, files that no scan has released included; once it is filed,
-- staff see its files as those of every other case.

-- +goose Up
-- +goose StatementBegin
create index applications_counter_drafts on applications (municipality, id desc) where state = 'draft' and channel = 'counter';

create function counter_draft(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and channel = 'counter' and state = 'draft'
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;
revoke execute on function counter_draft from public;
grant execute on function counter_draft to onestop_app;

-- case: as in the policies beside them, who is no clerk does not pay for the question.
create policy counter on files to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_role()) = 'reviewer' then counter_draft(application_id) else false end);
create policy counter on file_parts to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_role()) = 'reviewer' then counter_draft(application_id) else false end);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop policy counter on file_parts;
drop policy counter on files;
drop function counter_draft;
drop index applications_counter_drafts;
-- +goose StatementEnd
