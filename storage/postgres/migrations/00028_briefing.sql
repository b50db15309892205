-- Who of the staff has read the briefing on the start of the linkage, in which version (R16). Rows are only ever added.

-- +goose Up
-- +goose StatementBegin
create table staff_briefings (
    municipality text not null references municipalities (code),
    staff_id     uuid not null references people (id),
    version      text not null check (version <> ''),
    confirmed_at timestamptz not null,
    primary key (municipality, staff_id, version)
);
create trigger only_added before update or delete on staff_briefings for each row execute function refuse_change();

alter table staff_briefings enable row level security;
create policy national on staff_briefings for select to onestop_app using ((select actor_role()) in ('national', 'auditor'));
create policy here on staff_briefings for select to onestop_app using (municipality = (select actor_staff_of()));
create policy own on staff_briefings for insert to onestop_app with check (municipality = (select actor_staff_of()) and staff_id = (select actor_person()));
grant select, insert on staff_briefings to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table staff_briefings;
-- +goose StatementEnd
