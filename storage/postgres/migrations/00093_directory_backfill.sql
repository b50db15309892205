-- Cases of a release before, of which the directory was never asked and nobody noted whom they are about: the sweep goes through them once, in the order
-- of their ids, from where it stopped. A cursor and no index: building one would hold up filings, or wait for them.

-- +goose Up
-- +goose StatementBegin
create table directory_backfill (
    only_one boolean primary key default true check (only_one),
    last_id  uuid not null
);
insert into directory_backfill (last_id) values ('00000000-0000-0000-0000-000000000000');
alter table directory_backfill enable row level security;
create policy sweep on directory_backfill to onestop_sweep using (true);
grant select, update on directory_backfill to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table directory_backfill;
-- +goose StatementEnd
