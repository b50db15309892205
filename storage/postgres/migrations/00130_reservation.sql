-- Places in the object store for the files of a case that comes whole, with its files in the same request. There is no case yet to which
-- rows of files could belong, and their first bytes go to the store all the same: this row stands before them, and goes in the
-- transaction that files the case. Whose time is over is a request that failed; the sweep looks for what it left.

-- +goose Up
create table reservations (
    id           uuid primary key,
    municipality text not null,
    person_id    uuid not null,
    files        uuid[] not null, -- the ids that its files may have, which are part of the names of their objects
    expires_at   timestamptz not null
);
create index reservations_expired on reservations (expires_at);
alter table reservations enable row level security;
create policy own on reservations to onestop_app using (person_id = (select actor_owner()));
create policy sweep on reservations to onestop_sweep using (true);
grant select, insert, update, delete on reservations to onestop_app;
grant select, delete on reservations to onestop_sweep;

-- +goose Down
drop table reservations;
