-- Files. A row stands before the first byte is sent; when a part's row goes, its object is queued for removal by the
-- same transaction, whoever deleted it, so that no object is forgotten.

-- +goose Up
-- +goose StatementBegin
create table files (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    document       text not null,
    subject        text not null,
    name_index     bytea not null,
    sealed_name    bytea not null,
    media_type     text not null default '',
    size           bigint not null default 0 check (size >= 0),
    sha256         bytea,
    state          text not null check (state in ('receiving', 'stored', 'superseded')),
    scan           text not null default 'pending' check (scan in ('pending', 'clean', 'infected', 'failed')),
    scanned_at     timestamptz,
    expires_at     timestamptz,
    revision       integer not null,
    created_at     timestamptz not null,
    stored_at      timestamptz,
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade,
    unique (id, application_id, municipality, person_id), -- what a part refers to
    check ((state = 'receiving') = (expires_at is not null)),
    check (state = 'receiving' or (sha256 is not null and size > 0 and media_type <> '' and stored_at is not null))
);
-- The same name again replaces: one stored file of a name per document and subject.
create unique index files_one_name on files (application_id, document, subject, name_index) where state = 'stored';
create index files_of_application on files (application_id, id);
create index files_receiving on files (expires_at) where state = 'receiving';
create index files_to_scan on files (created_at) where state = 'stored' and scan in ('pending', 'failed');

create table file_parts (
    file_id        uuid not null,
    number         integer not null check (number > 0),
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    object_key     text not null unique,
    size           bigint not null default 0,
    sealed_size    bigint not null default 0,
    primary key (file_id, number),
    foreign key (file_id, application_id, municipality, person_id)
        references files (id, application_id, municipality, person_id) on delete cascade
);

create table object_removals (
    object_key   text primary key,
    municipality text not null,
    queued_at    timestamptz not null default clock_timestamp()
);

create function queue_object_removal() returns trigger language plpgsql security definer set search_path = public as $$
begin
    insert into object_removals (object_key, municipality) values (old.object_key, old.municipality)
        on conflict (object_key) do nothing;
    return old;
end $$;
create trigger queue_removal after delete on file_parts for each row execute function queue_object_removal();

-- Staff learn of a file once a scan has released it (security.md, "Files").
create function released(wanted uuid) returns boolean language sql stable security definer set search_path = public
    as $$ select exists (select 1 from files where id = wanted and state <> 'receiving' and scan = 'clean') $$;
revoke execute on function released from public;
grant execute on function released to onestop_app;

-- case: as on the tables of an application, who is no staff does not pay for the questions.
create policy staff on files for select to onestop_app
    using (municipality = (select actor_staff_of()) and state <> 'receiving' and scan = 'clean'
           and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy staff on file_parts for select to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_staff_of()) is null then false else filed_here(application_id) and released(file_id) end);
do $$
declare t text;
begin
    foreach t in array array['files', 'file_parts'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy own on %I to onestop_app using (person_id = (select actor_owner()))', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        execute format('create policy sweep on %I to onestop_sweep using (true)', t);
    end loop;
end $$;
alter table object_removals enable row level security;
create policy system on object_removals to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on object_removals to onestop_sweep using (true);

grant select, insert, update, delete on files, file_parts to onestop_app;
grant select, delete on files, file_parts, object_removals to onestop_sweep;
grant insert on object_removals to onestop_sweep; -- an object without a row, found by reconcile
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table object_removals, file_parts, files;
drop function queue_object_removal, released;
-- +goose StatementEnd
