-- A draft that its owner deleted can be had back for an hour. Until then it is there for nobody, its owner included; a new draft for the
-- same thing may be begun.

-- +goose Up
-- +goose StatementBegin
alter table applications add column put_aside_at timestamptz;
drop index applications_one_open_draft;
create unique index applications_one_open_draft
    on applications (person_id, municipality, procedure, children_index, period, separate_id) where state = 'draft' and put_aside_at is null;
create index applications_put_aside on applications (put_aside_at) where put_aside_at is not null;
drop policy own on applications;
create policy own on applications to onestop_app using (person_id = (select actor_owner()) and put_aside_at is null);

-- put_draft_aside and put_draft_back are the owner's alone, and say whether they found it.
create function put_draft_aside(wanted uuid, seen bigint) returns boolean language sql security definer set search_path = public as $$
    with moved as (
        update applications set put_aside_at = clock_timestamp(), version = version + 1
        where id = wanted and version = seen and person_id = actor_owner() and state = 'draft' and channel <> 'counter' and put_aside_at is null
        returning 1)
    select exists (select from moved) $$;
create function put_draft_back(wanted uuid) returns boolean language sql security definer set search_path = public as $$
    with moved as (
        update applications set put_aside_at = null, version = version + 1
        where id = wanted and person_id = actor_owner() and state = 'draft' and put_aside_at > clock_timestamp() - interval '1 hour'
        returning 1)
    select exists (select from moved) $$;
create function drafts_put_aside() returns setof applications language sql stable security definer set search_path = public as $$
    select * from applications
    where person_id = actor_owner() and state = 'draft' and put_aside_at > clock_timestamp() - interval '1 hour' order by put_aside_at $$;
create function put_aside_sweep() returns bigint language sql security definer set search_path = public as $$
    with gone as (
        delete from applications where state = 'draft' and put_aside_at <= clock_timestamp() - interval '1 hour' returning 1)
    select count(*) from gone $$;
revoke execute on function put_draft_aside, put_draft_back, drafts_put_aside, put_aside_sweep from public;
grant execute on function put_draft_aside, put_draft_back, drafts_put_aside to onestop_app;
grant execute on function put_aside_sweep to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
delete from applications where put_aside_at is not null;
drop function put_draft_aside, put_draft_back, drafts_put_aside, put_aside_sweep;
drop policy own on applications;
create policy own on applications to onestop_app using (person_id = (select actor_owner()));
drop index applications_put_aside, applications_one_open_draft;
create unique index applications_one_open_draft
    on applications (person_id, municipality, procedure, children_index, period, separate_id) where state = 'draft';
alter table applications drop column put_aside_at;
-- +goose StatementEnd
