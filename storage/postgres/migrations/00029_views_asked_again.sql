-- The sweep asks again for the view copy of a file that is clean and has none: the job can be lost with its last attempt.

-- +goose Up
create index files_to_view on files (created_at) where state = 'stored' and scan = 'clean' and view = '';

-- +goose Down
drop index files_to_view;
