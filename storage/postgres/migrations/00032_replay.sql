-- Editions tried on cases that were filed (P8): how far each replay has come, and what it counted. Numbers alone: no answer of
-- anybody, and no case by name.

-- +goose Up
-- +goose StatementBegin
create table edition_replays (
    id           uuid primary key,
    edition_id   uuid not null references editions (id),
    scope        text not null check (scope = '*' or scope ~ '^[0-9]{6}$'), -- the edition's
    state        text not null check (state in ('running', 'stopped', 'done')),
    period_from  timestamptz not null, -- cases that arrived from here
    period_to    timestamptz not null, -- and before
    cursor_municipality text not null default '', -- the last case that was read
    cursor_id    uuid,
    total        integer, -- cases to read; null until they are counted
    done         integer not null default 0,
    same         integer not null default 0,
    more         integer not null default 0,
    fewer        integer not null default 0,
    other        integer not null default 0,
    unanswered   integer not null default 0,
    unreadable   integer not null default 0,
    unsealing    bigint not null default 0, -- microseconds
    comparing    bigint not null default 0, -- microseconds
    started_by   uuid not null references people (id),
    started_at   timestamptz not null,
    finished_at  timestamptz,
    check (period_from < period_to),
    check (done = same + more + fewer + other + unanswered + unreadable),
    check ((state = 'done') = (finished_at is not null))
);
create index edition_replays_of_edition on edition_replays (edition_id, id desc);
-- What a replay is of does not change, how far it is never goes back, and what has ended stays as it is.
create function guard_replay() returns trigger language plpgsql as $$
begin
    if old.state <> 'running' or new.done < old.done
       or (new.id, new.edition_id, new.scope, new.period_from, new.period_to, new.started_by, new.started_at)
          is distinct from (old.id, old.edition_id, old.scope, old.period_from, old.period_to, old.started_by, old.started_at) then
        raise exception 'replay %: it does not change, or has ended', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on edition_replays for each row execute function guard_replay();

create table edition_replay_counts (
    replay_id    uuid not null references edition_replays (id),
    procedure    text not null,
    municipality text not null references municipalities (code),
    document     text not null default '', -- '': all papers of a case together
    cases        integer not null default 0, -- compared; with all papers together only
    more         integer not null default 0,
    fewer        integer not null default 0,
    other        integer not null default 0,
    unanswered   integer not null default 0,
    primary key (replay_id, procedure, municipality, document)
);

alter table edition_replays enable row level security;
alter table edition_replay_counts enable row level security;
-- As the editions themselves: who may see one sees how its replay went, of the counts those of the own municipality.
create policy proposals on edition_replays for select to onestop_app
    using ((select actor_role()) in ('national', 'auditor')
           or ((select actor_role()) = 'admin' and scope in ('*', (select actor_municipality()))));
create policy reach on edition_replays to onestop_app
    using ((select actor_role()) = 'national'
           or ((select actor_role()) = 'admin' and scope = (select actor_municipality())));
create policy oversight on edition_replay_counts for select to onestop_app using ((select actor_role()) in ('national', 'auditor'));
create policy admin on edition_replay_counts for select to onestop_app
    using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
-- The job: it goes from municipality to municipality and writes as the system of each.
create policy system on edition_replays to onestop_app using ((select actor_role()) = 'system');
create policy system on edition_replay_counts to onestop_app using (municipality = (select actor_system_of()));
create policy system on edition_bundles for select to onestop_app using ((select actor_role()) = 'system');
create policy system on editions for select to onestop_app using ((select actor_role()) = 'system');
create policy replayed on editions for update to onestop_app using ((select actor_role()) = 'system');
grant select, insert, update on edition_replays, edition_replay_counts to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop policy replayed on editions;
drop policy system on editions;
drop policy system on edition_bundles;
drop table edition_replay_counts, edition_replays;
drop function guard_replay;
-- +goose StatementEnd
