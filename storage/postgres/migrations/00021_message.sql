-- Messages (お知らせ, R15): how a person wants to be told, the mail of each message, and messages to a group of parents.

-- +goose Up
-- +goose StatementBegin
create table person_settings (
    person_id   uuid primary key references people (id),
    sealed_mail bytea, -- the address
    language    text not null check (language in ('ja', 'plain', 'en')),
    wants_mail  boolean not null,
    updated_at  timestamptz not null,
    check (sealed_mail is not null or not wants_mail)
);
alter table person_settings enable row level security;
create policy own on person_settings to onestop_app using (person_id = (select actor_owner()));
grant select, insert, update on person_settings to onestop_app;

create table broadcasts (
    id             uuid primary key,
    municipality   text not null references municipalities (code),
    author_id      uuid not null references people (id),
    state          text not null check (state in ('running', 'stopped', 'done')),
    procedure      text not null default '', -- '': of any procedure
    child_age_from integer check (child_age_from >= 0),
    child_age_to   integer check (child_age_to >= 0),
    ages_on        date not null, -- the day on which the children have these ages
    texts          jsonb not null,
    cursor         uuid, -- the last case that was looked at
    examined       integer not null default 0,
    recipients     integer not null default 0,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    ended_at       timestamptz,
    check (child_age_from <= child_age_to),
    check ((state = 'done') = (ended_at is not null)),
    unique (id, municipality)
);
create index broadcasts_of_municipality on broadcasts (municipality, id);
-- What was said to whom does not change once it may have been read, and how far a job is never goes back.
create function guard_broadcast() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - '{state,cursor,examined,recipients,updated_at,ended_at}'::text[])
           is distinct from (to_jsonb(old) - '{state,cursor,examined,recipients,updated_at,ended_at}'::text[])
       or old.state = 'done' or new.examined < old.examined or new.recipients < old.recipients or new.cursor < old.cursor then
        raise exception 'broadcast %: it does not change, or is done', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on broadcasts for each row execute function guard_broadcast();

alter table messages add column broadcast_id uuid;
alter table messages add foreign key (broadcast_id, municipality) references broadcasts (id, municipality);
-- A page of recipients that is done twice writes one message a person.
create unique index messages_of_broadcast on messages (broadcast_id, person_id) where broadcast_id is not null;
create index messages_unread on messages (person_id) where read_at is null;
-- Of a message that was put into an inbox nothing changes but that it was read.
revoke update on messages from onestop_app;
grant update (read_at) on messages to onestop_app;

alter table broadcasts enable row level security;
create policy admin on broadcasts to onestop_app
    using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
create policy system on broadcasts to onestop_app using (municipality = (select actor_system_of()));
create policy received on broadcasts for select to onestop_app
    using (case when (select actor_owner()) is null then false
                else exists (select from messages m where m.broadcast_id = broadcasts.id and m.person_id = (select actor_owner())) end);
grant select, insert on broadcasts to onestop_app;
grant update (state, cursor, examined, recipients, updated_at, ended_at) on broadcasts to onestop_app;

-- Cases of a municipality in the order in which a group of parents is gone through.
create index applications_filed on applications (municipality, id) where arrived_at is not null;

create table mails (
    message_id   uuid primary key references messages (id) on delete cascade,
    municipality text not null,
    state        text not null check (state in ('queued', 'sending', 'sent', 'refused', 'dropped')),
    attempts     integer not null default 0,
    queued_at    timestamptz not null,
    claimed_at   timestamptz,
    ended_at     timestamptz,
    check (state <> 'sending' or claimed_at is not null),
    check ((state in ('sent', 'refused', 'dropped')) = (ended_at is not null))
);
create function guard_mail() returns trigger language plpgsql as $$
begin
    if old.ended_at is not null then
        raise exception 'mail of message %: it is settled', old.message_id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on mails for each row execute function guard_mail();
alter table mails enable row level security;
create policy system on mails to onestop_app using (municipality = (select actor_system_of()));
grant select, insert on mails to onestop_app;
grant update (state, attempts, claimed_at, ended_at) on mails to onestop_app;

-- A job may learn of people's settings who of those it writes to wants mail, and where to of one message in its
-- municipality: nothing else.
create function mail_wanted(people uuid[]) returns setof uuid language sql stable security definer set search_path = public
    as $$ select person_id from person_settings where person_id = any(people) and wants_mail and actor_system_of() is not null $$;
create function mail_addressee(message uuid) returns table (person uuid, kind text, at timestamptz, language text, sealed_mail bytea)
    language sql stable security definer set search_path = public
    as $$ select m.person_id, m.kind, m.created_at, s.language, s.sealed_mail from messages m join person_settings s using (person_id)
          where m.id = message and m.municipality = actor_system_of() and s.wants_mail $$;
revoke execute on function mail_wanted, mail_addressee from public;
grant execute on function mail_wanted, mail_addressee to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function mail_addressee, mail_wanted;
drop table mails;
drop index applications_filed, messages_unread, messages_of_broadcast;
alter table messages drop constraint messages_broadcast_id_municipality_fkey;
drop table broadcasts cascade;
alter table messages drop column broadcast_id;
grant update on messages to onestop_app;
drop table person_settings;
drop function guard_mail, guard_broadcast;
-- +goose StatementEnd
