-- Editions of the catalogue (P8): their bundles, the proposals to put one in force, and the rows that say which is in force from
-- when. A case keeps which edition decided it.

-- +goose Up
-- +goose StatementBegin
create table edition_bundles (
    digest    text primary key check (digest ~ '^[0-9a-f]{64}$'), -- SHA-256 of the bundle's canonical form
    scope     text not null check (scope = '*' or scope ~ '^[0-9]{6}$'),
    contents  bytea not null check (octet_length(contents) <= 8388608),
    stored_at timestamptz not null
);
create trigger only_added before update or delete on edition_bundles for each row execute function refuse_change();

create table editions (
    id             uuid primary key,
    scope          text not null check (scope = '*' or scope ~ '^[0-9]{6}$'),
    digest         text not null references edition_bundles (digest),
    state          text not null check (state in ('draft', 'proposed', 'approved', 'cancelled')),
    base           text not null default '', -- the national edition that it was examined with; empty for a national one
    restores_id    uuid references editions (id),
    findings       jsonb not null default '[]',
    cases          jsonb not null default '{}',
    diff           jsonb not null default '[]',
    replay         jsonb,
    certificate    jsonb,
    reason         text not null default '',
    circular       text not null default '',
    effective_from timestamptz,
    uploaded_by    uuid not null references people (id),
    uploaded_at    timestamptz not null,
    proposed_by    uuid references people (id),
    proposed_at    timestamptz,
    decided_by     uuid references people (id),
    decided_at     timestamptz,
    ended_by       uuid references people (id),
    ended_at       timestamptz,
    version        bigint not null default 1,
    check (decided_by is null or decided_by <> proposed_by), -- a second person
    check ((proposed_by is null) = (proposed_at is null)),
    check ((decided_by is null) = (decided_at is null)),
    check ((ended_by is null) = (ended_at is null)),
    check (state in ('draft', 'cancelled') or (proposed_by is not null and effective_from is not null)),
    check (state <> 'approved' or decided_by is not null),
    check ((state = 'cancelled') = (ended_at is not null))
);
create index editions_newest on editions (scope, id desc);

create table edition_rows (
    id             uuid primary key,
    seq            bigint generated always as identity unique,
    scope          text not null check (scope = '*' or scope ~ '^[0-9]{6}$'),
    digest         text references edition_bundles (digest), -- null: the municipality has no edition of its own from then on
    effective_from timestamptz not null,
    edition_id     uuid references editions (id),
    cancels        boolean not null default false, -- says again, at the instant of a cancelled edition, what held before it
    imported       boolean not null default false,
    recorded_at    timestamptz not null default clock_timestamp(),
    check (imported or edition_id is not null),
    check (digest is not null or scope <> '*')
);
create index edition_rows_scope on edition_rows (scope, effective_from);
create trigger only_added before update or delete on edition_rows for each row execute function refuse_change();

-- As for phase rows: committed before its instant, so that a filing that reads its own instant first and the rows afterwards is
-- decided wholly by the edition before or wholly by the one after.
create function refuse_late_edition_row() returns trigger language plpgsql security definer set search_path = public as $$
begin
    if not new.imported and clock_timestamp() > new.effective_from - interval '250 milliseconds' then
        raise exception 'edition row % would be committed too close to or after its instant', new.id using errcode = 'OS003';
    end if;
    if new.edition_id is not null and not exists (
        select 1 from editions where id = new.edition_id and state = case when new.cancels then 'cancelled' else 'approved' end) then
        raise exception 'edition row % belongs to an edition that nobody has decided', new.id using errcode = 'OS002';
    end if;
    if not new.cancels and exists (
        select 1 from edition_rows r join editions e on e.id = r.edition_id
        where r.scope = new.scope and r.effective_from = new.effective_from and r.id <> new.id and not r.cancels and e.state = 'approved') then
        raise exception 'edition row %: another edition is in force from the same instant', new.id using errcode = 'OS002';
    end if;
    return null;
end $$;
create constraint trigger not_late after insert on edition_rows
    deferrable initially deferred for each row execute function refuse_late_edition_row();

-- By which editions a case was decided at its arrival; empty for a draft and for what arrived before there were editions.
alter table applications add column national_edition text not null default '', add column local_edition text not null default '';

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

alter table edition_bundles enable row level security;
alter table editions enable row level security;
alter table edition_rows enable row level security;
create policy everyone on edition_rows for select to onestop_app, onestop_sweep using (true);
create policy reach on edition_rows for insert to onestop_app
    with check (not imported
                and ((select actor_role()) = 'national'
                     or ((select actor_role()) = 'admin' and scope = (select actor_municipality()))));
-- What is or was in force is public; what is not yet is for those with the reach.
create policy in_force on edition_bundles for select to onestop_app, onestop_sweep
    using (exists (select 1 from edition_rows r where r.digest = edition_bundles.digest));
create policy proposals on edition_bundles for select to onestop_app
    using ((select actor_role()) in ('national', 'auditor')
           or ((select actor_role()) = 'admin' and scope in ('*', (select actor_municipality()))));
create policy reach on edition_bundles for insert to onestop_app
    with check ((select actor_role()) = 'national'
                or ((select actor_role()) = 'admin' and scope = (select actor_municipality())));
create policy public_history on editions for select to onestop_app using (state = 'approved');
create policy proposals on editions for select to onestop_app
    using ((select actor_role()) in ('national', 'auditor')
           or ((select actor_role()) = 'admin' and scope in ('*', (select actor_municipality()))));
create policy reach on editions to onestop_app
    using ((select actor_role()) = 'national'
           or ((select actor_role()) = 'admin' and scope = (select actor_municipality())));
grant select, insert on edition_bundles, edition_rows to onestop_app;
grant select, insert, update on editions to onestop_app;
grant select on edition_bundles, edition_rows to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function guard_application() returns trigger language plpgsql as $$
begin
    if new.version <> old.version + 1 then
        raise exception 'application %: version % does not follow %', old.id, new.version, old.version using errcode = 'OS002';
    end if;
    if (new.id, new.municipality, new.person_id, new.procedure) is distinct from (old.id, old.municipality, old.person_id, old.procedure) then
        raise exception 'application %: whose and what it is does not change', old.id using errcode = 'OS002';
    end if;
    if old.arrived_at is not null
       and (new.arrived_at, new.receipt_number, new.filed_revision, new.plan_version, new.claim_on)
           is distinct from (old.arrived_at, old.receipt_number, old.filed_revision, old.plan_version, old.claim_on) then
        raise exception 'application %: its arrival does not change', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
alter table applications drop column national_edition, drop column local_edition;
drop table edition_rows, editions, edition_bundles;
drop function refuse_late_edition_row;
-- +goose StatementEnd
