-- Applications that were filed at another portal and came in a batch (deploy/decisions/intake.md): each once, by its sender and its sender's receipt number. One
-- that became a case lies under the case's key and goes with it; one that did not waits for a clerk under a key of its own, with what was sent.

-- +goose Up
-- +goose StatementBegin
create table intake_batches (
    id           uuid primary key,
    municipality text not null references municipalities (code),
    system_id    uuid not null references core_systems (id),
    sender       text not null,
    batch        text not null,
    digest       bytea not null, -- SHA-256 of the manifest
    announced    integer not null,
    taken        integer not null default 0,
    known        integer not null default 0,
    waiting      integer not null default 0,
    began_at     timestamptz not null,
    ended_at     timestamptz     -- null: it was cut, and has to be sent again
);
create index intake_batches_newest on intake_batches (municipality, id desc);

create table intake_items (
    id             uuid primary key,
    municipality   text not null references municipalities (code),
    batch_id       uuid not null references intake_batches (id),
    sender         text not null,
    number         text not null, -- the sender's receipt number
    digest         bytea not null, -- blind index of what was sent
    original       boolean not null, -- the first of its number; what comes otherwise under the same number stands beside it
    procedure      text not null, -- ours; empty if nobody knows it
    arrived_at     timestamptz, -- at the sender (P5)
    state          text not null check (state in ('taken', 'waiting', 'drafted', 'settled')),
    wrapped_key    bytea, -- null of a case: it lies under the case's key
    sealed         bytea not null,
    marks          text not null, -- of whom it is about, as far as it says so: bytea[] as text
    application_id uuid, -- the case that it became
    person_id      uuid,
    draft_id       uuid references applications (id) on delete set null, -- the counter's draft in which a clerk completes it
    at             timestamptz not null,
    done_by        uuid,
    done_at        timestamptz,
    sealed_note    bytea, -- why it was settled without a case
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade,
    check ((state = 'taken') = (application_id is not null) and (state = 'taken') = (wrapped_key is null) and (state = 'taken') = (person_id is not null)),
    check ((state in ('taken', 'waiting')) = (done_at is null) and (done_at is null) = (done_by is null)),
    check ((state = 'settled') = (sealed_note is not null))
);
create unique index intake_items_once on intake_items (municipality, sender, number) where original;
create unique index intake_items_same on intake_items (municipality, sender, number, digest);
create index intake_items_open on intake_items (municipality, id) where state in ('waiting', 'drafted');
create index intake_items_of on intake_items (application_id) where application_id is not null;
create index intake_items_draft on intake_items (draft_id) where draft_id is not null;
create index intake_items_done on intake_items (done_at) where done_at is not null;
create trigger queue_key_removal after delete or update of wrapped_key on intake_items for each row execute function queue_key_removal('wrapped_key');

create table intake_files (
    id           uuid primary key,
    item_id      uuid not null references intake_items (id) on delete cascade,
    municipality text not null,
    number       integer not null, -- in the application, from 1
    object_key   text not null,
    sealed_name  bytea not null,
    size         bigint not null,
    stored_at    timestamptz, -- null: its bytes have still to come
    unique (item_id, number)
);
create trigger queue_removal after delete on intake_files for each row execute function queue_object_removal();

-- Whether somebody is protected (支援措置) whom one of these marks names.
create function marks_protected(place text, named text) returns boolean language sql stable security definer set search_path = public as $$
    select exists (select from protection_marks where municipality = place and mark = any(named::bytea[])) $$;
revoke execute on function marks_protected from public;
grant execute on function marks_protected to onestop_app;

do $$
declare t text;
begin
    foreach t in array array['intake_batches', 'intake_items', 'intake_files'] loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy core on %I to onestop_app using (municipality = (select actor_core_of()))', t);
        execute format('grant select, insert, update on %I to onestop_app', t);
    end loop;
end $$;
create policy staff on intake_batches for select to onestop_app using (municipality = (select actor_staff_of()));
create policy staff on intake_items to onestop_app using (municipality = (select actor_staff_of())
    and case when state = 'taken' then filed_here(application_id) when (select actor_role()) = 'reviewer'
             then (select actor_sees_protected()) or not marks_protected(municipality, marks) else false end);
create policy staff on intake_files for select to onestop_app using ((select actor_role()) = 'reviewer' and municipality = (select actor_staff_of())
    and exists (select from intake_items i where i.id = item_id));
-- The case and its item are one transaction, in the name of who applied.
create policy own on intake_items for insert to onestop_app with check (state = 'taken' and person_id = (select actor_owner()));
create policy sweep on intake_items to onestop_sweep using (true);
create policy sweep on intake_files for select to onestop_sweep using (true);
grant select, delete on intake_items to onestop_sweep;
grant select on intake_files to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table intake_files, intake_items, intake_batches;
drop function marks_protected;
-- +goose StatementEnd
