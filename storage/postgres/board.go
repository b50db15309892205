package postgres

import "time"

// Figures of the lead's board (review.md, "Reviewers"). They count every case of the municipality that is not a draft, whoever asks for them: a count
// shows nobody.

// StateCount is how many open cases are in a state, by their age in days; and how many of nobody.
type StateCount struct {
	State                     string
	Cases, Week, Month, Older int // all; of up to 7 days, up to 30, more
	Overdue, Unheld           int
}

// BoardStates counts the open cases by state and age.
func (tx *Tx) BoardStates(today time.Time) ([]StateCount, error) {
	return query[StateCount](tx, `select state, count(*) as cases,
			count(*) filter (where arrived_at > ?::timestamptz - interval '7 days') as week,
			count(*) filter (where arrived_at <= ?::timestamptz - interval '7 days' and arrived_at > ?::timestamptz - interval '30 days') as month,
			count(*) filter (where arrived_at <= ?::timestamptz - interval '30 days') as older,
			count(*) filter (where due_on < ?::date and state in ('arrived', 'in-review')) as overdue,
			count(*) filter (where holder_id is null) as unheld
		from applications where municipality = ? and state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid') group by state order by state`,
		tx.Now, tx.Now, tx.Now, tx.Now, today, tx.Actor.Municipality)
}

// HolderCount is how many open cases somebody has, and how many of them are overdue.
type HolderCount struct {
	Holder         *string
	Cases, Overdue int
	Oldest         time.Time
}

// BoardHolders counts the open cases by who has them; nobody's first, then who has most.
func (tx *Tx) BoardHolders(today time.Time) ([]HolderCount, error) {
	return query[HolderCount](tx, `select holder_id as holder, count(*) as cases, min(arrived_at) as oldest,
			count(*) filter (where due_on < ?::date and state in ('arrived', 'in-review')) as overdue
		from applications where municipality = ? and state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid')
		group by holder_id order by holder_id is not null, cases desc, holder_id`, today, tx.Actor.Municipality)
}

// DayCount is how many cases came and how many were decided on a day in Japan.
type DayCount struct {
	Day              time.Time
	Arrived, Decided int
}

// BoardDays counts the days from one on, with those on which nothing came or was decided.
func (tx *Tx) BoardDays(from, until time.Time) ([]DayCount, error) {
	return query[DayCount](tx, `with came as (select (arrived_at at time zone 'Asia/Tokyo')::date as day, count(*) as n from applications
			where municipality = ? and arrived_at >= ?::date - interval '9 hours' group by 1),
		gone as (select (at at time zone 'Asia/Tokyo')::date as day, count(*) as n from decisions where municipality = ? and at >= ?::date - interval '9 hours'
			group by 1)
		select d::date as day, coalesce(came.n, 0) as arrived, coalesce(gone.n, 0) as decided
		from generate_series(?::date, ?::date, interval '1 day') d left join came on came.day = d left join gone on gone.day = d order by d`,
		tx.Actor.Municipality, from, tx.Actor.Municipality, from, from, until)
}

// ProcedureTime is how long the decisions on a procedure took.
type ProcedureTime struct {
	Procedure string
	Decided   int
	Median    float64 // days from the arrival to the first decision
}

// BoardTimes says so of the decisions since a day, and under the empty code of all of them.
func (tx *Tx) BoardTimes(from time.Time) ([]ProcedureTime, error) {
	return query[ProcedureTime](tx, `select coalesce(a.procedure, '') as procedure, count(*) as decided,
			percentile_cont(0.5) within group (order by extract(epoch from d.at - a.arrived_at) / 86400) as median
		from decisions d join applications a on a.id = d.application_id
		where d.municipality = ? and d.number = 1 and d.at >= ?::date - interval '9 hours'
		group by grouping sets ((a.procedure), ()) having count(*) > 0 order by decided desc, procedure`, tx.Actor.Municipality, from)
}

// AskedOften is how often something was asked for in corrections: a field, by its JSON Pointer, or a document.
type AskedOften struct {
	Procedure, Field, Document string
	Times                      int
}

// BoardAsked counts what corrections asked for since a day, the most frequent first.
func (tx *Tx) BoardAsked(from time.Time, most int) ([]AskedOften, error) {
	return query[AskedOften](tx, `with c as (select a.procedure, c.fields, c.items from corrections c join applications a on a.id = c.application_id
			where c.municipality = ? and c.requested_at >= ?::date - interval '9 hours')
		select procedure, field, document, count(*) as times from (
			select procedure, regexp_replace(f, '/[0-9]+(/|$)', '/*\1', 'g') as field, '' as document from c, jsonb_array_elements_text(c.fields) f
			union all select procedure, '', i ->> 'document' from c, jsonb_array_elements(c.items) i) x
		group by 1, 2, 3 order by times desc, procedure, field, document limit ?`, tx.Actor.Municipality, from, most)
}
