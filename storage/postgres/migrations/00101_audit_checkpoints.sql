-- Seals of the audit trail anew (deploy/decisions/audit-seals.md). An entry waits in audit_pending from its transaction on, until a batch
-- names it; a batch has its entries' digests; a checkpoint is the signed root over the whole trail up to a batch. Nothing depends on
-- transaction ids, which a restored database counts anew. What was sealed before is taken over, digest by digest, in the same order.

-- +goose Up
-- +goose StatementBegin
set local lock_timeout = '5s';
create table audit_pending (
    id uuid primary key,
    at timestamptz not null
);
create table audit_batches (
    number  bigint primary key,
    size    bigint not null unique,    -- entries of the trail up to its last one
    entries uuid[] not null,           -- in the order of the trail
    leaves  bytea not null,            -- their digests, 32 bytes each
    from_at timestamptz not null,      -- the earliest and the latest instant of an entry: where to look
    to_at   timestamptz not null,
    check (octet_length(leaves) = 32 * cardinality(entries))
);
-- Digests cannot be made smaller.
alter table audit_batches alter column entries set storage external, alter column leaves set storage external;
create table audit_checkpoints (
    number  bigint primary key,
    size    bigint not null unique,
    root    bytea not null,            -- over every entry from the first on (RFC 9162, section 2.1.1)
    edge    bytea not null,            -- the roots of the whole subtrees that it is made of: what is new goes on from here
    note    text not null,             -- signed, as it is kept outside
    made_at timestamptz not null
);
-- An older worker stops sealing here, and says so.
revoke insert on audit_seals, audit_leaves from onestop_sweep;
lock table audit_seals, audit_leaves in exclusive mode;
insert into audit_batches (number, size, entries, leaves, from_at, to_at)
    select row_number() over (order by seal), sum(cardinality(entries)) over (order by seal), entries, leaves, from_at, to_at
    from (select l.seal, array_agg(l.entry_id order by l.position) as entries,
                 string_agg(case octet_length(l.leaf) when 32 then l.leaf else sha256(l.leaf) end, '' order by l.position) as leaves,
                 min(coalesce(e.at, s.sealed_at)) as from_at, max(coalesce(e.at, s.sealed_at)) as to_at
          from audit_leaves l join audit_seals s on s.number = l.seal left join audit_entries e on e.id = l.entry_id group by l.seal) sealed;

create trigger only_added before update or delete on audit_batches for each row execute function refuse_change();
create trigger only_added before update or delete on audit_checkpoints for each row execute function refuse_change();
alter table audit_pending enable row level security;
alter table audit_batches enable row level security;
alter table audit_checkpoints enable row level security;
create policy sealer on audit_pending to onestop_sweep using (true);
create policy sealer on audit_batches to onestop_sweep using (true);
create policy sealer on audit_checkpoints to onestop_sweep using (true);
grant select, delete on audit_pending to onestop_sweep;
grant select, insert on audit_batches, audit_checkpoints to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table audit_checkpoints, audit_batches, audit_pending;
grant insert on audit_seals, audit_leaves to onestop_sweep;
-- +goose StatementEnd
