-- A case's page shows who judged what, and erasing a case looks for its comparisons.

-- +goose Up
alter table comparisons validate constraint comparisons_outcome_check;
create index comparisons_of_application on comparisons (application_id, at, id);

-- +goose Down
drop index comparisons_of_application;
