-- The audit trail in months (in Japan), made ahead, and an entry's instant, order and actor are the database's own: whoever inserts cannot
-- give them. The rows that there are stay where they lie: their table becomes the part up to the end of next month.

-- +goose Up
-- +goose StatementBegin
set local lock_timeout = '5s';
lock table audit_entries in access exclusive mode;
drop trigger only_added on audit_entries;
drop policy writer on audit_entries;
drop policy auditor on audit_entries;
drop policy subject on audit_entries;
drop policy sealer on audit_entries;
revoke all on audit_entries from onestop_app, onestop_sweep;
alter table audit_entries drop column xid;
alter table audit_entries drop constraint audit_entries_pkey, add constraint audit_entries_before_pkey primary key using index audit_entries_identity;
alter table audit_entries rename to audit_entries_before;
alter index audit_entries_by_time rename to audit_entries_before_by_time;
alter index audit_entries_by_subject rename to audit_entries_before_by_subject;
alter index audit_entries_by_object rename to audit_entries_before_by_object;
alter table audit_entries_other drop column xid;

create table audit_entries (
    id           uuid not null default gen_random_uuid(),
    at           timestamptz not null default clock_timestamp(),
    actor_id     uuid,
    role         text not null default '',
    municipality text not null default '',
    purpose      text not null default '',
    action       text not null,
    object_kind  text not null default '',
    object_id    text not null default '',
    subject_id   uuid,
    request_id   text not null default '',
    primary key (id, at)
) partition by range (at);
create index audit_entries_by_time on audit_entries (at, id);
create index audit_entries_by_subject on audit_entries (subject_id, id) where subject_id is not null;
create index audit_entries_by_object on audit_entries (object_id, id);
alter table audit_entries enable row level security;
create policy writer on audit_entries for insert to onestop_app
    with check (role = (select actor_role()) and actor_id is not distinct from (select actor_person())
                and municipality = coalesce((select actor_municipality()), municipality));
create policy auditor on audit_entries for select to onestop_app using ((select actor_role()) = 'auditor');
create policy subject on audit_entries for select to onestop_app using (subject_id = (select actor_owner()));
create policy sealer on audit_entries for select to onestop_sweep using (true);
grant select, insert on audit_entries to onestop_app;
grant select on audit_entries to onestop_sweep;

do $$
declare
    bound text := substring(pg_get_constraintdef(oid) from '''([^'']+)''') from pg_constraint
        where conrelid = 'audit_entries_before'::regclass and conname = 'audit_entries_until';
begin
    execute format('alter table audit_entries attach partition audit_entries_before for values from (minvalue) to (%L)', bound);
end $$;
alter table audit_entries_before drop constraint audit_entries_until;
-- What belongs to no month that was made: nothing is refused because a worker has been away for a year.
alter table audit_entries attach partition audit_entries_other default;

create trigger only_added before update or delete on audit_entries for each row execute function refuse_change();

-- take_audit_entry says what the database knows better than who inserts: when, in which order, in whose name. An instant of another month
-- is refused by the server: the part was chosen by it. The entry waits for its seal from the same transaction on.
create function take_audit_entry() returns trigger language plpgsql security definer set search_path = public as $$
declare
    micros bigint;
begin
    new.at := clock_timestamp();
    micros := (extract(epoch from new.at) * 1000000)::bigint;
    -- UUIDv7: milliseconds, then the parts of one in twelve bits (RFC 9562, section 6.2, method 3), then chance.
    new.id := encode(overlay(uuid_send(gen_random_uuid())
        placing int8send((micros / 1000) << 16 | 28672 | micros % 1000 * 4096 / 1000) from 1), 'hex')::uuid;
    new.role := actor_role();
    new.actor_id := actor_person();
    new.municipality := coalesce(actor_municipality(), new.municipality);
    new.purpose := coalesce(current_setting('app.purpose', true), '');
    new.request_id := coalesce(current_setting('app.request', true), '');
    insert into audit_pending (id, at) values (new.id, new.at);
    return new;
end $$;
create trigger taken before insert on audit_entries for each row execute function take_audit_entry();

-- audit_months makes the months up to so many from now that are not there yet, and gives how many it made. A month of which entries
-- lie in audit_entries_other already stays there.
create function audit_months(ahead integer) returns integer language plpgsql security definer set search_path = public as $$
declare
    month timestamp;
    part  text;
    made  integer := 0;
begin
    perform pg_advisory_xact_lock(7030201721);
    perform set_config('lock_timeout', '2s', true); -- readers of the whole trail hold it; another time will do
    select max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz) at time zone 'Asia/Tokyo' into month
        from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit_entries'::regclass;
    while month <= date_trunc('month', now() at time zone 'Asia/Tokyo') + make_interval(months => least(ahead, 36)) loop
        if not exists (select from audit_entries_other
                where at >= month at time zone 'Asia/Tokyo' and at < (month + interval '1 month') at time zone 'Asia/Tokyo') then
            part := 'audit_entries_' || to_char(month, 'YYYY_MM');
            execute format('create table %I (like audit_entries including defaults)', part);
            execute format('alter table %I enable row level security', part);
            execute format('create trigger not_emptied before truncate on %I execute function refuse_change()', part);
            execute format('alter table audit_entries attach partition %I for values from (%L) to (%L)', part,
                month at time zone 'Asia/Tokyo', (month + interval '1 month') at time zone 'Asia/Tokyo');
            made := made + 1;
        end if;
        month := month + interval '1 month';
    end loop;
    return made;
end $$;
revoke execute on function audit_months from public;
grant execute on function audit_months to onestop_sweep;
select audit_months(13);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function audit_months;
create table audit_entries_back (
    id           uuid primary key,
    xid          xid8 not null default pg_current_xact_id(),
    at           timestamptz not null,
    actor_id     uuid,
    role         text not null,
    municipality text not null default '',
    purpose      text not null,
    action       text not null,
    object_kind  text not null default '',
    object_id    text not null default '',
    subject_id   uuid,
    request_id   text not null default ''
);
insert into audit_entries_back (id, at, actor_id, role, municipality, purpose, action, object_kind, object_id, subject_id, request_id)
    select id, at, actor_id, role, municipality, purpose, action, object_kind, object_id, subject_id, request_id from audit_entries;
drop table audit_entries;
drop function take_audit_entry;
alter table audit_entries_back rename to audit_entries;
alter index audit_entries_back_pkey rename to audit_entries_pkey;
create index audit_entries_by_time on audit_entries (at, id);
create index audit_entries_by_subject on audit_entries (subject_id, id) where subject_id is not null;
create index audit_entries_by_object on audit_entries (object_id, id);
create index audit_entries_by_transaction on audit_entries (xid, id);
create trigger only_added before update or delete on audit_entries for each row execute function refuse_change();
alter table audit_entries enable row level security;
create policy writer on audit_entries for insert to onestop_app
    with check (role = (select actor_role()) and actor_id is not distinct from (select actor_person())
                and municipality = coalesce((select actor_municipality()), municipality));
create policy auditor on audit_entries for select to onestop_app using ((select actor_role()) = 'auditor');
create policy subject on audit_entries for select to onestop_app using (subject_id = (select actor_owner()));
create policy sealer on audit_entries for select to onestop_sweep using (true);
grant select, insert on audit_entries to onestop_app;
grant select on audit_entries to onestop_sweep;
create table audit_entries_other (like audit_entries including defaults);
alter table audit_entries_other enable row level security;
-- +goose StatementEnd
