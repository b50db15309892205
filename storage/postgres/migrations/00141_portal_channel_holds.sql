-- +goose NO TRANSACTION

-- +goose Up
alter table applications validate constraint applications_channel;

-- +goose Down
select 1;
