-- Cases that had arrived before their events were told: each of the last year is told once, as it is now, so that a core system that is connected
-- gets it. It runs after the triggers stand and keeps nobody waiting.

-- +goose Up
-- +goose StatementBegin
insert into core_events (municipality, application_id, person_id, kind, state, revision, at)
    select a.municipality, a.id, a.person_id, 'arrived', a.state, a.revision, a.arrived_at from applications a
    where a.arrived_at > now() - interval '1 year' and a.state not in ('draft', 'expired')
        and not exists (select from core_events e where e.application_id = a.id)
    order by a.arrived_at;
-- +goose StatementEnd

-- +goose Down
select 1;
