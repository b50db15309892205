-- Linkage: whom the directory knows, what the network was asked, the record of information provided (R3–R7, P7).

-- +goose Up
-- +goose StatementBegin
-- Who a subject of an application is in the municipality's directory: the resident id (宛名番号), sealed.
create table resident_links (
    application_id uuid not null,
    subject        text not null,
    municipality   text not null,
    person_id      uuid not null,
    sealed         bytea not null,
    how            text not null check (how in ('exact', 'chosen')),
    linked_by      uuid,
    at             timestamptz not null,
    primary key (application_id, subject)
);

create table inquiries (
    id             uuid primary key, -- the idempotency key too: however often a job runs, the network is asked once
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    document       text not null,
    subject        text not null,
    item           text not null,
    state          text not null check (state in ('queued', 'waiting', 'answered', 'ended', 'given-up')),
    result         text not null default '', -- the kind of the network's reply
    provider       text not null default '',
    reference      text not null default '',
    phase          text not null check (phase in ('trial', 'full')), -- at the moment of asking
    sealed_resident bytea not null,
    sealed_answer  bytea,
    attempts       integer not null default 0,
    asked_by       uuid not null,
    queued_at      timestamptz not null,
    requested_at   timestamptz,
    answered_at    timestamptz,
    give_up_at     timestamptz not null,
    check ((state = 'answered') = (sealed_answer is not null))
);
-- One at a time for one document.
create unique index inquiries_one_open on inquiries (application_id, document, subject) where state in ('queued', 'waiting');
create index inquiries_of_application on inquiries (application_id, id);
create index inquiries_under_way on inquiries (queued_at) where state in ('queued', 'waiting');

-- The record of information provided (情報提供等記録, R6). It outlives the case: seven years, without any fact.
create table exchanges (
    id             uuid primary key,
    municipality   text not null, -- the inquirer
    person_id      uuid not null, -- in whose record it is shown
    application_id uuid not null, -- no reference: the case may be erased before
    subject        text not null,
    document       text not null,
    item           text not null,
    procedure      text not null,
    affair         text not null,
    legal_basis    text not null,
    provider       text not null,
    phase          text not null,
    requested_at   timestamptz not null,
    answered_at    timestamptz not null,
    result         text not null,
    hidden         boolean not null default false, -- 不開示: from the citizen's view, never from audit
    hidden_by      uuid,
    sealed_reason  bytea,
    check (hidden = (hidden_by is not null))
);
create index exchanges_of_person on exchanges (person_id, id desc);
create index exchanges_of_application on exchanges (application_id, id);
create index exchanges_by_age on exchanges (answered_at);
create function guard_exchange() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - 'hidden' - 'hidden_by' - 'sealed_reason') is distinct from (to_jsonb(old) - 'hidden' - 'hidden_by' - 'sealed_reason') then
        raise exception 'exchange %: the record does not change', old.id using errcode = 'OS001';
    end if;
    return new;
end $$;
create trigger guard before update on exchanges for each row execute function guard_exchange();

-- R7: one file per difference, with ordered steps.
create table discrepancies (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    procedure      text not null,
    document       text not null,
    subject        text not null,
    item           text not null,
    kind           text not null check (kind in ('facts', 'outcome', 'no-answer')),
    result         text not null default '', -- of no-answer: the kind of reply
    fields         text not null default '', -- which fields differ, separated by spaces, without their values
    state          text not null check (state in ('open', 'closed')),
    step           text not null default '',
    cause          text not null default '',
    basis          text not null default '', -- on what the case is processed: answer, document
    similar_count  integer not null default 0,
    sealed_report  bytea, -- what happened (顛末)
    sealed_differences bytea not null,
    opened_at      timestamptz not null,
    step_at        timestamptz not null,
    closed_at      timestamptz,
    version        bigint not null default 1,
    check ((state = 'closed') = (closed_at is not null))
);
create unique index discrepancies_one_open on discrepancies (application_id, document, subject) where state = 'open';
create index discrepancies_of_application on discrepancies (application_id, id);
create index discrepancies_open on discrepancies (municipality, step_at) where state = 'open';
create index discrepancies_of_pair on discrepancies (municipality, procedure, item);

create table discrepancy_steps (
    id             uuid primary key,
    discrepancy_id uuid not null references discrepancies (id) on delete cascade,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    step           text not null,
    staff_id       uuid not null,
    at             timestamptz not null,
    count          integer not null default 0, -- similar records found
    sealed_note    bytea not null
);
create index discrepancy_steps_of on discrepancy_steps (discrepancy_id, id);

-- How one item of one case ended in the trial, kept for the readiness figures without anything personal.
create table comparisons (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    procedure      text not null,
    item           text not null,
    document       text not null,
    subject        text not null,
    phase          text not null,
    outcome        text not null check (outcome in ('matched', 'facts', 'outcome', 'no-answer')),
    at             timestamptz not null
);
create index comparisons_of_pair on comparisons (municipality, procedure, item);

do $$
declare t text;
begin
    foreach t in array array['resident_links', 'inquiries', 'discrepancies', 'discrepancy_steps', 'comparisons'] loop
        execute format('alter table %I add foreign key (application_id, municipality, person_id)
            references applications (id, municipality, person_id) on delete cascade', t);
    end loop;
    foreach t in array array['resident_links', 'inquiries', 'discrepancies', 'discrepancy_steps', 'comparisons', 'exchanges'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy staff on %I to onestop_app using (municipality = (select actor_staff_of())
            and case when (select actor_staff_of()) is null then false else filed_here(application_id) end)', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('create policy sweep on %I for select to onestop_sweep using (true)', t);
        execute format('grant select, insert on %I to onestop_app', t);
        execute format('grant select on %I to onestop_sweep', t);
    end loop;
end $$;
grant update on resident_links, inquiries, discrepancies, exchanges to onestop_app;
create policy own on exchanges for select to onestop_app using (person_id = (select actor_owner()) and not hidden);
create policy audit on exchanges for select to onestop_app using ((select actor_role()) = 'auditor');
create trigger only_added before update on discrepancy_steps for each row execute function refuse_change();
create trigger only_added before update on comparisons for each row execute function refuse_change();

-- What other bodies ask this municipality, as provider, to confirm (R7, the other side).
create table provider_requests (
    id            uuid primary key,
    municipality  text not null references municipalities (code),
    inquirer      text not null, -- the body that asks
    item          text not null,
    state         text not null check (state in ('open', 'answered', 'closed')),
    step          text not null,
    outcome       text not null default '' check (outcome in ('', 'corrected', 'confirmed', 'cannot-confirm')),
    similar_count integer not null default 0,
    sealed        bytea not null, -- about whom, and what is in question; under the municipality's key
    received_at   timestamptz not null,
    step_at       timestamptz not null,
    closed_at     timestamptz,
    version       bigint not null default 1
);
create index provider_requests_newest on provider_requests (municipality, id desc);
create table provider_request_steps (
    id           uuid primary key,
    request_id   uuid not null references provider_requests (id),
    municipality text not null,
    step         text not null,
    staff_id     uuid not null,
    at           timestamptz not null,
    count        integer not null default 0,
    sealed_note  bytea not null
);
create index provider_request_steps_of on provider_request_steps (request_id, id);
create trigger only_added before update on provider_request_steps for each row execute function refuse_change();

-- Whether the counter, the terminals and the workflow were tried for a pair, before it is switched.
create table readiness_checks (
    municipality text not null references municipalities (code),
    procedure    text not null,
    item         text not null,
    tried        text not null check (tried in ('counter', 'terminals', 'workflow')),
    done_at      timestamptz not null,
    done_by      uuid not null,
    note         text not null default '',
    primary key (municipality, procedure, item, tried)
);
alter table readiness_checks enable row level security;
create policy national on readiness_checks for select to onestop_app using ((select actor_role()) in ('national', 'auditor'));
create policy here on readiness_checks to onestop_app using (municipality = (select actor_staff_of()));
grant select, insert, update, delete on readiness_checks to onestop_app;

do $$
declare t text;
begin
    foreach t in array array['provider_requests', 'provider_request_steps'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy staff on %I to onestop_app using (municipality = (select actor_staff_of()))', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('grant select, insert on %I to onestop_app', t);
    end loop;
end $$;
grant update on provider_requests to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table readiness_checks, provider_request_steps, provider_requests, comparisons, discrepancy_steps, discrepancies, exchanges, inquiries, resident_links;
drop function guard_exchange;
-- +goose StatementEnd
