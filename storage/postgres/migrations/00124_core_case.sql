-- What core systems have said of cases: taken, or refused with a reason, and since when is paid. The clerk sees it on the case.

-- +goose Up
-- +goose StatementBegin
create table core_cases (
    application_id uuid not null,
    system_id      uuid not null references core_systems (id),
    municipality   text not null,
    person_id      uuid not null,
    state          text not null check (state in ('taken', 'refused')),
    sealed_reason  bytea,
    revision       integer not null check (revision > 0),
    at             timestamptz not null,
    payment_on     date,
    primary key (application_id, system_id),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade,
    check (state <> 'refused' or sealed_reason is not null)
);
alter table core_cases enable row level security;
create policy staff on core_cases for select to onestop_app using (municipality = (select actor_staff_of())
    and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy system on core_cases for select to onestop_app using (municipality = (select actor_system_of()));
-- Its own rows a system sees whatever became of the case: what it has taken and may not see any more, it must be told.
create policy core on core_cases to onestop_app using (municipality = (select actor_core_of()) and system_id = (select actor_person()))
    with check (municipality = (select actor_core_of()) and system_id = (select actor_person())
        and case when (select actor_core_of()) is null then false else filed_here(application_id) end);
create policy sweep on core_cases to onestop_sweep using (true);
grant select, insert, update on core_cases to onestop_app;
grant select on core_cases to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
drop table core_cases;
