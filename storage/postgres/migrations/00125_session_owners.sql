-- +goose Up
-- Whose a browser session is, so that it can be ended from outside: by the provider (back-channel logout), or by an admin of the municipality in
-- whose name the person works. What the session holds stays sealed under the browser's token. Sessions from before have no owner, and end by themselves.
alter table sessions add column person uuid;
alter table sessions add column provider_session bytea;
alter table sessions add column places text[];
alter table sessions add column began timestamptz;
alter table sessions add column checking timestamptz;

create function session_own(wanted bytea, owner uuid, provider_sid bytea, working_at text[]) returns void
    language sql security definer set search_path = public
    as $$ update sessions set person = owner, provider_session = provider_sid, places = working_at, began = clock_timestamp() where token_digest = wanted $$;

-- One request in half a minute asks the provider anew about a session: whose refresh token is used twice loses the session.
create function session_claim(wanted bytea) returns boolean language sql security definer set search_path = public as $$
    with claimed as (
        update sessions set checking = clock_timestamp()
        where token_digest = wanted and (checking is null or checking < clock_timestamp() - interval '30 seconds') returning 1)
    select exists (select from claimed)
$$;

-- A row that stands for something that counts once: false if it was there.
create function session_first(wanted bytea, until timestamptz) returns boolean language sql security definer set search_path = public as $$
    with added as (insert into sessions (token_digest, data, expires_at) values (wanted, '', until) on conflict do nothing returning 1)
    select exists (select from added)
$$;

-- What a provider ends: one session of its own, or all of a person.
create function sessions_end_by_provider(owner uuid, provider_sid bytea) returns bigint language sql security definer set search_path = public as $$
    with gone as (
        delete from sessions where case when provider_sid is null then person = owner
            else provider_session = provider_sid and (owner is null or person = owner) end returning 1)
    select count(*) from gone
$$;

-- +goose StatementBegin
create function sessions_of_staff() returns table (person uuid, began timestamptz, until timestamptz)
    language sql stable security definer set search_path = public as $$
    select s.person, s.began, s.expires_at from sessions s
    where actor_role() = 'admin' and actor_municipality() = any (s.places) and s.expires_at > clock_timestamp()
    order by s.began
$$;
create function sessions_end_of_staff(member uuid) returns bigint language sql security definer set search_path = public as $$
    with gone as (
        delete from sessions s where s.person = member and actor_role() = 'admin' and actor_municipality() = any (s.places) and s.expires_at > clock_timestamp()
        returning 1)
    select count(*) from gone
$$;
-- +goose StatementEnd
revoke execute on function session_own, session_claim, session_first, sessions_end_by_provider, sessions_of_staff, sessions_end_of_staff from public;
grant execute on function session_own, session_claim, session_first, sessions_end_by_provider, sessions_of_staff, sessions_end_of_staff to onestop_app;

-- +goose Down
drop function sessions_end_of_staff, sessions_of_staff, sessions_end_by_provider, session_first, session_claim, session_own;
alter table sessions drop column checking, drop column began, drop column places, drop column provider_session, drop column person;
