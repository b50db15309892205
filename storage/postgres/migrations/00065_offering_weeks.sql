-- +goose Up
-- How many weeks a decision usually takes in this municipality (標準処理期間); null: as the catalogue says.
alter table offerings add column weeks integer;

-- +goose Down
alter table offerings drop column weeks;
