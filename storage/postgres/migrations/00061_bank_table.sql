-- The table of banks and branches that an operator imports, as its file: the latest counts, and is kept beside those before it. It is read
-- whole, so that a name is found in memory.

-- +goose Up
-- +goose StatementBegin
create table bank_tables (
    id          uuid primary key,
    contents    text not null check (octet_length(contents) <= 16777216),
    imported_at timestamptz not null
);
create trigger only_added before update or delete on bank_tables for each row execute function refuse_change();
alter table bank_tables enable row level security;
create policy everyone on bank_tables for select to onestop_app using (true);
create policy national on bank_tables for insert to onestop_app with check ((select actor_role()) = 'national');
grant select, insert on bank_tables to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table bank_tables;
-- +goose StatementEnd
