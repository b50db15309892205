-- The audit trail, remembered answers, messages, browser sessions.

-- +goose Up
-- +goose StatementBegin
create table audit_entries (
    id           uuid primary key,
    xid          xid8 not null default pg_current_xact_id(), -- lets a sealing job know what is committed
    at           timestamptz not null,
    actor_id     uuid,
    role         text not null,
    municipality text not null default '',
    purpose      text not null,
    action       text not null,
    object_kind  text not null default '',
    object_id    text not null default '',
    subject_id   uuid,
    request_id   text not null default ''
);
create index audit_entries_by_time on audit_entries (at, id);
create index audit_entries_by_subject on audit_entries (subject_id, id) where subject_id is not null;
create index audit_entries_by_object on audit_entries (object_id, id);
create trigger only_added before update or delete on audit_entries for each row execute function refuse_change();
alter table audit_entries enable row level security;
-- Nobody writes an entry in another's name.
create policy writer on audit_entries for insert to onestop_app
    with check (role = (select actor_role()) and actor_id is not distinct from (select actor_person())
                and municipality = coalesce((select actor_municipality()), municipality));
create policy auditor on audit_entries for select to onestop_app using ((select actor_role()) = 'auditor');
-- A citizen sees who opened the own case.
create policy subject on audit_entries for select to onestop_app using (subject_id = (select actor_owner()));
grant select, insert on audit_entries to onestop_app;

create table idempotency_keys (
    person_id  uuid not null,
    route      text not null,
    key        text not null,
    body_hash  bytea not null,
    sealed     bytea not null,
    created_at timestamptz not null,
    primary key (person_id, route, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
alter table idempotency_keys enable row level security;
create policy own on idempotency_keys to onestop_app using (person_id = (select actor_person()));
create policy sweep on idempotency_keys to onestop_sweep using (true);
grant select, insert, delete on idempotency_keys to onestop_app;
grant select, delete on idempotency_keys to onestop_sweep;

-- Data keys of the service itself, wrapped by the master key; "answers" seals idempotency_keys.
create table service_keys (
    name        text primary key,
    wrapped_key bytea not null
);
alter table service_keys enable row level security;
create policy program on service_keys to onestop_app using (true);
grant select, insert on service_keys to onestop_app;

create table messages (
    id             uuid primary key,
    person_id      uuid not null references people (id),
    municipality   text not null default '',
    application_id uuid,
    kind           text not null,
    params         jsonb not null default '{}',
    created_at     timestamptz not null,
    read_at        timestamptz,
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create index messages_of_person on messages (person_id, id desc);
-- A job that runs twice writes one message.
create unique index messages_once on messages (application_id, kind, params) where application_id is not null;
alter table messages enable row level security;
create policy own on messages to onestop_app using (person_id = (select actor_owner()));
create policy system on messages to onestop_app using (municipality = (select actor_system_of()));
grant select, insert, update on messages to onestop_app;

-- A browser session is found by the digest of its token before anyone is known, so the table itself is closed and only
-- these functions reach it.
create table sessions (
    token_digest bytea primary key,
    data         bytea not null,
    expires_at   timestamptz not null
);
create index sessions_by_expiry on sessions (expires_at);
alter table sessions enable row level security;
create function session_load(wanted bytea) returns bytea language sql stable security definer set search_path = public
    as $$ select data from sessions where token_digest = wanted and expires_at > clock_timestamp() $$;
create function session_store(wanted bytea, new_data bytea, until timestamptz) returns void
    language sql security definer set search_path = public
    as $$ insert into sessions (token_digest, data, expires_at) values (wanted, new_data, until)
          on conflict (token_digest) do update set data = excluded.data, expires_at = excluded.expires_at $$;
create function session_drop(wanted bytea) returns void language sql security definer set search_path = public
    as $$ delete from sessions where token_digest = wanted $$;
create function sessions_sweep() returns bigint language sql security definer set search_path = public
    as $$ with gone as (delete from sessions where expires_at <= clock_timestamp() returning 1) select count(*) from gone $$;
revoke execute on function session_load, session_store, session_drop, sessions_sweep from public;
grant execute on function session_load, session_store, session_drop to onestop_app;
grant execute on function sessions_sweep to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table sessions, messages, service_keys, idempotency_keys, audit_entries;
drop function session_load, session_store, session_drop, sessions_sweep;
-- +goose StatementEnd
