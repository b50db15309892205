-- Phase rows and the changes that add them (R1, R9, P2, evidence.md, review.md "Switching").

-- +goose Up
-- +goose StatementBegin
create table phase_changes (
    id           uuid primary key,
    kind         text not null check (kind in ('change', 'suspension', 'lift')),
    state        text not null check (state in ('proposed', 'approved', 'cancelled', 'superseded', 'imposed', 'confirmed')),
    municipality text not null check (municipality = '*' or municipality ~ '^[0-9]{6}$'),
    rows         jsonb not null,
    reason       text not null,
    circular     text not null default '',
    impact       jsonb not null default '{}',
    lifts_id     uuid references phase_changes (id),
    proposed_by  uuid not null references people (id),
    proposed_at  timestamptz not null,
    decided_by   uuid references people (id),
    decided_at   timestamptz,
    ended_by     uuid references people (id),
    ended_at     timestamptz,
    version      bigint not null default 1,
    check (decided_by is null or decided_by <> proposed_by), -- a second person
    check ((decided_by is null) = (decided_at is null)),
    check (state not in ('approved', 'confirmed') or decided_by is not null)
);
create index phase_changes_newest on phase_changes (id desc);

create table phase_rows (
    id             uuid primary key,
    seq            bigint generated always as identity unique, -- of two with the same instant, the one added later counts
    procedure      text not null,
    item           text not null,
    municipality   text not null,
    phase          text not null check (phase in ('not-started', 'trial', 'full', 'suspended', 'inherit')),
    effective_from timestamptz not null,
    change_id      uuid references phase_changes (id),
    imported       boolean not null default false,
    recorded_at    timestamptz not null default clock_timestamp(),
    check (imported or change_id is not null)
);
create index phase_rows_scope on phase_rows (municipality, procedure, item, effective_from);

create trigger only_added before update or delete on phase_rows for each row execute function refuse_change();

-- A row is committed before its instant, so that a filing that reads its own instant first and the rows afterwards is
-- decided wholly by the rows before or wholly by the rows after. The check runs as the last thing before the commit and
-- leaves a margin for the commit itself.
create function refuse_late_phase_row() returns trigger language plpgsql security definer set search_path = public as $$
begin
    if not new.imported and clock_timestamp() > new.effective_from - interval '250 milliseconds' then
        raise exception 'phase row % would be committed too close to or after its instant', new.id using errcode = 'OS003';
    end if;
    -- Nothing that is only proposed takes effect.
    if new.change_id is not null and exists (select 1 from phase_changes where id = new.change_id and state = 'proposed') then
        raise exception 'phase row % belongs to a change that nobody has decided', new.id using errcode = 'OS002';
    end if;
    return null;
end $$;
create constraint trigger not_late after insert on phase_rows
    deferrable initially deferred for each row execute function refuse_late_phase_row();

alter table phase_changes enable row level security;
alter table phase_rows enable row level security;
-- What was decided is public (P2, the history page); what is only proposed is for those with the reach.
create policy public_history on phase_changes for select to onestop_app using (state not in ('proposed'));
create policy proposals on phase_changes for select to onestop_app
    using ((select actor_role()) in ('national', 'auditor')
           or ((select actor_role()) = 'admin' and municipality in ('*', (select actor_municipality()))));
create policy reach on phase_changes to onestop_app
    using ((select actor_role()) = 'national'
           or ((select actor_role()) = 'admin' and municipality = (select actor_municipality())));
create policy everyone on phase_rows for select to onestop_app, onestop_sweep using (true);
create policy reach on phase_rows for insert to onestop_app
    with check (not imported
                and ((select actor_role()) = 'national'
                     or ((select actor_role()) = 'admin' and municipality = (select actor_municipality()))));
grant select, insert, update on phase_changes to onestop_app;
grant select, insert on phase_rows to onestop_app;
grant select on phase_rows to onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop table phase_rows, phase_changes;
drop function refuse_late_phase_row;
-- +goose StatementEnd
