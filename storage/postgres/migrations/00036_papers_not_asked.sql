-- When the trial of a pair was compared, and how many papers nobody was asked for since full operation: only counts leave.

-- +goose Up
-- +goose StatementBegin
drop function trial_figures;
-- trial_figures counts by pair and municipality, by pair in all of them ('*'), and in total ('*', '*', '*'): a municipal
-- admin's own municipality, everything for a national admin, an auditor and the program itself. '*' asks for all. A
-- document that was compared several times counts once, as it compared at first. Days are calendar days in Japan, as
-- the clock of a discrepancy counts them.
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

-- What was counted stays when the cases are erased. Nobody reads the exact numbers but by papers_not_asked.
create table paper_days (day date primary key, counted_at timestamptz not null);
create table papers_omitted (
    day          date not null references paper_days (day),
    municipality text not null check (municipality ~ '^[0-9]{6}$'),
    procedure    text not null,
    item         text not null,
    papers       bigint not null check (papers > 0),
    primary key (day, municipality, procedure, item)
);
create trigger only_added before update or delete on paper_days for each row execute function refuse_change();
create trigger only_added before update or delete on papers_omitted for each row execute function refuse_change();
alter table paper_days enable row level security;
alter table papers_omitted enable row level security;

-- first_id is the least UUIDv7 of an instant: the ids of the history sort by when they were made, so that a day of filings is a range
-- of its primary key.
create function first_id(at timestamptz) returns uuid language sql immutable
    as $$ select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$;

-- count_papers counts the next day of Japan's calendar that is over and was not counted: the papers that the plans filed on it omit.
-- An hour is left for what began before midnight. It gives the day, or null when there is none to count.
create function count_papers() returns date language plpgsql security definer set search_path = public as $$
declare
    counting date;
    begins timestamptz;
begin
    perform pg_advisory_xact_lock(7030201736); -- one at a time
    select max(p.day) + 1 into counting from paper_days p;
    if counting is null then
        select ((min(h.at)) at time zone 'Asia/Tokyo')::date into counting from history h where h.event = 'file';
    end if;
    if counting is null or (counting + 1)::timestamp at time zone 'Asia/Tokyo' + interval '1 hour' > clock_timestamp() then
        return null;
    end if;
    begins := counting::timestamp at time zone 'Asia/Tokyo';
    insert into paper_days values (counting, clock_timestamp());
    insert into papers_omitted
        select counting, i.municipality, a.procedure, i.item, count(*)
        from history h join plan_items i on i.application_id = h.application_id join applications a on a.id = h.application_id
        where h.id >= first_id(begins) and h.id < first_id((counting + 1)::timestamp at time zone 'Asia/Tokyo')
          and h.event = 'file' and i.decision = 'omit'
        group by i.municipality, a.procedure, i.item;
    return counting;
end $$;

-- papers_not_asked is what everybody may know: by pair and in total ('*', '*'), in one municipality or in all of them ('*'), each
-- number cut down to tens, so that no single case shows. until is the last day that was counted.
create function papers_not_asked(wanted_municipality text)
    returns table (of_procedure text, of_item text, papers bigint, until date)
    language sql stable security definer set search_path = public
    as $$
    select coalesce(p.procedure, '*'), coalesce(p.item, '*'), floor(coalesce(sum(p.papers), 0) / 10)::bigint * 10, (select max(day) from paper_days)
    from papers_omitted p where wanted_municipality in ('*', p.municipality)
    group by grouping sets ((p.procedure, p.item), ()) $$;
revoke execute on function count_papers, papers_not_asked, first_id from public;
grant execute on function count_papers to onestop_sweep;
grant execute on function papers_not_asked to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
drop function papers_not_asked, count_papers, first_id;
drop table papers_omitted, paper_days;
drop function trial_figures;
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
