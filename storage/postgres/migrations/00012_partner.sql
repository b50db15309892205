-- Other sites (API連携, R14): a person handed over with a prefilled application, and facts shared with the person's consent
-- for one purpose. Each link is bound to the person who opens it first; whom nothing is bound to, it does not exist for.

-- +goose Up
-- +goose StatementBegin
-- The site that acts: a program with scopes, and nobody else.
create function actor_site() returns uuid language sql stable parallel safe
    as $$ select case when current_setting('app.role', true) = 'partner'
                      then nullif(current_setting('app.person', true), '')::uuid end $$;

create table handovers (
    id           uuid primary key,
    site_id      uuid not null references people (id),
    site_name    text not null,
    person_id    uuid references people (id),
    municipality text not null references municipalities (code),
    procedure    text not null,
    state        text not null check (state in ('open', 'accepted', 'declined', 'expired')),
    secret_hash  bytea not null check (length(secret_hash) = 32),
    wrapped_key  bytea,
    sealed       bytea,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    opened_at    timestamptz,
    ended_at     timestamptz,
    -- What was sent is there while it can be taken over, and no longer.
    check ((state = 'open') = (sealed is not null)),
    check ((state = 'open') = (wrapped_key is not null)),
    check ((state = 'open') = (ended_at is null)),
    check ((person_id is null) = (opened_at is null)),
    check (person_id is not null or state in ('open', 'expired'))
);
create index handovers_of_person on handovers (person_id) where person_id is not null;
create index handovers_of_site on handovers (site_id, id);
create index handovers_open on handovers (expires_at) where state = 'open';
create index handovers_ended on handovers (ended_at) where state <> 'open';

create table shares (
    id            uuid primary key,
    site_id       uuid not null references people (id),
    site_name     text not null,
    person_id     uuid references people (id),
    item          text not null,
    state         text not null check (state in ('asked', 'granted', 'revoked', 'declined', 'lapsed')),
    secret_hash   bytea not null check (length(secret_hash) = 32),
    wrapped_key   bytea,
    sealed_reason bytea,
    sealed_login  bytea,
    asked_at      timestamptz not null,
    expires_at    timestamptz not null,
    until         timestamptz not null,
    granted_at    timestamptz,
    ended_at      timestamptz,
    check ((state = 'granted') = (sealed_login is not null)),
    check ((state in ('declined', 'lapsed')) = (sealed_reason is null)),
    check ((state in ('declined', 'lapsed')) = (wrapped_key is null)),
    check ((state in ('granted', 'revoked')) = (granted_at is not null)),
    check ((state in ('revoked', 'declined', 'lapsed')) = (ended_at is not null)),
    check (person_id is not null or state in ('asked', 'lapsed')),
    unique (id, site_id, person_id)
);
create index shares_of_person on shares (person_id, id desc) where person_id is not null;
create index shares_of_site on shares (site_id, id);
create index shares_asked on shares (expires_at) where state = 'asked';
create index shares_ended on shares (ended_at) where state in ('declined', 'lapsed');

create table share_uses (
    id        uuid primary key,
    share_id  uuid not null,
    site_id   uuid not null,
    person_id uuid not null,
    item      text not null,
    at        timestamptz not null,
    result    text not null,
    foreign key (share_id, site_id, person_id) references shares (id, site_id, person_id)
);
create index share_uses_of_share on share_uses (share_id, at);

-- A state that has ended stays; whose and what it is does not change.
create function guard_handover() returns trigger language plpgsql as $$
begin
    if (old.state <> 'open' and (old.person_id is not null or new.state <> old.state))
       or (old.person_id is not null and new.person_id is distinct from old.person_id) then
        raise exception 'handover %: it has ended, or is another person''s', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on handovers for each row execute function guard_handover();
create function guard_share() returns trigger language plpgsql as $$
begin
    if (old.state in ('revoked', 'declined', 'lapsed') and (old.person_id is not null or new.state <> old.state))
       or (old.state = 'granted' and new.state <> 'revoked')
       or (old.person_id is not null and new.person_id is distinct from old.person_id) then
        raise exception 'share %: it has ended, or is another person''s', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on shares for each row execute function guard_share();
create function guard_share_use() returns trigger language plpgsql as $$
begin
    if old.result <> 'asked' then
        raise exception 'share use %: the record does not change', old.id using errcode = 'OS001';
    end if;
    return new;
end $$;
create trigger guard before update on share_uses for each row execute function guard_share_use();

alter table handovers enable row level security;
alter table shares enable row level security;
alter table share_uses enable row level security;
create policy site on handovers for select to onestop_app using (site_id = (select actor_site()));
create policy sent on handovers for insert to onestop_app with check (site_id = (select actor_site()) and person_id is null and state = 'open');
create policy own on handovers for select to onestop_app using (person_id = (select actor_owner()));
create policy ended on handovers for update to onestop_app using (person_id = (select actor_owner()));
create policy site on shares for select to onestop_app using (site_id = (select actor_site()));
create policy asked on shares for insert to onestop_app with check (site_id = (select actor_site()) and person_id is null and state = 'asked');
create policy own on shares for select to onestop_app using (person_id = (select actor_owner()));
create policy decided on shares for update to onestop_app using (person_id = (select actor_owner()));
create policy site on share_uses to onestop_app using (site_id = (select actor_site()));
create policy own on share_uses for select to onestop_app using (person_id = (select actor_owner()));
grant select, insert on handovers, shares, share_uses to onestop_app;
grant update (state, wrapped_key, sealed, ended_at) on handovers to onestop_app;
grant update (state, wrapped_key, sealed_reason, sealed_login, granted_at, ended_at) on shares to onestop_app;
grant update (result) on share_uses to onestop_app;

-- Nobody sees a link before it is theirs: the one way is to bring its secret, and then the first person who does has it.
-- Also to one whose time is over, so that the person is told so.
create function bind_handover(wanted uuid, digest bytea) returns void language sql security definer set search_path = public
    as $$ update handovers set person_id = actor_owner(), opened_at = clock_timestamp()
          where id = wanted and secret_hash = digest and person_id is null and actor_owner() is not null $$;
create function bind_share(wanted uuid, digest bytea) returns void language sql security definer set search_path = public
    as $$ update shares set person_id = actor_owner()
          where id = wanted and secret_hash = digest and person_id is null and actor_owner() is not null $$;

-- Ends what nobody took up in time, with what it held, and forgets what ended before the instant given and was no consent.
create function links_sweep(forget timestamptz) returns bigint language plpgsql security definer set search_path = public as $$
declare n bigint; m bigint;
begin
    update handovers set state = 'expired', sealed = null, wrapped_key = null, ended_at = clock_timestamp()
        where state = 'open' and expires_at <= clock_timestamp();
    get diagnostics n = row_count;
    update shares set state = 'lapsed', sealed_reason = null, wrapped_key = null, ended_at = clock_timestamp()
        where state = 'asked' and (expires_at <= clock_timestamp() or until <= clock_timestamp());
    get diagnostics m = row_count;
    delete from handovers where state <> 'open' and ended_at < forget;
    delete from shares where state in ('declined', 'lapsed') and ended_at < forget;
    return n + m;
end $$;
revoke execute on function bind_handover, bind_share, links_sweep from public;
grant execute on function bind_handover, bind_share to onestop_app;
grant execute on function links_sweep to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table share_uses, shares, handovers;
drop function links_sweep, bind_handover, bind_share, guard_share_use, guard_share, guard_handover, actor_site;
-- +goose StatementEnd
