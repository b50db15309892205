-- Applications and what belongs to one. Every table has its municipality and its person, so that each policy looks at
-- its own row alone; staff also ask the application whether it was filed: a draft does not exist for them.

-- +goose Up
-- +goose StatementBegin
create table applications (
    id             uuid primary key,
    municipality   text not null references municipalities (code),
    person_id      uuid not null references people (id),
    procedure      text not null,
    state          text not null check (state in ('draft', 'arrived', 'in-review', 'correction-requested', 'decided',
                                                  'withdrawn', 'signature-invalid', 'expired', 'transferred')),
    version        bigint not null default 1 check (version > 0),
    revision       integer not null default 1 check (revision > 0),
    channel        text not null check (channel in ('online', 'counter', 'handover')),
    children_index bytea not null,
    separate_id    text not null default '',
    period         text not null default '',
    replaces_id    uuid,
    replaces_how   text not null default '' check (replaces_how in ('', 'amend', 'supersede')),
    wrapped_key    bytea,
    sealed_summary bytea,
    sealed_withdrawal bytea,
    family_index   bytea,
    kana_index     bytea,
    birth_index    bytea,
    receipt_number text unique,
    filed_revision integer,
    plan_version   text check (plan_version ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
    arrived_at     timestamptz,
    claim_on       date,
    deadline_on    date,
    late           boolean not null default false,
    expires_at     timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    -- What has arrived has all of it; what has not has none of it.
    check ((arrived_at is null) = (receipt_number is null)),
    check ((arrived_at is null) = (filed_revision is null)),
    check ((arrived_at is null) = (plan_version is null)),
    check ((arrived_at is null) = (claim_on is null)),
    check ((state in ('draft', 'expired')) = (arrived_at is null)),
    check ((replaces_id is null) = (replaces_how = '')),
    check (state <> 'draft' or expires_at is not null)
);
-- One open draft per person, procedure, municipality and set of children, unless a separate one was asked for.
create unique index applications_one_open_draft
    on applications (person_id, municipality, procedure, children_index, period, separate_id) where state = 'draft';
create index applications_of_person on applications (person_id, id desc);
create index applications_queue on applications (municipality, state, arrived_at, id);
create index applications_expiry on applications (expires_at) where state = 'draft';
-- What belongs to an application refers to all three, so that a row cannot hang on another person's application. Made
-- after the indexes above: while the table is empty all plans cost the same, the newest index is taken, and the plan by
-- which a reference is checked is kept. One through applications_queue would read the whole municipality each time.
alter table applications add constraint applications_whose unique (id, municipality, person_id);

create function guard_application() returns trigger language plpgsql as $$
begin
    if new.version <> old.version + 1 then
        raise exception 'application %: version % does not follow %', old.id, new.version, old.version using errcode = 'OS002';
    end if;
    if (new.id, new.municipality, new.person_id, new.procedure) is distinct from (old.id, old.municipality, old.person_id, old.procedure) then
        raise exception 'application %: whose and what it is does not change', old.id using errcode = 'OS002';
    end if;
    -- P5: what was decided at arrival is never decided again; filed once.
    if old.arrived_at is not null
       and (new.arrived_at, new.receipt_number, new.filed_revision, new.plan_version, new.claim_on)
           is distinct from (old.arrived_at, old.receipt_number, old.filed_revision, old.plan_version, old.claim_on) then
        raise exception 'application %: its arrival does not change', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on applications for each row execute function guard_application();

create table revisions (
    application_id uuid not null,
    number         integer not null check (number > 0),
    municipality   text not null,
    person_id      uuid not null,
    sealed         bytea not null,
    filed          boolean not null default false,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (application_id, number),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create function guard_revision() returns trigger language plpgsql as $$
begin
    if old.filed then
        raise exception 'revision % of %: it was filed and never changes', old.number, old.application_id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on revisions for each row execute function guard_revision();

create table plan_items (
    application_id uuid not null,
    document       text not null,
    subject        text not null,
    municipality   text not null,
    person_id      uuid not null,
    item           text not null default '',
    decision       text not null check (decision in ('attach', 'omit')),
    reason         text not null,
    inquire        boolean not null,
    phase          text not null default '',
    phase_row_id   uuid,
    state          text not null check (state in ('awaiting-document', 'received', 'inquiring', 'answered', 'matched',
                                                  'discrepant', 'resolved', 'waived')),
    declared       text not null default '' check (declared in ('', 'will-follow', 'cannot-provide')),
    due_on         date,
    revision       integer not null,
    updated_at     timestamptz not null,
    primary key (application_id, document, subject),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index plan_items_due on plan_items (due_on) where state = 'awaiting-document' and due_on is not null;
create index plan_items_pair on plan_items (municipality, item, state);

create table history (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    at             timestamptz not null,
    event          text not null,
    from_state     text not null,
    to_state       text not null,
    role           text not null,
    revision       integer not null,
    detail         text not null default '',
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index history_of_application on history (application_id, id);

create table corrections (
    application_id uuid not null,
    number         integer not null check (number > 0),
    municipality   text not null,
    person_id      uuid not null,
    state          text not null check (state in ('open', 'submitted', 'withdrawn')),
    items          jsonb not null,
    fields         jsonb not null,
    sealed_text    bytea not null,
    due_on         date,
    requested_at   timestamptz not null,
    submitted_at   timestamptz,
    primary key (application_id, number),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create unique index corrections_one_open on corrections (application_id) where state = 'open';

create table consents (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    item           text not null,
    subject        text not null default '',
    given          boolean not null,
    given_by       text not null,
    how            text not null check (how in ('online', 'counter')),
    at             timestamptz not null,
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index consents_of_application on consents (application_id, id);

-- A reviewer or admin sees what was filed in the own municipality. Asked through a function so that a policy of a child
-- table does not run the policies of applications once more for each row.
create function filed_here(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from applications where id = wanted and state not in ('draft', 'expired')
                         and municipality = nullif(current_setting('app.municipality', true), '')) $$;
revoke execute on function filed_here from public;
grant execute on function filed_here to onestop_app;

alter table applications enable row level security;
create policy own on applications to onestop_app using (person_id = (select actor_owner()));
create policy staff on applications to onestop_app
    using (municipality = (select actor_staff_of()) and state not in ('draft', 'expired'));
create policy system on applications to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on applications to onestop_sweep using (true);
grant select, insert, update, delete on applications to onestop_app;
grant select on applications to onestop_sweep;

do $$
declare t text;
begin
    foreach t in array array['revisions', 'plan_items', 'history', 'corrections', 'consents'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy own on %I to onestop_app using (person_id = (select actor_owner()))', t);
        -- case: who is no staff must not pay for the question, and null and a question asks it.
        execute format('create policy staff on %I to onestop_app using (municipality = (select actor_staff_of())
            and case when (select actor_staff_of()) is null then false else filed_here(application_id) end)', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('create policy sweep on %I for select to onestop_sweep using (true)', t);
        execute format('grant select on %I to onestop_sweep', t);
    end loop;
end $$;
grant select, insert, update on revisions, plan_items, corrections to onestop_app;
grant select, insert on history, consents to onestop_app;
grant delete on plan_items to onestop_app;
create trigger only_added before update on history for each row execute function refuse_change();
create trigger only_added before update on consents for each row execute function refuse_change();

-- Only a draft is deleted, and only by its owner.
create function guard_deletion() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' then
        raise exception 'application %: only a draft is deleted', old.id using errcode = 'OS002';
    end if;
    return old;
end $$;
create trigger guard_deletion before delete on applications for each row execute function guard_deletion();
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table consents, corrections, history, plan_items, revisions, applications;
drop function filed_here, guard_deletion, guard_revision, guard_application;
-- +goose StatementEnd
