-- Review: who works on a case, what the documents say, what was decided (review.md, "Reviewers"). None of it is the
-- parent's to see but the decision.

-- +goose Up
-- +goose StatementBegin
alter table applications
    add column urgent boolean not null default false,    -- on top of the queue: a discrepancy is overdue
    add column protected boolean not null default false, -- 支援措置: the address is for named staff alone
    add column origin_id uuid;                           -- the application of the municipality that passed it on
create unique index applications_passed_on_once on applications (origin_id) where origin_id is not null;
-- The queue's pages: those that wait for somebody, and those of one state.
create index applications_open on applications (municipality, urgent desc, arrived_at, id)
    where state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
drop index applications_queue;
create index applications_queue on applications (municipality, state, urgent desc, arrived_at, id) where arrived_at is not null;
create index applications_by_kana on applications (municipality, kana_index) where kana_index is not null;
create index applications_by_family on applications (municipality, family_index) where family_index is not null;
create index applications_by_birth on applications (municipality, birth_index) where birth_index is not null;

alter table plan_items
    add column answered boolean not null default false,  -- the network's answer is there
    add column read boolean not null default false,      -- a reviewer typed what the document says
    add column paper boolean not null default false;     -- it was handed in on paper
create index plan_items_state on plan_items (municipality, state, application_id);

create table claims (
    application_id uuid primary key,
    municipality   text not null,
    person_id      uuid not null,
    fence          bigint not null check (fence > 0),
    reviewer_id    uuid,
    expires_at     timestamptz,
    check ((reviewer_id is null) = (expires_at is null))
);
create index claims_of_reviewer on claims (municipality, reviewer_id) where reviewer_id is not null;
-- The number only grows, whoever held the case.
create function guard_claim() returns trigger language plpgsql as $$
begin
    if new.fence < old.fence or (new.reviewer_id is distinct from old.reviewer_id and new.reviewer_id is not null and new.fence = old.fence) then
        raise exception 'claim of %: fence % after %', old.application_id, new.fence, old.fence using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on claims for each row execute function guard_claim();

create table case_notes (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    author_id      uuid not null,
    sealed         bytea not null,
    at             timestamptz not null
);
create index case_notes_of_application on case_notes (application_id, id);

-- What a reviewer typed from a document, before the answer was shown; never changed afterwards.
create table readings (
    application_id uuid not null,
    document       text not null,
    subject        text not null,
    number         integer not null check (number > 0), -- a document handed in anew is read anew
    municipality   text not null,
    person_id      uuid not null,
    reader_id      uuid not null,
    sealed         bytea not null,
    at             timestamptz not null,
    primary key (application_id, document, subject, number)
);
create table papers (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    document       text not null,
    subject        text not null,
    received_at    timestamptz not null,
    original       boolean not null,
    clerk_id       uuid not null,
    at             timestamptz not null
);
create index papers_of_application on papers (application_id, id);

-- R4: how an item on trial was settled without its document, and what has to be recorded for each way.
create table dispositions (
    application_id       uuid not null,
    document             text not null,
    subject              text not null,
    municipality         text not null,
    person_id            uuid not null,
    path                 text not null check (path in ('network-alone', 'direct')),
    explained_at         timestamptz,
    obtained_at          timestamptz,
    no_individual_number boolean not null default false,
    consent              boolean not null default false,
    sealed               bytea not null, -- how it was explained; or from whom, and the facts
    reviewer_id          uuid not null,
    at                   timestamptz not null,
    primary key (application_id, document, subject),
    check (path <> 'network-alone' or explained_at is not null),
    check (path <> 'direct' or (obtained_at is not null and no_individual_number))
);

create table decisions (
    application_id uuid not null,
    number         integer not null check (number > 0),
    municipality   text not null,
    person_id      uuid not null,
    outcome        text not null check (outcome in ('approved', 'rejected')),
    sealed_reason  bytea not null,
    sealed_letter  bytea not null,
    reviewer_id    uuid not null,
    at             timestamptz not null,
    reopened_by    uuid,
    reopened_at    timestamptz,
    sealed_reopening bytea,
    primary key (application_id, number),
    check ((reopened_by is null) = (reopened_at is null) and (reopened_by is null) = (sealed_reopening is null)),
    check (reopened_by <> reviewer_id) -- another person
);
create function guard_decision() returns trigger language plpgsql as $$
begin
    if old.reopened_by is not null
       or (new.outcome, new.sealed_reason, new.sealed_letter, new.reviewer_id, new.at)
          is distinct from (old.outcome, old.sealed_reason, old.sealed_letter, old.reviewer_id, old.at) then
        raise exception 'decision % of %: it does not change', old.number, old.application_id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on decisions for each row execute function guard_decision();

-- What waits for a person: an inquiry that gave up, a resident who is not found.
create table review_tasks (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    kind           text not null,
    document       text not null default '',
    subject        text not null default '',
    detail         text not null default '', -- a code
    opened_at      timestamptz not null,
    done_at        timestamptz,
    done_by        uuid
);
create unique index review_tasks_once on review_tasks (application_id, kind, document, subject) where done_at is null;
create index review_tasks_open on review_tasks (municipality, application_id) where done_at is null;

-- R16: an application taken in at the counter.
create table counter_intakes (
    application_id uuid primary key,
    municipality   text not null,
    person_id      uuid not null,
    clerk_id       uuid not null,
    identity_kind  text not null, -- the kind of proof, never its number
    checked_at     timestamptz not null,
    received_at    timestamptz not null,
    at             timestamptz not null
);

-- A person's own paper case is taken in by a clerk, whose draft it is until it is filed.
drop policy staff on applications;
create policy staff on applications to onestop_app
    using (municipality = (select actor_staff_of()) and (state not in ('draft', 'expired') or channel = 'counter'));
create or replace function filed_here(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and (state not in ('draft', 'expired') or channel = 'counter')
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;

do $$
declare t text;
begin
    foreach t in array array['claims', 'case_notes', 'readings', 'papers', 'dispositions', 'decisions', 'review_tasks', 'counter_intakes'] loop
        execute format('alter table %I add foreign key (application_id, municipality, person_id)
            references applications (id, municipality, person_id) on delete cascade', t);
        execute format('alter table %I enable row level security', t);
        execute format('create policy staff on %I to onestop_app using (municipality = (select actor_staff_of())
            and case when (select actor_staff_of()) is null then false else filed_here(application_id) end)', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('create policy sweep on %I for select to onestop_sweep using (true)', t);
        execute format('grant select, insert on %I to onestop_app', t);
        execute format('grant select on %I to onestop_sweep', t);
    end loop;
    foreach t in array array['case_notes', 'readings', 'papers', 'dispositions', 'counter_intakes'] loop
        execute format('create trigger only_added before update on %I for each row execute function refuse_change()', t);
    end loop;
end $$;
grant update on claims, decisions, review_tasks to onestop_app;
create policy own on decisions for select to onestop_app using (person_id = (select actor_owner()));

-- Staff of a municipality: for which categories of procedure, and who may see protected addresses. Without a row a
-- reviewer works on every category and sees no protected address.
create table staff (
    municipality   text not null references municipalities (code),
    staff_id       uuid not null references people (id),
    categories     text not null default '', -- separated by spaces; empty: all
    sees_protected boolean not null default false,
    updated_by     uuid not null,
    updated_at     timestamptz not null,
    primary key (municipality, staff_id)
);
alter table staff enable row level security;
create policy here on staff for select to onestop_app using (municipality = (select actor_staff_of()));
create policy admin on staff to onestop_app
    using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
create policy system on staff for select to onestop_app using (municipality = (select actor_system_of()));
grant select, insert, update on staff to onestop_app;

-- A file for the core system (基幹システム) or the ministry, made as a job.
create table exports (
    id           uuid primary key,
    municipality text not null references municipalities (code),
    kind         text not null check (kind in ('core-system', 'discrepancy-report')),
    encoding     text not null check (encoding in ('utf-8', 'cp932')),
    params       jsonb not null default '{}',
    state        text not null check (state in ('queued', 'done', 'failed')),
    wrapped_key  bytea not null,
    object_key   text not null default '',
    size         bigint not null default 0, -- plain bytes
    rows         integer not null default 0,
    unfit        text not null default '', -- characters that the encoding does not have
    requested_by uuid not null,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    expires_at   timestamptz not null
);
create index exports_newest on exports (municipality, id desc);
create index exports_by_expiry on exports (expires_at);
create trigger queue_removal after delete on exports for each row when (old.object_key <> '') execute function queue_object_removal();
alter table exports enable row level security;
create policy staff on exports to onestop_app using (municipality = (select actor_staff_of()));
create policy system on exports to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on exports to onestop_sweep using (true);
grant select, insert, update on exports to onestop_app;
grant select, delete on exports to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table exports, staff, counter_intakes, review_tasks, decisions, dispositions, papers, readings, case_notes, claims;
drop function guard_claim, guard_decision;
drop policy staff on applications;
create policy staff on applications to onestop_app
    using (municipality = (select actor_staff_of()) and state not in ('draft', 'expired'));
create or replace function filed_here(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and state not in ('draft', 'expired')
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;
drop index plan_items_state;
alter table plan_items drop column answered, drop column read, drop column paper;
drop index applications_by_birth, applications_by_family, applications_by_kana, applications_open, applications_queue;
drop index applications_passed_on_once;
alter table applications drop column urgent, drop column protected, drop column origin_id;
create index applications_queue on applications (municipality, state, arrived_at, id);
-- +goose StatementEnd
