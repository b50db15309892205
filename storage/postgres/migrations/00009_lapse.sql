-- A correction that nobody handed in by its day has lapsed: the reviewer goes on (review.md, "Lifecycle of an application").
-- And staff, who see a file only once a scan has released it, learn for which documents one is still being looked at: a
-- document that is there is to be read before the network's answer is shown.

-- +goose Up
-- +goose StatementBegin
alter table corrections drop constraint corrections_state_check;
alter table corrections add constraint corrections_state_check check (state in ('open', 'submitted', 'withdrawn', 'lapsed'));

create function unscanned(wanted uuid) returns table (document text, subject text, revision integer) language sql stable security definer set search_path = public
    as $$ select f.document, f.subject, f.revision from files f where f.application_id = wanted and f.state = 'stored' and f.scan in ('pending', 'failed')
          and filed_here(wanted) $$;
revoke execute on function unscanned from public;
grant execute on function unscanned to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function unscanned;
update corrections set state = 'withdrawn' where state = 'lapsed';
alter table corrections drop constraint corrections_state_check;
alter table corrections add constraint corrections_state_check check (state in ('open', 'submitted', 'withdrawn'));
-- +goose StatementEnd
