-- A municipality's core system (基幹システム) as a machine that signs in: registered by two admins, known by its public key, let in from its own
-- networks alone. What it may see of a case is what a clerk of the municipality may see; of protected persons (支援措置) only if two admins said so.

-- +goose Up
-- +goose StatementBegin
create table core_systems (
    id             uuid primary key references people (id),
    municipality   text not null references municipalities (code),
    name           text not null check (name <> ''),
    state          text not null check (state in ('proposed', 'approved', 'rejected', 'stopped', 'revoked')),
    scopes         text not null check (scopes <> ''),
    networks       text not null check (networks <> ''),
    per_second     integer not null check (per_second > 0),
    sees_protected boolean not null,
    keys           text not null,
    reason         text not null check (reason <> ''),
    proposed_by    uuid not null,
    proposed_at    timestamptz not null,
    decided_by     uuid,
    decided_at     timestamptz,
    stopped_by     uuid,
    stopped_at     timestamptz,
    ended_by       uuid,
    ended_at       timestamptz,
    check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (state = 'proposed')),
    check ((stopped_by is null) = (stopped_at is null) and (stopped_by is not null) = (state in ('stopped', 'revoked'))),
    check ((ended_by is null) = (ended_at is null) and (ended_by is not null) = (state = 'revoked')),
    check (state <> 'approved' or decided_by <> proposed_by), -- another person
    check (ended_by <> stopped_by)
);
create index core_systems_newest on core_systems (municipality, id desc);

-- One person stops it at once, and another lets it go on or ends it for good: who stopped it does not do either.
create function guard_core_system() returns trigger language plpgsql as $$
declare moves constant text[] := '{state,decided_by,decided_at,stopped_by,stopped_at,ended_by,ended_at}';
begin
    if (to_jsonb(new) - moves) is distinct from (to_jsonb(old) - moves)
       or not ((old.state = 'proposed' and new.state in ('approved', 'rejected')) or (old.state = 'approved' and new.state = 'stopped')
               or (old.state = 'stopped' and new.state = 'revoked' and new.stopped_by = old.stopped_by)
               or (old.state = 'stopped' and new.state = 'approved' and new.decided_by <> old.stopped_by)) then
        raise exception 'core system %: it does not change so', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on core_systems for each row execute function guard_core_system();
alter table core_systems enable row level security;
create policy admin on core_systems to onestop_app using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
-- The clerk reads what the system is called that took a case.
create policy staff on core_systems for select to onestop_app using (municipality = (select actor_staff_of()));
create policy auditor on core_systems for select to onestop_app using ((select actor_role()) = 'auditor');
grant select, insert, update on core_systems to onestop_app;

-- Tokens are found before there is an actor, as sessions are; assertions are remembered so that each is used once.
create table core_tokens (
    digest     bytea primary key,
    system_id  uuid not null references core_systems (id),
    expires_at timestamptz not null
);
create index core_tokens_of on core_tokens (system_id, expires_at);
create table core_assertions (
    system_id  uuid not null references core_systems (id),
    jti        bytea not null,
    expires_at timestamptz not null,
    primary key (system_id, jti)
);
alter table core_tokens enable row level security; -- reached through the functions below alone
alter table core_assertions enable row level security;

create function core_client(client uuid) returns setof core_systems language sql stable security definer set search_path = public as $$
    select * from core_systems where id = client and state = 'approved' $$;
-- Gives a token for an assertion, once; false if it was used before. What has run out of the same system goes.
create function add_core_token(client uuid, used bytea, used_until timestamptz, token bytea, until timestamptz) returns boolean
    language plpgsql security definer set search_path = public as $$
begin
    delete from core_tokens where system_id = client and expires_at < clock_timestamp();
    delete from core_assertions where system_id = client and expires_at < clock_timestamp();
    insert into core_assertions values (client, used, used_until) on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into core_tokens select token, id, until from core_systems where id = client and state = 'approved';
    return found;
end $$;
create function core_token(token bytea) returns setof core_systems language sql stable security definer set search_path = public as $$
    select s.* from core_tokens t join core_systems s on s.id = t.system_id
    where t.digest = token and t.expires_at > clock_timestamp() and s.state = 'approved' $$;

-- The municipality whose core system acts: it sees the filed cases as staff does.
create function actor_core_of() returns text language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) = 'core'
                      then nullif(current_setting('app.municipality', true), '') end $$;
create or replace function actor_staff_of() returns text language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) in ('reviewer', 'admin', 'core')
                      then nullif(current_setting('app.municipality', true), '') end $$;
create or replace function actor_sees_protected() returns boolean language sql stable security definer set search_path = public as $$
    select case actor_role()
        when 'reviewer' then exists (select from staff where municipality = actor_municipality() and staff_id = actor_person()
            and sees_protected and (protected_until is null or protected_until > clock_timestamp()))
        when 'core' then exists (select from core_systems where municipality = actor_municipality() and id = actor_person()
            and state = 'approved' and sees_protected)
        else false end $$;

revoke execute on function core_client, add_core_token, core_token, guard_core_system from public;
grant execute on function core_client, add_core_token, core_token to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function actor_sees_protected() returns boolean language sql stable security definer set search_path = public as $$
    select actor_role() = 'reviewer' and exists (select from staff where municipality = actor_municipality() and staff_id = actor_person()
        and sees_protected and (protected_until is null or protected_until > clock_timestamp())) $$;
create or replace function actor_staff_of() returns text language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) in ('reviewer', 'admin')
                      then nullif(current_setting('app.municipality', true), '') end $$;
drop function core_token, add_core_token, core_client, actor_core_of;
drop table core_assertions, core_tokens, core_systems;
drop function guard_core_system;
-- +goose StatementEnd
