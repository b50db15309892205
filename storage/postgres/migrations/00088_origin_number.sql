-- The receipt number that a case had at the office that passed it on (移送): whoever has only that finds the case where it is now.

-- +goose Up
alter table applications add column origin_number text;
-- Those few that were passed on already; without tokens they are indexed anew.
update applications a set origin_number = o.receipt_number, search_tokens = '{}', version = a.version + 1 from applications o
    where o.id = a.origin_id and a.state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid', 'decided', 'withdrawn');

-- +goose Down
alter table applications drop column origin_number;
