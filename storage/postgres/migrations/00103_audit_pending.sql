-- Entries from before their trigger that no seal has wait for one too. The sealing job's lock keeps one from being sealed meanwhile.

-- +goose Up
-- +goose StatementBegin
select pg_advisory_xact_lock(7030201720);
insert into audit_pending (id, at)
    select e.id, e.at from audit_entries e left join (select unnest(entries) as id from audit_batches) sealed using (id) where sealed.id is null
    on conflict do nothing;
-- +goose StatementEnd

-- +goose Down
select 1;
