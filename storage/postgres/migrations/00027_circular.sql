-- The register of circulars (通知): what a change of phase rests on (R17). Rows are only ever added: an entry that was wrong is
-- registered again under its number, and the later one counts. The documents are public, so their objects are not sealed.

-- +goose Up
-- +goose StatementBegin
create table circulars (
    id            uuid primary key,
    number        text not null check (number <> ''),
    issued_on     date not null,
    issuer        text not null check (issuer <> ''),
    title         text not null check (title <> ''),
    object_key    text not null unique,
    size          bigint not null check (size > 0),
    sha256        bytea not null check (length(sha256) = 32),
    registered_by uuid not null references people (id),
    registered_at timestamptz not null default clock_timestamp()
);
create index circulars_by_number on circulars (number, id desc);
create trigger only_added before update or delete on circulars for each row execute function refuse_change();

alter table circulars enable row level security;
create policy everyone on circulars for select to onestop_app using (true);
create policy admins on circulars for insert to onestop_app with check ((select actor_role()) in ('admin', 'national'));
grant select, insert on circulars to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table circulars;
-- +goose StatementEnd
