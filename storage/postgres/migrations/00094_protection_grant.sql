-- Who sees protected persons is decided by two: one admin of the municipality proposes it, with a reason and a last day, another approves.

-- +goose Up
-- +goose StatementBegin
create table protection_grants (
    id           uuid primary key,
    municipality text not null references municipalities (code),
    staff_id     uuid not null references people (id),
    state        text not null check (state in ('proposed', 'approved', 'rejected', 'ended')),
    reason       text not null check (reason <> ''),
    until        timestamptz not null,
    proposed_by  uuid not null,
    proposed_at  timestamptz not null,
    decided_by   uuid,
    decided_at   timestamptz,
    ended_by     uuid,
    ended_at     timestamptz,
    check ((decided_by is null) = (decided_at is null) and (decided_by is null) = (state = 'proposed')),
    check ((ended_by is null) = (ended_at is null) and (ended_by is null) = (state <> 'ended')),
    check (state <> 'approved' or decided_by <> proposed_by), -- another person
    check (state <> 'approved' or staff_id <> decided_by)
);
create index protection_grants_newest on protection_grants (municipality, id desc);
create unique index protection_grants_one_proposed on protection_grants (municipality, staff_id) where state = 'proposed';
create function guard_grant() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - '{state,decided_by,decided_at,ended_by,ended_at}'::text[]) is distinct from
       (to_jsonb(old) - '{state,decided_by,decided_at,ended_by,ended_at}'::text[])
       or not ((old.state = 'proposed' and new.state in ('approved', 'rejected')) or (old.state = 'approved' and new.state = 'ended')) then
        raise exception 'grant %: it does not change so', old.id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before update on protection_grants for each row execute function guard_grant();
alter table protection_grants enable row level security;
create policy admin on protection_grants to onestop_app
    using ((select actor_role()) = 'admin' and municipality = (select actor_municipality()));
create policy auditor on protection_grants for select to onestop_app using ((select actor_role()) = 'auditor');
grant select, insert, update on protection_grants to onestop_app;

-- Nobody is let see by one person alone, whatever the program does.
create function guard_staff() returns trigger language plpgsql as $$
begin
    if current_user = 'onestop_app' and new.sees_protected
       and not exists (select from staff s where s.municipality = new.municipality and s.staff_id = new.staff_id and s.sees_protected
                       and s.protected_until is not distinct from new.protected_until)
       and not exists (select from protection_grants g where g.municipality = new.municipality and g.staff_id = new.staff_id and g.state = 'approved'
                       and g.until >= new.protected_until) then
        raise exception 'staff %: two persons decide who sees protected persons', new.staff_id using errcode = 'OS002';
    end if;
    return new;
end $$;
create trigger guard before insert or update on staff for each row execute function guard_staff();
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop trigger guard on staff;
drop function guard_staff;
drop table protection_grants;
drop function guard_grant;
-- +goose StatementEnd
