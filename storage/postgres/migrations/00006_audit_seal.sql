-- Seals of the audit trail: what is committed is sealed in batches, each a Merkle root chained to the batch before and
-- signed (security.md, "Audit"). Membership is a table of its own, so that writers of entries never wait.

-- +goose Up
-- +goose StatementBegin
create table audit_seals (
    number    bigint primary key check (number > 0),
    entries   integer not null check (entries > 0),
    root      bytea not null,
    chain     bytea not null,          -- over the chain before, the number, the root and the horizon
    horizon   xid8 not null,           -- every entry of an older transaction is in this seal or one before
    key_id    text not null,
    signature bytea not null,
    sealed_at timestamptz not null
);
create table audit_leaves (
    entry_id uuid primary key,
    seal     bigint not null references audit_seals (number),
    position integer not null,
    leaf     bytea not null,           -- digest of the entry, to say which one was changed
    unique (seal, position)
);
create index audit_entries_by_transaction on audit_entries (xid, id);
create trigger only_added before update or delete on audit_seals for each row execute function refuse_change();
create trigger only_added before update or delete on audit_leaves for each row execute function refuse_change();

alter table audit_seals enable row level security;
alter table audit_leaves enable row level security;
create policy sealer on audit_seals to onestop_sweep using (true);
create policy sealer on audit_leaves to onestop_sweep using (true);
create policy sealer on audit_entries for select to onestop_sweep using (true);
grant select, insert on audit_seals, audit_leaves to onestop_sweep;
grant select on audit_entries to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop policy sealer on audit_entries;
revoke select on audit_entries from onestop_sweep;
drop index audit_entries_by_transaction;
drop table audit_leaves, audit_seals;
-- +goose StatementEnd
