-- Retention: warnings before a draft expires, the erasure of cases with the record of it, and the removal of their keys
-- from the shelf, which lies outside of the database (deploy/decisions/erasure.md).

-- +goose Up
-- +goose StatementBegin
-- Which warnings a draft has had: of each, one for the day on which it would expire. Saved meanwhile, it has another day.
create table draft_warnings (
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    days           integer not null check (days > 0), -- so many days before
    expires_at     timestamptz not null,
    at             timestamptz not null,
    primary key (application_id, days, expires_at),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create trigger only_added before update on draft_warnings for each row execute function refuse_change();
alter table draft_warnings enable row level security;
create policy system on draft_warnings to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on draft_warnings for select to onestop_sweep using (true);
grant select, insert on draft_warnings to onestop_app;
grant select on draft_warnings to onestop_sweep;

-- That a case was erased, when, by which rule. Nothing of the case itself, nor of the person: not the receipt number
-- either, which stands on papers beside a name.
create table erasures (
    id           uuid primary key, -- the application's
    municipality text not null references municipalities (code),
    procedure    text not null,
    kind         text not null, -- the state in which it ended
    rule         text not null,
    last_day     date not null, -- on which it was kept
    files        integer not null,
    objects      integer not null,
    key_slot     bytea,         -- which slot of the shelf is destroyed; null for a key that lay on none
    erased_at    timestamptz not null
);
create index erasures_of_municipality on erasures (municipality, erased_at, id);
create trigger only_added before update or delete on erasures for each row execute function refuse_change();
alter table erasures enable row level security;
create policy audit on erasures for select to onestop_app using ((select actor_role()) = 'auditor');
create policy admin on erasures for select to onestop_app
    using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
create policy system on erasures for select to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on erasures for select to onestop_sweep using (true);
grant select on erasures to onestop_app, onestop_sweep;

-- Keys whose owner is gone: the sweep destroys their slots. As with objects, none is forgotten, whoever took the row away.
create table key_removals (
    slot      bytea primary key,
    queued_at timestamptz not null default clock_timestamp()
);
alter table key_removals enable row level security;
create policy sweep on key_removals to onestop_sweep using (true);
grant select, delete on key_removals to onestop_sweep;

-- The slot that something is sealed under (storage/seal, Slot).
create function slot_of(sealed bytea) returns bytea language sql immutable parallel safe
    as $$ select case when length(sealed) >= 22 and substring(sealed from 1 for 5) = '\x736c6f7431'::bytea then substring(sealed from 1 for 22) end $$;

create function queue_key_removal() returns trigger language plpgsql security definer set search_path = public as $$
declare old_slot bytea; new_slot bytea;
begin
    old_slot := slot_of(decode(substr(to_jsonb(old) ->> tg_argv[0], 3), 'hex'));
    if old_slot is null then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        new_slot := slot_of(decode(substr(to_jsonb(new) ->> tg_argv[0], 3), 'hex'));
    end if;
    if new_slot is distinct from old_slot then
        insert into key_removals (slot) values (old_slot) on conflict (slot) do nothing;
    end if;
    return null;
end $$;
do $$
declare t text[];
begin
    foreach t slice 1 in array array[['applications', 'wrapped_key'], ['handovers', 'wrapped_key'], ['shares', 'wrapped_key'], ['exports', 'wrapped_key'],
                                     ['service_keys', 'wrapped_key'], ['person_settings', 'sealed_mail']] loop
        execute format('create trigger queue_key_removal after delete or update of %I on %I for each row execute function queue_key_removal(%L)', t[2], t[1], t[2]);
    end loop;
end $$;

-- A draft is deleted by its owner; a case goes when its erasure stands in the record, and in no other way.
create or replace function guard_deletion() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and not exists (select 1 from erasures where id = old.id) then
        raise exception 'application %: only a draft is deleted', old.id using errcode = 'OS002';
    end if;
    return old;
end $$;

create index applications_ended on applications (updated_at, id) where state in ('decided', 'withdrawn', 'expired', 'transferred');
create index messages_of_no_case on messages (created_at) where application_id is null;

-- Erases a case, whole, in one transaction: the record, and all rows of it; their objects and its key are queued. The
-- rule is the program's (app/rule/retention); what must hold whatever the program says is held here: it is over, it is as
-- it was when it was judged, nothing of it is open, and no exchange is younger than seven years. No row: it is not (or no
-- longer) so.
create function erase_application(wanted uuid, at_version bigint, by_rule text, kept_until date) returns table (erased_files integer, erased_objects integer)
    language plpgsql security definer set search_path = public as $$
declare a applications%rowtype; f integer; o integer;
begin
    select * into a from applications where id = wanted and municipality = actor_system_of() for update;
    if not found or a.version <> at_version or a.state not in ('decided', 'withdrawn', 'expired', 'transferred')
       or exists (select 1 from discrepancies where application_id = wanted and state = 'open')
       or exists (select 1 from inquiries where application_id = wanted and state in ('queued', 'waiting')) then
        return;
    end if;
    if exists (select 1 from exchanges where application_id = wanted and answered_at > clock_timestamp() - interval '7 years') then
        raise exception 'application %: an exchange of it is kept for seven years', wanted using errcode = 'OS002';
    end if;
    select count(*) into f from files where application_id = wanted;
    select (select count(*) from file_parts where application_id = wanted) + (select count(*) from file_views where application_id = wanted) into o;
    insert into erasures (id, municipality, procedure, kind, rule, last_day, files, objects, key_slot, erased_at)
        values (a.id, a.municipality, a.procedure, a.state, by_rule, kept_until, f, o, slot_of(a.wrapped_key), clock_timestamp());
    -- What other systems were to be given of it, as far as that is still here; it can be made again, without the case.
    delete from exports e where e.municipality = a.municipality and a.arrived_at is not null
        and (e.kind <> 'core-system' or ((e.params ->> 'from' is null or (e.params ->> 'from')::timestamptz <= a.arrived_at)
                                     and (e.params ->> 'to' is null or (e.params ->> 'to')::timestamptz > a.arrived_at)))
        and (e.kind <> 'discrepancy-report' or exists (select 1 from discrepancies where application_id = wanted));
    delete from exchanges where application_id = wanted;
    -- Remembered answers live a day: only a case that changed just now can have one.
    if a.updated_at > clock_timestamp() - interval '3 days' then
        delete from idempotency_keys where person_id = a.person_id or position(wanted::text in route) > 0;
    end if;
    delete from applications where id = wanted;
    return query select f, o;
end $$;

-- What goes by its age alone. Records of exchanges go with their case, or after it; never before seven years.
create function exchanges_sweep(before timestamptz, most integer) returns bigint language sql security definer set search_path = public
    as $$ with gone as (delete from exchanges where id in (select e.id from exchanges e
              where e.answered_at < least(before, clock_timestamp() - interval '7 years') and not exists (select 1 from applications where id = e.application_id)
              order by e.answered_at limit most) returning 1) select count(*) from gone $$;
create function messages_sweep(before timestamptz, most integer) returns bigint language sql security definer set search_path = public
    as $$ with gone as (delete from messages where id in (select id from messages where application_id is null and created_at < before
              order by created_at limit most) returning 1) select count(*) from gone $$;
create function settings_sweep(before timestamptz, most integer) returns bigint language sql security definer set search_path = public
    as $$ with gone as (delete from person_settings where person_id in (select s.person_id from person_settings s
              where s.updated_at < before and not exists (select 1 from applications where person_id = s.person_id) limit most) returning 1) select count(*) from gone $$;
-- Keys of remembered answers, by the day before which they are not needed.
create function answer_keys_sweep(day text) returns bigint language sql security definer set search_path = public
    as $$ with gone as (delete from service_keys where name like 'answers/%' and name < 'answers/' || day returning 1) select count(*) from gone $$;
revoke execute on function erase_application, exchanges_sweep, messages_sweep, settings_sweep, answer_keys_sweep from public;
grant execute on function erase_application to onestop_app;
grant execute on function exchanges_sweep, messages_sweep, settings_sweep, answer_keys_sweep to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function answer_keys_sweep, settings_sweep, messages_sweep, exchanges_sweep, erase_application;
drop index messages_of_no_case, applications_ended;
create or replace function guard_deletion() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' then
        raise exception 'application %: only a draft is deleted', old.id using errcode = 'OS002';
    end if;
    return old;
end $$;
drop function queue_key_removal cascade;
drop function slot_of;
drop table key_removals, erasures, draft_warnings;
-- +goose StatementEnd
