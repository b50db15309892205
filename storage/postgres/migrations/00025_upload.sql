-- Files that come in parts (security.md, "Files"). An open upload belongs to a receiving file and goes with it. Each
-- sending of a part is an attempt with an object of its own, so that a late one can never change what was checked: its
-- row stands before its first byte, and when the row goes its object is queued for removal, unless it became a part.

-- +goose Up
-- +goose StatementBegin
alter table file_parts add column sha256 bytea; -- of the plain bytes
-- A file that came whole is one part: its digest is the part's.
update file_parts p set sha256 = f.sha256 from files f where f.id = p.file_id and f.sha256 is not null
    and not exists (select 1 from file_parts o where o.file_id = p.file_id and o.number <> p.number);

create table uploads (
    file_id        uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    size           bigint not null check (size > 0),      -- announced, plain bytes
    part_size      integer not null check (part_size > 0), -- of each part but the last
    attempts       integer not null default 0 check (attempts between 0 and 9999), -- numbers of objects given out
    touched_at     timestamptz not null,
    foreign key (file_id, application_id, municipality, person_id)
        references files (id, application_id, municipality, person_id) on delete cascade
);
create index uploads_of_application on uploads (application_id);

create table part_attempts (
    object_key     text primary key,
    file_id        uuid not null,
    number         integer not null check (number > 0),
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    expires_at     timestamptz not null,
    foreign key (file_id, application_id, municipality, person_id)
        references files (id, application_id, municipality, person_id) on delete cascade
);
create index part_attempts_of_file on part_attempts (file_id);
create index part_attempts_expiring on part_attempts (expires_at);

create function queue_attempt_removal() returns trigger language plpgsql security definer set search_path = public as $$
begin
    if not exists (select 1 from file_parts where object_key = old.object_key) then
        insert into object_removals (object_key, municipality) values (old.object_key, old.municipality)
            on conflict (object_key) do nothing;
    end if;
    return old;
end $$;
create trigger queue_removal after delete on part_attempts for each row execute function queue_attempt_removal();

do $$
declare t text;
begin
    foreach t in array array['uploads', 'part_attempts'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy own on %I to onestop_app using (person_id = (select actor_owner()))', t);
        execute format('create policy system on %I to onestop_app using (municipality = (select actor_system_of()))', t);
        -- A clerk's draft of the counter is in the clerk's hands (R16); other staff learn of no upload.
        execute format('create policy counter on %I to onestop_app using (municipality = (select actor_staff_of())
            and case when (select actor_role()) = ''reviewer'' then counter_draft(application_id) else false end)', t);
    end loop;
end $$;
create policy sweep on part_attempts to onestop_sweep using (true);

grant select, insert, update, delete on uploads to onestop_app;
grant select, insert, delete on part_attempts to onestop_app;
grant select, delete on part_attempts to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table part_attempts, uploads;
drop function queue_attempt_removal;
alter table file_parts drop column sha256;
-- +goose StatementEnd
