-- Who acts: every transaction of the program sets these, and every policy reads them once a statement.
-- The roles onestop_app and onestop_sweep stand before the first migration (storage/postgres/roles.go).

-- +goose Up
-- +goose StatementBegin
create function actor_role() returns text language sql stable parallel safe
    as $$ select coalesce(nullif(current_setting('app.role', true), ''), 'public') $$;
create function actor_person() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('app.person', true), '')::uuid $$;
-- Only staff and jobs carry a municipality; for everyone else it is null and equals nothing.
create function actor_municipality() returns text language sql stable parallel safe
    as $$ select nullif(current_setting('app.municipality', true), '') $$;
-- The person as owner of applications: a member of staff does not act as a parent with the same token.
create function actor_owner() returns uuid language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) = 'applicant'
                      then nullif(current_setting('app.person', true), '')::uuid end $$;
-- The municipality whose filed cases a reviewer or an admin may see.
create function actor_staff_of() returns text language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) in ('reviewer', 'admin')
                      then nullif(current_setting('app.municipality', true), '') end $$;
-- The municipality on which a job works.
create function actor_system_of() returns text language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) = 'system'
                      then nullif(current_setting('app.municipality', true), '') end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % is refused: its rows are only ever added', tg_op, tg_table_name using errcode = 'OS001';
end $$;

create table municipalities (
    code         text primary key check (code ~ '^[0-9]{6}$'),
    name_ja      text not null,
    name_kana    text not null,
    name_en      text not null,
    office_ja    text not null,
    office_plain text not null,
    office_en    text not null,
    telephone    text not null,
    trial_note   boolean not null default true,
    wrapped_key  bytea not null,
    updated_at   timestamptz not null default clock_timestamp(),
    version      bigint not null default 1
);

create table offerings (
    municipality   text not null references municipalities (code),
    procedure      text not null,
    opens_on       date,
    closes_on      date,
    signature      text not null check (signature in ('none', 'login', 'signature')),
    guidance_ja    text not null default '',
    guidance_plain text not null default '',
    guidance_en    text not null default '',
    deadline_on    date,
    primary key (municipality, procedure),
    check (opens_on is null or closes_on is null or opens_on <= closes_on)
);

create table closed_days (
    municipality text not null references municipalities (code),
    day          date not null,
    name         text not null default '',
    primary key (municipality, day)
);

create table people (
    id         uuid primary key,
    provider   text not null,
    subject    text not null,
    created_at timestamptz not null default clock_timestamp(),
    unique (provider, subject)
);

-- Signing in happens before there is an actor: the one way from a token's subject to a person.
create function person_for(wanted_id uuid, wanted_provider text, wanted_subject text) returns uuid
    language plpgsql security definer set search_path = public as $$
declare found_id uuid;
begin
    select id into found_id from people where provider = wanted_provider and subject = wanted_subject;
    if found_id is null then
        insert into people (id, provider, subject) values (wanted_id, wanted_provider, wanted_subject)
            on conflict (provider, subject) do nothing;
        select id into found_id from people where provider = wanted_provider and subject = wanted_subject;
    end if;
    return found_id;
end $$;

alter table municipalities enable row level security;
alter table offerings enable row level security;
alter table closed_days enable row level security;
alter table people enable row level security;

-- What a municipality offers is public; only its own admin, a national admin or an import changes it.
create policy everyone on municipalities for select to onestop_app, onestop_sweep using (true);
create policy admins on municipalities for update to onestop_app
    using ((select actor_role()) = 'national' or ((select actor_role()) = 'admin' and code = (select actor_municipality())));
create policy everyone on offerings for select to onestop_app, onestop_sweep using (true);
create policy admins on offerings for all to onestop_app
    using ((select actor_role()) = 'national' or ((select actor_role()) = 'admin' and municipality = (select actor_municipality())));
create policy everyone on closed_days for select to onestop_app, onestop_sweep using (true);
create policy admins on closed_days for all to onestop_app
    using ((select actor_role()) = 'national' or ((select actor_role()) = 'admin' and municipality = (select actor_municipality())));
create policy self on people for select to onestop_app using (id = (select actor_person()));

grant select on municipalities, offerings, closed_days to onestop_app, onestop_sweep;
create policy import on municipalities for insert to onestop_app with check ((select actor_role()) = 'national');
grant insert, update on municipalities to onestop_app;
grant insert, update, delete on offerings, closed_days to onestop_app;
grant select on people to onestop_app;
revoke execute on function person_for from public;
grant execute on function person_for to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table people, closed_days, offerings, municipalities;
drop function person_for, refuse_change, actor_system_of, actor_staff_of, actor_owner, actor_municipality, actor_person, actor_role;
-- +goose StatementEnd
