package postgres

import (
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/models"
)

// QueueSort is what the cases of a list are sorted by; those that are alike in it follow by arrival.
type QueueSort string

// The ways to sort. Each has an index of the open cases.
const (
	SortReceipt   QueueSort = "receipt"
	SortReading   QueueSort = "reading" // the row of the syllabary of the applicant's reading: the reading itself lies sealed
	SortProcedure QueueSort = "procedure"
	SortArrived   QueueSort = "arrived"
	SortDue       QueueSort = "due"
	SortState     QueueSort = "state"
	SortHolder    QueueSort = "holder"
)

const (
	nobody = "ffffffff-ffff-ffff-ffff-ffffffffffff" // comes last
	holder = `(case when a.holder_id is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid else a.holder_id end)`
)

// queueSorts are the expressions of the indexes, word for word, and the type that a place's text is read as; empty for the arrival, which every
// place has. By CASE and not COALESCE, which the server takes for something that may leak under row security.
var queueSorts = map[QueueSort]struct{ expression, kind string }{
	SortReceipt:   {`a.receipt_number`, "text"},
	SortReading:   {`a.reading_row`, "integer"},
	SortProcedure: {`a.procedure`, "text"},
	SortArrived:   {},
	SortDue:       {`(case when a.due_on is null then '9999-12-31'::date else a.due_on end)`, "date"},
	SortState:     {`a.state`, "text"},
	SortHolder:    {holder, "uuid"},
}

// QueueSorts are the ways to sort.
func QueueSorts() []QueueSort {
	return []QueueSort{SortReceipt, SortReading, SortProcedure, SortArrived, SortDue, SortState, SortHolder}
}

// sortedStatement is one stretch of the index of what the list is sorted by, forwards or backwards.
func (tx *Tx) sortedStatement(q QueueQuery) (string, []any) {
	where, args := tx.queueFilter(q)
	by, than, direction := queueSorts[q.Sort], ">", ""
	if q.Desc {
		than, direction = "<", " desc"
	}
	place, marks := []string{`a.arrived_at`, `a.id`}, []string{`?`, `?`}
	value := `''`
	if by.expression != "" {
		value = by.expression
		place, marks = slices.Insert(place, 0, by.expression), slices.Insert(marks, 0, `?::`+by.kind)
	}
	if q.After != nil {
		where += ` and (` + strings.Join(place, `, `) + `) ` + than + ` (` + strings.Join(marks, `, `) + `)`
		if by.expression != "" {
			args = append(args, q.After.Value)
		}
		args = append(args, q.After.ArrivedAt, q.After.ID)
	}
	order := strings.Join(place, direction+`, `) + direction
	sql := `with page as (select ` + queueColumns + `, ` + value + ` as sorted, ` + value + `::text as sort_value from applications a where ` + where +
		` order by ` + order + ` limit ` + strconv.Itoa(q.Limit) + `) ` + aboutPage + ` order by p.sorted` + direction + `, p.arrived_at` + direction +
		`, p.id` + direction
	return sql, append(args, tx.Now)
}

// foundBy is the condition that a case is one that was searched for. The tokens are asked for through a function: under row security the server
// uses no index for "contains".
func foundBy(q QueueQuery) (string, []any) {
	const one = `select f from cases_found(?::bigint[]) f`
	var parts []string
	var args []any
	for _, tokens := range q.Tokens {
		parts, args = append(parts, one), append(args, tokens)
	}
	if q.Part != nil {
		parts, args = append(parts, one), append(args, q.Part)
	}
	return `a.id in (` + strings.Join(parts, ` union `) + `)`, args
}

// CountQueue counts the cases of each list, as far as most.
func (tx *Tx) CountQueue(most int, lists ...QueueQuery) ([]int, error) {
	var parts []string
	var args []any
	for i, q := range lists {
		where, values := tx.queueFilter(q)
		if q.Urgent {
			where += ` and a.urgent`
		}
		parts = append(parts, `select `+strconv.Itoa(i)+` as list, count(*) as cases from (select from applications a where `+where+` limit `+
			strconv.Itoa(most)+`) c`)
		args = append(args, values...)
	}
	rows, err := query[struct{ List, Cases int }](tx, strings.Join(parts, ` union all `), args...)
	out := make([]int, len(lists))
	for _, r := range rows {
		out[r.List] = r.Cases
	}
	return out, err
}

// NextCase locks the case that is to be worked on next: urgent ones first, then those due first or those that came first; nil if none is left. It has
// to be of nobody, or of somebody of these, who are away. What a colleague is taking at this moment is passed over.
func (tx *Tx) NextCase(q QueueQuery, byDue bool, away []string) (*models.Application, error) {
	where, args := tx.queueFilter(q)
	order := `a.arrived_at, a.id`
	if byDue {
		order = queueSorts[SortDue].expression + `, ` + order
	}
	where += ` and a.state in ('arrived', 'in-review') and ` + holder + ` = any(?::uuid[])`
	args = append(args, array(append(slices.Clone(away), nobody)))
	for _, urgent := range []string{`a.urgent`, `not a.urgent`} {
		rows, err := query[models.Application](tx, `select a.* from applications a where `+where+` and `+urgent+` order by `+order+` limit 1 for update skip locked`,
			args...)
		if err != nil || len(rows) > 0 {
			return firstOf(rows), err
		}
	}
	return nil, nil
}

func firstOf[T any](rows []T) *T {
	if len(rows) == 0 {
		return nil
	}
	return &rows[0]
}
