-- Protection (支援措置) belongs to a person, not to a case (P9). Whom a case is about stands beside it as marks: keyed hashes, of name and birth date,
-- of the account, and of the resident number (宛名番号) once the directory has said it. Who is protected stands as marks as well, and each case with
-- one of them is hidden from all but named staff by row security, so that no page, file or list has to think of it. Of a case that has just arrived
-- nobody knows yet: it is hidden too until the directory has answered.

-- +goose Up
-- +goose StatementBegin
alter table applications
    add column awaits_directory boolean not null default false, -- the directory has not answered yet whether somebody in it is protected
    add column directory_asked_at timestamptz;                  -- when it last did, or when none was connected; null: a case of a release before
alter table staff add column protected_until timestamptz; -- until when sees_protected holds; null: granted under a release before

-- The two and the protection are nothing of what is in a case: they move without a new version, as its holder does.
create or replace function guard_application() returns trigger language plpgsql as $$
begin
    if new.version = old.version and (new.holder_id, new.protected, new.awaits_directory, new.directory_asked_at)
                                     is distinct from (old.holder_id, old.protected, old.awaits_directory, old.directory_asked_at) then
        old.holder_id := new.holder_id;
        old.protected := new.protected;
        old.awaits_directory := new.awaits_directory;
        old.directory_asked_at := new.directory_asked_at;
        if new is not distinct from old then
            return new;
        end if;
    end if;
    if new.version <> old.version + 1 then
        raise exception 'application %: version % does not follow %', old.id, new.version, old.version using errcode = 'OS002';
    end if;
    if (new.id, new.municipality, new.person_id, new.procedure) is distinct from (old.id, old.municipality, old.person_id, old.procedure) then
        raise exception 'application %: whose and what it is does not change', old.id using errcode = 'OS002';
    end if;
    -- P5: what was decided at arrival is never decided again; filed once.
    if old.arrived_at is not null
       and (new.arrived_at, new.receipt_number, new.filed_revision, new.plan_version, new.claim_on, new.national_edition, new.local_edition)
           is distinct from (old.arrived_at, old.receipt_number, old.filed_revision, old.plan_version, old.claim_on, old.national_edition,
                             old.local_edition) then
        raise exception 'application %: its arrival does not change', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;

-- Whom a case is about.
create table case_people (
    application_id uuid not null,
    mark           bytea not null,
    kind           text not null check (kind in ('form', 'resident')),
    municipality   text not null,
    person_id      uuid not null,
    primary key (application_id, mark),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index case_people_by_mark on case_people (municipality, mark);

-- Who is protected: a family or a person, since when, by whom. Once it is over nothing is left by which they could be recognised.
create table protections (
    id           uuid primary key,
    municipality text not null references municipalities (code),
    source       text not null check (source in ('directory', 'staff')),
    began_by     uuid,
    began_at     timestamptz not null default clock_timestamp(),
    ended_by     uuid,
    ended_at     timestamptz,
    check ((ended_by is null) = (ended_at is null))
);
create table protection_marks (
    municipality  text not null,
    mark          bytea not null,
    protection_id uuid not null references protections (id),
    primary key (municipality, mark)
);
create index protection_marks_of on protection_marks (protection_id);

-- Cases of which the directory has still to be asked.
create table directory_checks (
    application_id uuid primary key,
    municipality   text not null,
    person_id      uuid not null,
    since          timestamptz not null default clock_timestamp(),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index directory_checks_oldest on directory_checks (municipality, since);

do $$
declare t text;
begin
    foreach t in array array['case_people', 'protections', 'protection_marks', 'directory_checks'] loop
        execute format('alter table %I enable row level security', t); -- reached through the functions below alone
    end loop;
end $$;
create policy sweep on directory_checks for select to onestop_sweep using (true);
grant select on directory_checks to onestop_sweep;

-- Named staff: whom two persons have let see protected persons, as long as that was said for.
create function actor_sees_protected() returns boolean language sql stable security definer set search_path = public as $$
    select actor_role() = 'reviewer' and exists (select from staff where municipality = actor_municipality() and staff_id = actor_person()
        and sees_protected and (protected_until is null or protected_until > clock_timestamp())) $$;
-- A clerk has the paper on the desk: until the directory has answered, it hides nothing from who took it in.
create function took_in(wanted uuid) returns boolean language sql stable security definer set search_path = public as $$
    select exists (select from counter_intakes where application_id = wanted and clerk_id = actor_person()) $$;

alter policy staff on applications using (municipality = (select actor_staff_of()) and (state not in ('draft', 'expired') or channel = 'counter')
    and (not (protected or awaits_directory) or (select actor_sees_protected())
         or case when awaits_directory and not protected and channel = 'counter' then took_in(id) else false end));
create or replace function filed_here(wanted uuid) returns boolean language sql stable security definer set search_path = public as $$
    select exists (select from applications where id = wanted and (state not in ('draft', 'expired') or channel = 'counter')
        and municipality = nullif(current_setting('app.municipality', true), '')
        and case when protected or awaits_directory then actor_sees_protected() or (not protected and channel = 'counter' and took_in(id)) else true end) $$;
create or replace function counter_draft(wanted uuid) returns boolean language sql stable security definer set search_path = public as $$
    select exists (select from applications where id = wanted and channel = 'counter' and state = 'draft'
        and municipality = nullif(current_setting('app.municipality', true), '')
        and case when protected then actor_sees_protected() else true end) $$;

-- Notes whom a case is about, by its form as it is now or by what the directory answered as well; gives how many of them are new to it.
create function name_people(application uuid, marks bytea[], of_kind text) returns integer language plpgsql security definer set search_path = public as $$
declare added integer;
begin
    delete from case_people c using applications a where of_kind = 'form' and c.application_id = application and c.kind = 'form' and not c.mark = any(marks)
        and a.id = application and (a.person_id = actor_owner() or a.municipality = actor_municipality());
    insert into case_people (application_id, mark, kind, municipality, person_id)
        select a.id, m, of_kind, a.municipality, a.person_id from applications a, unnest(marks) m
        where a.id = application and (a.person_id = actor_owner() or a.municipality = actor_municipality())
        on conflict (application_id, mark) do nothing;
    get diagnostics added = row_count;
    return added;
end $$;
-- Hides a case until the directory has answered.
create function await_directory(application uuid) returns void language sql security definer set search_path = public as $$
    insert into directory_checks (application_id, municipality, person_id)
        select id, municipality, person_id from applications
        where id = application and (person_id = actor_owner() or municipality = actor_municipality())
        on conflict (application_id) do nothing $$;

-- Both take effect at the commit: a clerk who files the paper of somebody protected may finish that.
create function keep_protected() returns trigger language plpgsql security definer set search_path = public as $$
begin
    update applications set protected = true where id = new.application_id and not protected
        and exists (select from protection_marks where municipality = new.municipality and mark = new.mark);
    return null;
end $$;
create constraint trigger keep_protected after insert on case_people deferrable initially deferred for each row execute function keep_protected();
create function keep_hidden() returns trigger language plpgsql security definer set search_path = public as $$
begin
    update applications set awaits_directory = true where id = new.application_id and not awaits_directory;
    return null;
end $$;
create constraint trigger keep_hidden after insert on directory_checks deferrable initially deferred for each row execute function keep_hidden();

-- One at a time in a municipality: who protects somebody, and who looks whether somebody is protected.
create function hold_protections() returns void language sql security definer set search_path = public as $$
    select pg_advisory_xact_lock(hashtext('protections'), actor_municipality()::integer) $$;

-- Protects whoever has one of these marks, in every case of the municipality; gives the cases that are hidden by it now.
create function protect_people(new_id uuid, marks bytea[], from_where text) returns setof uuid language plpgsql security definer set search_path = public as $$
declare here text := actor_municipality(); missing bytea[]; hidden uuid[]; shown boolean;
begin
    if not (actor_role() = 'system' or actor_sees_protected()) then
        raise exception 'only named staff protect' using errcode = '42501';
    end if;
    perform hold_protections();
    select array_agg(distinct m) into missing from unnest(marks) m
        where not exists (select from protection_marks p where p.municipality = here and p.mark = m);
    if missing is not null then
        insert into protections (id, municipality, source, began_by) values (new_id, here, from_where, actor_person());
        insert into protection_marks (municipality, mark, protection_id) select here, m, new_id from unnest(missing) m;
    end if;
    with now_hidden as (
        update applications a set protected = true where a.municipality = here and not a.protected
            and a.id in (select c.application_id from case_people c where c.municipality = here and c.mark = any(marks))
            returning a.id, a.arrived_at is not null and not a.awaits_directory as seen)
    select array_agg(id), bool_or(seen) into hidden, shown from now_hidden;
    -- Files that were made for others while such a case was open to them.
    if shown then
        update exports set params = params || '{"protected": true}' where municipality = here and state <> 'failed';
    end if;
    return query select unnest(hidden);
end $$;

-- The marks of the people of a case, for who may protect them.
create function people_of(application uuid) returns bytea[] language sql stable security definer set search_path = public as $$
    select array_agg(mark) from case_people where application_id = application and municipality = actor_municipality()
        and (actor_role() = 'system' or actor_sees_protected()) $$;

-- Ends the protection of the people of a case, in every case of the municipality; gives the cases that are open again.
create function unprotect_people(application uuid) returns setof uuid language plpgsql security definer set search_path = public as $$
declare here text := actor_municipality(); ended uuid[]; gone bytea[];
begin
    if not actor_sees_protected() then
        raise exception 'only named staff end a protection' using errcode = '42501';
    end if;
    perform hold_protections();
    select array_agg(distinct p.protection_id) into ended from case_people c join protection_marks p on p.municipality = here and p.mark = c.mark
        where c.application_id = application and c.municipality = here;
    with removed as (delete from protection_marks where protection_id = any(ended) returning mark) select array_agg(mark) into gone from removed;
    update protections set ended_by = actor_person(), ended_at = clock_timestamp() where id = any(ended);
    return query update applications a set protected = false where a.municipality = here and a.protected
        and (a.id = application or a.id in (select c.application_id from case_people c where c.municipality = here and c.mark = any(gone)))
        and not exists (select from case_people c join protection_marks p on p.municipality = here and p.mark = c.mark where c.application_id = a.id)
        returning a.id;
end $$;

-- The directory has answered for a case (or there is none to ask).
create function settle_directory(application uuid) returns void language plpgsql security definer set search_path = public as $$
begin
    perform hold_protections();
    delete from directory_checks where application_id = application and municipality = actor_system_of();
    update applications a set awaits_directory = false, directory_asked_at = clock_timestamp(),
            protected = a.protected or exists (select from case_people c join protection_marks p on p.municipality = c.municipality and p.mark = c.mark
                                               where c.application_id = a.id)
        where a.id = application and a.municipality = actor_system_of();
end $$;

-- Whether a case of the own municipality waits for that, for whoever asks about it by its id.
create function awaited(application uuid) returns boolean language sql stable security definer set search_path = public as $$
    select exists (select from directory_checks where application_id = application and municipality = actor_municipality()) $$;
-- How many open cases are hidden from staff who are not named: a count shows nobody.
create function hidden_cases() returns table (waiting bigint, since timestamptz, protected bigint) language sql stable security definer set search_path = public as $$
    select count(d.application_id), min(d.since), count(*) filter (where a.protected)
    from applications a left join directory_checks d on d.application_id = a.id
    where a.municipality = actor_staff_of() and a.state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid')
        and (a.protected or d.application_id is not null) $$;

revoke execute on function actor_sees_protected, took_in, name_people, await_directory, hold_protections, people_of, protect_people, unprotect_people,
    settle_directory, awaited, hidden_cases, keep_protected, keep_hidden from public;
grant execute on function actor_sees_protected, took_in, name_people, await_directory, hold_protections, people_of, protect_people, unprotect_people,
    settle_directory, awaited, hidden_cases to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
alter policy staff on applications using (municipality = (select actor_staff_of()) and (state not in ('draft', 'expired') or channel = 'counter'));
create or replace function filed_here(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and (state not in ('draft', 'expired') or channel = 'counter')
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;
create or replace function counter_draft(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and channel = 'counter' and state = 'draft'
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;
drop function hidden_cases, awaited, settle_directory, unprotect_people, protect_people, people_of, hold_protections, await_directory, name_people;
drop table directory_checks, protection_marks, protections, case_people;
drop function keep_hidden, keep_protected, took_in, actor_sees_protected;
create or replace function guard_application() returns trigger language plpgsql as $$
begin
    if new.version = old.version and new.holder_id is distinct from old.holder_id then
        old.holder_id := new.holder_id;
        if new is not distinct from old then
            return new;
        end if;
    end if;
    if new.version <> old.version + 1 then
        raise exception 'application %: version % does not follow %', old.id, new.version, old.version using errcode = 'OS002';
    end if;
    if (new.id, new.municipality, new.person_id, new.procedure) is distinct from (old.id, old.municipality, old.person_id, old.procedure) then
        raise exception 'application %: whose and what it is does not change', old.id using errcode = 'OS002';
    end if;
    -- P5: what was decided at arrival is never decided again; filed once.
    if old.arrived_at is not null
       and (new.arrived_at, new.receipt_number, new.filed_revision, new.plan_version, new.claim_on, new.national_edition, new.local_edition)
           is distinct from (old.arrived_at, old.receipt_number, old.filed_revision, old.plan_version, old.claim_on, old.national_edition,
                             old.local_edition) then
        raise exception 'application %: its arrival does not change', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
alter table staff drop column protected_until;
alter table applications drop column awaits_directory, drop column directory_asked_at;
-- +goose StatementEnd
