-- +goose NO TRANSACTION
-- +goose Up
create index concurrently if not exists sessions_by_person on sessions (person) where person is not null;
create index concurrently if not exists sessions_by_provider on sessions (provider_session) where provider_session is not null;

-- +goose Down
drop index concurrently if exists sessions_by_provider;
drop index concurrently if exists sessions_by_person;
