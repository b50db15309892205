-- Electronic signatures of filed cases (P3): what was signed, by whose certificate, and whether it was revoked.

-- +goose Up
-- +goose StatementBegin
create table signatures (
    application_id uuid not null,
    number         integer not null check (number > 0), -- signed again after a revocation
    municipality   text not null,
    person_id      uuid not null,
    manifest_sha256 bytea not null,
    sealed         bytea not null, -- the signature, the certificate and its issuer's
    state          text not null check (state in ('pending', 'good', 'revoked')),
    source         text not null default '', -- who said so: ocsp, crl
    at             timestamptz not null,
    checked_at     timestamptz,
    primary key (application_id, number),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade
);
create function guard_signature() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - 'state' - 'source' - 'checked_at') is distinct from (to_jsonb(old) - 'state' - 'source' - 'checked_at') then
        raise exception 'signature % of %: it does not change', old.number, old.application_id using errcode = 'OS001';
    end if;
    return new;
end $$;
create trigger guard before update on signatures for each row execute function guard_signature();
alter table signatures enable row level security;
create policy own on signatures to onestop_app using (person_id = (select actor_owner()));
create policy staff on signatures for select to onestop_app using (municipality = (select actor_staff_of())
    and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy system on signatures to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on signatures for select to onestop_sweep using (true);
grant select, insert, update on signatures to onestop_app;
grant select on signatures to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table signatures;
drop function guard_signature;
-- +goose StatementEnd
