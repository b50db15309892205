-- Cases that a corrected edition would have decided otherwise (見直し): which paper was asked for without need, and which was not
-- asked for. They are work of the municipality's reviewers, and go with the case.

-- +goose Up
-- +goose StatementBegin
create table reassessments (
    id             uuid primary key,
    application_id uuid not null,
    municipality   text not null,
    person_id      uuid not null,
    procedure      text not null,
    document       text not null,
    subject        text not null check (subject !~ '[0-9]'), -- the kind of person, never which one
    direction      text not null check (direction in ('too-much', 'too-little')),
    edition_id     uuid not null references editions (id),
    found_at       timestamptz not null,
    dealt_by       uuid,
    dealt_at       timestamptz,
    sealed_note    bytea,
    broadcast_id   uuid, -- the message that its parent was sent
    told_by        uuid,
    told_at        timestamptz,
    version        bigint not null default 1,
    unique (application_id, document, subject, direction),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade,
    foreign key (broadcast_id, municipality) references broadcasts (id, municipality),
    check ((dealt_by is null) = (dealt_at is null) and (dealt_by is null) = (sealed_note is null)),
    check ((told_by is null) = (told_at is null) and (told_by is null) = (broadcast_id is null))
);
create index reassessments_of_list on reassessments (municipality, procedure, document, direction, id desc);
create index reassessments_told on reassessments (broadcast_id) where broadcast_id is not null;
-- Whose it is and what was found does not change, and a parent is written to once.
create function guard_reassessment() returns trigger language plpgsql as $$
begin
    if new.version <> old.version + 1 or old.told_at is not null and new.broadcast_id is distinct from old.broadcast_id
       or (to_jsonb(new) - '{dealt_by,dealt_at,sealed_note,broadcast_id,told_by,told_at,version}'::text[])
          is distinct from (to_jsonb(old) - '{dealt_by,dealt_at,sealed_note,broadcast_id,told_by,told_at,version}'::text[]) then
        raise exception 'reassessment %: it does not change so', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on reassessments for each row execute function guard_reassessment();

alter table reassessments enable row level security;
create policy staff on reassessments for select to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy reviewer on reassessments for update to onestop_app
    using (municipality = (select actor_staff_of())
           and case when (select actor_role()) = 'reviewer' then filed_here(application_id) else false end);
create policy system on reassessments to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on reassessments for select to onestop_sweep using (true);
grant select, insert, update, delete on reassessments to onestop_app;
grant select on reassessments to onestop_sweep;

-- A message to the parents of such a list is a message to a group whose members a person chose, one by one or all of a list.
alter table broadcasts add column of_list boolean not null default false;
create policy chosen on broadcasts for insert to onestop_app
    with check (of_list and (select actor_role()) = 'reviewer' and municipality = (select actor_municipality()));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop policy chosen on broadcasts;
alter table broadcasts drop column of_list;
drop table reassessments;
drop function guard_reassessment;
-- +goose StatementEnd
