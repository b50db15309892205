-- What a person judged to be the same, and slips of readers, are counted apart from differences of the data (P12).

-- +goose Up
alter table comparisons add column staff_id uuid, add column why text not null default '';
alter table comparisons drop constraint comparisons_outcome_check,
    add constraint comparisons_outcome_check check (outcome in ('matched', 'judged', 'slip', 'facts', 'outcome', 'no-answer')) not valid;
-- +goose StatementBegin
drop function trial_figures;
-- trial_figures counts by pair and municipality, by pair in all of them ('*'), and in total ('*', '*', '*'): a municipal
-- admin's own municipality, everything for a national admin, an auditor and the program itself. '*' asks for all. A
-- document that was compared several times counts once, as it compared at first; what a slip of its reader spoilt does not
-- count. A file that a slip opened is no file of a difference. Days are calendar days in Japan, as the clock of a
-- discrepancy counts them.
create function trial_figures(wanted_procedure text, wanted_item text, wanted_municipality text)
    returns table (of_procedure text, of_item text, of_municipality text, compared bigint, matched bigint, facts bigint, outcome bigint,
                   no_answer bigint, judged bigint, slips bigint, files bigint, open bigint, own bigint, provider bigint, paper bigint,
                   unknown bigint, median_days double precision, first_at timestamptz, last_at timestamptz)
    language sql stable security definer set search_path = public
    as $$
    with places as materialized (
        select m.code from municipalities m
        where wanted_municipality in ('*', m.code)
          and case actor_role() when 'national' then true when 'auditor' then true
                  when 'admin' then m.code = actor_municipality()
                  when 'system' then m.code = coalesce(actor_municipality(), m.code) else false end),
    counted as (
        select p.code, f.procedure, f.item, f.outcome as result, f.at, null as state, null as cause, null::integer as days
        from places p cross join lateral (
            select distinct on (c.procedure, c.item, c.application_id, c.document, c.subject) c.procedure, c.item, c.outcome, c.at
            from comparisons c
            where c.municipality = p.code and c.phase = 'trial' and wanted_procedure in ('*', c.procedure) and wanted_item in ('*', c.item)
              and c.outcome <> 'slip'
              and not exists (select from comparisons s where s.outcome = 'slip' and s.municipality = c.municipality and s.procedure = c.procedure
                  and s.item = c.item and s.application_id = c.application_id and s.document = c.document and s.subject = c.subject and s.at > c.at)
            order by c.procedure, c.item, c.application_id, c.document, c.subject, c.at, c.id) f
        union all
        select p.code, c.procedure, c.item, 'slip', null, null, null, null
        from places p join comparisons c on c.municipality = p.code
        where c.outcome = 'slip' and wanted_procedure in ('*', c.procedure) and wanted_item in ('*', c.item)
        union all
        select p.code, d.procedure, d.item, null, null, d.state, d.cause,
               (d.closed_at at time zone 'Asia/Tokyo')::date - (d.opened_at at time zone 'Asia/Tokyo')::date
        from places p join discrepancies d on d.municipality = p.code
        where d.cause <> 'slip' and wanted_procedure in ('*', d.procedure) and wanted_item in ('*', d.item))
    select coalesce(procedure, '*'), coalesce(item, '*'), coalesce(code, '*'), count(result) filter (where result <> 'slip'),
           count(*) filter (where result = 'matched'), count(*) filter (where result = 'facts'), count(*) filter (where result = 'outcome'),
           count(*) filter (where result = 'no-answer'), count(*) filter (where result = 'judged'), count(*) filter (where result = 'slip'),
           count(state), count(*) filter (where state = 'open'),
           count(*) filter (where state = 'closed' and cause like 'own%'), count(*) filter (where state = 'closed' and cause = 'provider-data'),
           count(*) filter (where state = 'closed' and cause = 'document'),
           count(*) filter (where state = 'closed' and cause not like 'own%' and cause not in ('provider-data', 'document')),
           percentile_cont(0.5) within group (order by days), min(at), max(at)
    from counted group by grouping sets ((procedure, item, code), (procedure, item), ()) $$;
revoke execute on function trial_figures from public;
grant execute on function trial_figures to onestop_app, onestop_sweep;
-- +goose StatementEnd

-- +goose Down
delete from comparisons where outcome in ('judged', 'slip');
alter table comparisons drop constraint comparisons_outcome_check,
    add constraint comparisons_outcome_check check (outcome in ('matched', 'facts', 'outcome', 'no-answer')),
    drop column staff_id, drop column why;
-- +goose StatementBegin
drop function trial_figures;
create function trial_figures(wanted_procedure text, wanted_item text, wanted_municipality text)
    returns table (of_procedure text, of_item text, of_municipality text, compared bigint, matched bigint, facts bigint, outcome bigint,
                   no_answer bigint, files bigint, open bigint, median_days double precision, first_at timestamptz, last_at timestamptz)
    language sql stable security definer set search_path = public
    as $$
    with places as materialized (
        select m.code from municipalities m
        where wanted_municipality in ('*', m.code)
          and case actor_role() when 'national' then true when 'auditor' then true
                  when 'admin' then m.code = actor_municipality()
                  when 'system' then m.code = coalesce(actor_municipality(), m.code) else false end),
    counted as (
        select p.code, f.procedure, f.item, f.outcome as result, f.at, null as state, null::integer as days
        from places p cross join lateral (
            select distinct on (c.procedure, c.item, c.application_id, c.document, c.subject) c.procedure, c.item, c.outcome, c.at
            from comparisons c
            where c.municipality = p.code and c.phase = 'trial' and wanted_procedure in ('*', c.procedure) and wanted_item in ('*', c.item)
            order by c.procedure, c.item, c.application_id, c.document, c.subject, c.at, c.id) f
        union all
        select p.code, d.procedure, d.item, null, null, d.state,
               (d.closed_at at time zone 'Asia/Tokyo')::date - (d.opened_at at time zone 'Asia/Tokyo')::date
        from places p join discrepancies d on d.municipality = p.code
        where wanted_procedure in ('*', d.procedure) and wanted_item in ('*', d.item))
    select coalesce(procedure, '*'), coalesce(item, '*'), coalesce(code, '*'), count(result), count(*) filter (where result = 'matched'),
           count(*) filter (where result = 'facts'), count(*) filter (where result = 'outcome'), count(*) filter (where result = 'no-answer'),
           count(state), count(*) filter (where state = 'open'), percentile_cont(0.5) within group (order by days), min(at), max(at)
    from counted group by grouping sets ((procedure, item, code), (procedure, item), ()) $$;
revoke execute on function trial_figures from public;
grant execute on function trial_figures to onestop_app, onestop_sweep;
-- +goose StatementEnd
