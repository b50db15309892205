-- The work list: who holds a case, by when it is due, the tab of the register (五十音の行) under which its applicant stands, and what it is found by.
--
-- Everything is read under row security, and there the server uses an index only for operators that cannot leak what they compare. "Contains" of
-- arrays is none of them, so that an index of tokens is asked through a function of the owner's, which looks at the municipality itself.

-- +goose Up
-- +goose StatementBegin
alter table applications
    add column holder_id uuid,      -- who works on it: the last to claim it or to be given it, until it is given back
    add column due_on date,         -- by when a decision is to be expected
    add column reading_row integer not null default 0, -- 1 ア … 10 ワ, 11 other; 0: not known
    add column search_tokens bigint[] not null default '{}'; -- blind: of names by their beginnings, birth dates, telephones, parts of the receipt number

-- Who holds a case is nothing of what is in it: it moves without a new version.
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

-- A trigger, so that a program of the release before keeps it true as well.
create function keep_holder() returns trigger language plpgsql as $$
begin
    update applications set holder_id = new.reviewer_id where id = new.application_id and holder_id is distinct from new.reviewer_id;
    return null;
end $$;
create trigger keep_holder after insert or update of reviewer_id on claims for each row execute function keep_holder();
update applications a set holder_id = c.reviewer_id from claims c
    where c.application_id = a.id and c.reviewer_id is not null and a.state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');

create index applications_open_by_arrival on applications (municipality, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_by_receipt on applications (municipality, receipt_number, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_by_reading on applications (municipality, reading_row, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_by_procedure on applications (municipality, procedure, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_by_state on applications (municipality, state, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
-- What has no day, and what nobody holds, comes last. By CASE: the server takes COALESCE for something that may leak, and uses no index for it.
create index applications_open_by_due on applications (municipality, (case when due_on is null then '9999-12-31'::date else due_on end), arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_by_holder on applications (municipality, (case when holder_id is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid else holder_id end), arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_by_token on applications using gin (search_tokens) where search_tokens <> '{}';
create index applications_unindexed on applications (id) where search_tokens = '{}' and arrived_at is not null;

-- The cases of the own municipality that have all of these tokens.
create function cases_found(wanted bigint[]) returns setof uuid language sql stable security definer set search_path = public rows 20
    as $$ select id from applications where search_tokens <> '{}' and search_tokens @> wanted and array_length(wanted, 1) > 0
              and municipality = (select actor_staff_of()) and arrived_at is not null $$;
revoke execute on function cases_found from public;
grant execute on function cases_found to onestop_app;

-- A view of the list that somebody saved: the filters as they stand in the address, never what was searched for.
create table queue_views (
    id           uuid primary key,
    municipality text not null references municipalities (code),
    owner_id     uuid not null references people (id),
    name         text not null check (name <> ''),
    filter       text not null,
    shared       boolean not null,
    created_at   timestamptz not null
);
create index queue_views_here on queue_views (municipality, id);
alter table queue_views enable row level security;
create policy here on queue_views for select to onestop_app
    using (municipality = (select actor_staff_of()) and (shared or owner_id = (select actor_person())));
create policy own on queue_views to onestop_app using (municipality = (select actor_staff_of()) and owner_id = (select actor_person()));
grant select, insert, delete on queue_views to onestop_app;

-- How the office works on its list; the defaults are what most want.
alter table municipalities
    add column ask_by_hand boolean not null default false, -- the network is not asked by itself when a case is claimed
    add column next_by_due boolean not null default false; -- the next case is that which is due first, not that which came first

-- Who works here: the name as the identity provider says it, sealed under the municipality's key, and when somebody is away.
create table staff_names (
    municipality text not null references municipalities (code),
    staff_id     uuid not null references people (id),
    sealed_name  bytea not null,
    seen_at      timestamptz not null,
    away_from    date,
    away_until   date,
    primary key (municipality, staff_id),
    check ((away_from is null) = (away_until is null) and away_from <= away_until)
);
alter table staff_names enable row level security;
create policy here on staff_names to onestop_app using (municipality = (select actor_staff_of()));
create policy auditor on staff_names for select to onestop_app using ((select actor_role()) in ('auditor', 'national'));
grant select, insert, update on staff_names to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table staff_names, queue_views;
alter table municipalities drop column ask_by_hand, drop column next_by_due;
drop function cases_found;
drop trigger keep_holder on claims;
drop function keep_holder;
alter table applications drop column holder_id, drop column due_on, drop column reading_row, drop column search_tokens;
create or replace function guard_application() returns trigger language plpgsql as $$
begin
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
-- +goose StatementEnd
