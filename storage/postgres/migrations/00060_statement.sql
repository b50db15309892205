-- +goose Up
-- A statement (申立書) that the applicant wrote on the screen is a file like any other, with the answers it was made of.
alter table files add column sealed_answers bytea;

-- +goose Down
alter table files drop column sealed_answers;
