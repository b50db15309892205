-- The publication certificate of each edition that two persons put in force (P8): only ever added, in the transaction of the approval,
-- and named by its digest in the audit trail. It takes the place of a column that nothing wrote.

-- +goose Up
-- +goose StatementBegin
create table edition_certificates (
    digest     text primary key,
    edition_id uuid not null unique references editions (id),
    contents   text not null check (octet_length(contents) <= 65536), -- signed: JWS in compact form; else canonical JSON
    made_at    timestamptz not null,
    constraint edition_certificates_digest check (digest = encode(sha256(convert_to(contents, 'UTF8')), 'hex'))
);
create trigger only_added before update or delete on edition_certificates for each row execute function refuse_change();
alter table edition_certificates enable row level security;
-- Who sees the edition sees its certificate: everybody that of an approved one.
create policy as_its_edition on edition_certificates for select to onestop_app
    using (exists (select 1 from editions e where e.id = edition_id));
create policy sealer on edition_certificates for select to onestop_sweep using (true);
create policy reach on edition_certificates for insert to onestop_app
    with check (exists (select 1 from editions e where e.id = edition_id and e.state = 'approved'
                        and ((select actor_role()) = 'national'
                             or ((select actor_role()) = 'admin' and e.scope = (select actor_municipality())))));
grant select, insert on edition_certificates to onestop_app;
grant select on edition_certificates to onestop_sweep;
alter table editions drop column certificate;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
alter table editions add column certificate jsonb;
drop table edition_certificates;
-- +goose StatementEnd
