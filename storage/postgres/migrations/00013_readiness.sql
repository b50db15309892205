-- What the trial has shown (R3), counted over municipalities whose rows the one who asks may not read: only counts leave.

-- +goose Up
-- +goose StatementBegin
-- In the order in which the first comparison of each document is looked for, so that counting reads this index alone.
drop index comparisons_of_pair;
create index comparisons_of_pair on comparisons (municipality, procedure, item, application_id, document, subject, at, id) include (outcome)
    where phase = 'trial';

-- trial_figures counts by pair and municipality, by pair in all of them ('*'), and in total ('*', '*', '*'): a municipal
-- admin's own municipality, everything for a national admin, an auditor and the program itself. '*' asks for all. A
-- document that was compared several times counts once, as it compared at first. Days are calendar days in Japan, as
-- the clock of a discrepancy counts them.
create function trial_figures(wanted_procedure text, wanted_item text, wanted_municipality text)
    returns table (of_procedure text, of_item text, of_municipality text, compared bigint, matched bigint, facts bigint, outcome bigint,
                   no_answer bigint, files bigint, open bigint, median_days double precision)
    language sql stable security definer set search_path = public
    as $$
    with places as materialized (
        select m.code from municipalities m
        where wanted_municipality in ('*', m.code)
          and case actor_role() when 'national' then true when 'auditor' then true
                  when 'admin' then m.code = actor_municipality()
                  when 'system' then m.code = coalesce(actor_municipality(), m.code) else false end),
    counted as (
        select p.code, f.procedure, f.item, f.outcome as result, null as state, null::integer as days
        from places p cross join lateral (
            select distinct on (c.procedure, c.item, c.application_id, c.document, c.subject) c.procedure, c.item, c.outcome
            from comparisons c
            where c.municipality = p.code and c.phase = 'trial' and wanted_procedure in ('*', c.procedure) and wanted_item in ('*', c.item)
            order by c.procedure, c.item, c.application_id, c.document, c.subject, c.at, c.id) f
        union all
        select p.code, d.procedure, d.item, null, d.state,
               (d.closed_at at time zone 'Asia/Tokyo')::date - (d.opened_at at time zone 'Asia/Tokyo')::date
        from places p join discrepancies d on d.municipality = p.code
        where wanted_procedure in ('*', d.procedure) and wanted_item in ('*', d.item))
    select coalesce(procedure, '*'), coalesce(item, '*'), coalesce(code, '*'), count(result), count(*) filter (where result = 'matched'),
           count(*) filter (where result = 'facts'), count(*) filter (where result = 'outcome'), count(*) filter (where result = 'no-answer'),
           count(state), count(*) filter (where state = 'open'), percentile_cont(0.5) within group (order by days)
    from counted group by grouping sets ((procedure, item, code), (procedure, item), ()) $$;
revoke execute on function trial_figures from public;
grant execute on function trial_figures to onestop_app, onestop_sweep;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function trial_figures;
drop index comparisons_of_pair;
create index comparisons_of_pair on comparisons (municipality, procedure, item);
-- +goose StatementEnd
