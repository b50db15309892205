-- The queue filtered by what few cases have: without an index of their own a page would read all that have it not. A
-- filing touches none of them unless it is late, protected or from the counter.

-- +goose Up
-- +goose StatementBegin
create index applications_open_late on applications (municipality, urgent desc, arrived_at, id)
    where late and state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_protected on applications (municipality, urgent desc, arrived_at, id)
    where protected and state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
create index applications_open_counter on applications (municipality, urgent desc, arrived_at, id)
    where channel = 'counter' and state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid');
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop index applications_open_late, applications_open_protected, applications_open_counter;
-- +goose StatementEnd
