-- Time stamps (RFC 3161) of signatures: asked for after arrival, again and again until there is one.

-- +goose Up
-- +goose StatementBegin
create table signature_timestamps (
    application_id uuid not null,
    number         integer not null,
    municipality   text not null,
    person_id      uuid not null,
    sealed         bytea, -- the token; null until there is one
    failure        text not null default '', -- why the last answer did not count
    asks           integer not null default 0,
    stamped_at     timestamptz, -- the authority's time
    checked_at     timestamptz,
    primary key (application_id, number),
    foreign key (application_id, municipality, person_id) references applications (id, municipality, person_id) on delete cascade,
    check ((sealed is null) = (stamped_at is null))
);
create function guard_signature_timestamp() returns trigger language plpgsql as $$
begin
    if old.sealed is not null or (new.application_id, new.number, new.municipality, new.person_id)
        is distinct from (old.application_id, old.number, old.municipality, old.person_id) then
        raise exception 'time stamp % of %: it does not change', old.number, old.application_id using errcode = 'OS001';
    end if;
    return new;
end $$;
create trigger guard before update on signature_timestamps for each row execute function guard_signature_timestamp();
alter table signature_timestamps enable row level security;
create policy own on signature_timestamps to onestop_app using (person_id = (select actor_owner()));
create policy staff on signature_timestamps for select to onestop_app using (municipality = (select actor_staff_of())
    and case when (select actor_staff_of()) is null then false else filed_here(application_id) end);
create policy system on signature_timestamps to onestop_app using (municipality = (select actor_system_of()));
create policy sweep on signature_timestamps for select to onestop_sweep using (true);
grant select, insert, update on signature_timestamps to onestop_app;
grant select on signature_timestamps to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table signature_timestamps;
drop function guard_signature_timestamp;
-- +goose StatementEnd
