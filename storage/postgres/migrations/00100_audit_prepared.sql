-- The audit trail is about to be cut into months (00102): the entries that are there become its first part. What looks at all of them is
-- done here, while the program writes: nothing below holds a lock for longer than a moment, and each step can be taken again.

-- +goose NO TRANSACTION
-- +goose Up
drop index concurrently if exists audit_entries_identity;
create unique index concurrently audit_entries_identity on audit_entries (id, at);
-- +goose StatementBegin
do $$
declare
    bound timestamptz := (date_trunc('month', now() at time zone 'Asia/Tokyo') + interval '2 months') at time zone 'Asia/Tokyo';
begin
    perform set_config('lock_timeout', '5s', true);
    create table if not exists audit_entries_other (like audit_entries including defaults);
    alter table audit_entries_other enable row level security;
    alter table audit_entries drop constraint if exists audit_entries_until;
    execute format('alter table audit_entries add constraint audit_entries_until check (at < %L) not valid', bound);
    -- Whoever could insert an entry could say when: an entry of years to come goes where the trail keeps what belongs to no month.
    alter table audit_entries disable trigger only_added;
    with far as (delete from audit_entries where at >= bound returning *) insert into audit_entries_other select * from far;
    alter table audit_entries enable trigger only_added;
end $$;
-- +goose StatementEnd
alter table audit_entries validate constraint audit_entries_until;

-- +goose Down
insert into audit_entries select * from audit_entries_other;
drop table audit_entries_other;
alter table audit_entries drop constraint if exists audit_entries_until;
drop index if exists audit_entries_identity;
