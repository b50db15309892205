package postgres

import (
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// QueueQuery says which filed cases of a municipality a page of the reviewers' queue shows; zero members do not filter.
type QueueQuery struct {
	Municipality string
	State        models.ApplicationState // one state; empty: any
	Open         bool                    // the states that wait for somebody
	Procedures   []string                // nil: all; empty: none
	Before       time.Time

	Late, Urgent, Protected, Checking, Counter bool
	Mine, Claimed, Unclaimed                   bool
	Task                                       bool               // something waits for a reviewer
	Items                                      []models.ItemState // an evidence item in each of these states

	IDs     []string        // nil: all
	Receipt string          // a whole receipt number
	Origin  models.Tokens   // of the same: sought in its place where no case has it, for one that was passed on (移送) had it before
	Tokens  []models.Tokens // blind, of what the case is about: all of one of them
	Part    models.Tokens   // of a part of the receipt number, beside Tokens

	Sort  QueueSort // empty: urgent cases first, then by arrival
	Desc  bool
	After *QueuePlace // the last case of the page before
	Limit int
}

// QueuePlace is a case's place in the queue: urgent ones first, then by arrival; or by what it is sorted by, then by arrival.
type QueuePlace struct {
	Urgent    bool
	Value     string // of what it is sorted by, as text
	ArrivedAt time.Time
	ID        string
}

// QueueRow is one case of the queue with what is known of the work on it.
type QueueRow struct {
	ID, Procedure, Channel, ReceiptNumber    string
	State                                    models.ApplicationState
	Version                                  int64
	ArrivedAt                                time.Time
	ClaimOn, DeadlineOn                      *time.Time
	Late, Urgent, Protected, AwaitsDirectory bool
	SealedSummary                            []byte
	HeldBy                                   *string // the reviewer whose claim is not over
	HeldUntil                                *time.Time
	ItemStates                               string // of its evidence items, those of models.ItemAwaiting, ItemAnswered and ItemDiscrepant, separated by spaces
	Task                                     bool
	DueOn                                    *time.Time
	HolderID                                 *string // whose work it is, whether the claim is over or not
	SortValue                                string
}

// Place is the case's place in the queue.
func (r *QueueRow) Place() *QueuePlace {
	return &QueuePlace{Urgent: r.Urgent, Value: r.SortValue, ArrivedAt: r.ArrivedAt, ID: r.ID}
}

const queueColumns = `a.id, a.procedure, a.state, a.channel, a.receipt_number, a.version, a.arrived_at, a.claim_on, a.deadline_on, a.late, a.urgent, ` +
	`a.protected, a.awaits_directory, a.sealed_summary, a.due_on, a.holder_id`

// Queue reads one page of the queue, at most q.Limit cases.
func (tx *Tx) Queue(q QueueQuery) ([]QueueRow, error) {
	sql, args := tx.queueStatement(q)
	return query[QueueRow](tx, sql, args...)
}

// queueStatement reads the urgent cases and the others as two stretches of one index: read apart, each continues exactly behind its place,
// however many cases lie before it.
func (tx *Tx) queueStatement(q QueueQuery) (string, []any) {
	if q.Sort != "" {
		return tx.sortedStatement(q)
	}
	where, args := tx.queueFilter(q)
	// Written out: with a limit that it does not know, the server would never keep a plan, and plan each page anew.
	limit := `limit ` + strconv.Itoa(q.Limit)
	var parts []string
	var all []any
	stretch := func(urgent string, after *QueuePlace) {
		part, values := `select `+queueColumns+` from applications a where `+where+` and `+urgent, args
		if after != nil {
			part += ` and (a.arrived_at, a.id) > (?, ?)`
			values = append(append([]any{}, args...), after.ArrivedAt, after.ID)
		}
		parts = append(parts, `(`+part+` order by a.arrived_at, a.id `+limit+`)`)
		all = append(all, values...)
	}
	switch {
	case q.After == nil:
		stretch(`a.urgent`, nil)
	case q.After.Urgent:
		stretch(`a.urgent`, q.After)
	}
	switch {
	case q.Urgent:
	case q.After != nil && !q.After.Urgent:
		stretch(`not a.urgent`, q.After)
	default:
		stretch(`not a.urgent`, nil)
	}
	if len(parts) == 0 { // urgent ones alone were asked for, behind one that is not
		return `select from applications where false`, nil
	}
	sql := `with page as (select *, '' as sort_value from (` + strings.Join(parts, ` union all `) + `) b order by urgent desc, arrived_at, id ` + limit + `) ` +
		aboutPage + ` order by p.urgent desc, p.arrived_at, p.id`
	return sql, append(all, tx.Now)
}

// aboutPage adds to the cases of a page what is known of the work on them.
const aboutPage = `select p.*, case when w.expires_at > ? then w.reviewer_id end as held_by, w.expires_at as held_until,
		coalesce(w.item_states, '') as item_states, coalesce(w.task, false) as task
	from page p left join work_of((select array_agg(id) from page)) w on w.application_id = p.id`

// queueFilter is the condition of both stretches. What never arrived is in no queue: a clerk's own draft is visible to
// staff, and not theirs to review.
func (tx *Tx) queueFilter(q QueueQuery) (string, []any) {
	where := []string{`a.municipality = ?`, `a.arrived_at is not null`}
	args := []any{q.Municipality}
	and := func(wanted bool, condition string, values ...any) {
		if wanted {
			where, args = append(where, condition), append(args, values...)
		}
	}
	and(q.Open, `a.state in ('arrived', 'in-review', 'correction-requested', 'signature-invalid')`) // word for word as in applications_open
	and(q.State != "", `a.state = ?`, q.State)
	and(len(q.Procedures) > 0, `a.procedure in ?`, q.Procedures)
	and(q.Procedures != nil && len(q.Procedures) == 0, `false`)
	and(!q.Before.IsZero(), `a.arrived_at < ?`, q.Before)
	and(q.Late, `a.late`)
	and(q.Protected, `a.protected`)
	and(q.Checking, `a.awaits_directory`)
	and(q.Counter, `a.channel = 'counter'`)
	and(q.Mine, holder+` = ?::uuid`, tx.Actor.Person)
	and(q.Claimed, holder+` <> ?::uuid`, nobody)
	and(q.Unclaimed, holder+` = ?::uuid`, nobody)
	and(q.Task, `exists (select from review_tasks t where t.application_id = a.id and t.municipality = a.municipality and t.done_at is null)`)
	for _, state := range q.Items {
		and(true, `exists (select from plan_items i where i.application_id = a.id and i.municipality = a.municipality and i.state = ?)`, state)
	}
	and(q.IDs != nil, `a.id = any(?::uuid[])`, array(q.IDs))
	and(q.Receipt != "", `a.receipt_number = ?`, q.Receipt)
	if q.Tokens != nil || q.Part != nil {
		found, values := foundBy(q)
		and(true, found, values...)
	}
	return strings.Join(where, ` and `), args
}

// StaffOf lists the members of a municipality's staff of whom something is set, in the order of their ids.
func (tx *Tx) StaffOf(municipality string) ([]models.Staff, error) {
	rows, err := all[models.Staff](tx, "staff_id", "municipality = ?", municipality)
	for i := range rows {
		tx.lapse(&rows[i])
	}
	return rows, err
}

// LockStaff reads what a member of staff works on, nil without a row, and holds it until the transaction ends.
func (tx *Tx) LockStaff(municipality, person string) (*models.Staff, error) {
	m, err := first[models.Staff](tx, forUpdate, "municipality = ? and staff_id = ?", municipality, person)
	if m != nil {
		tx.lapse(m)
	}
	return m, err
}

// PutStaff sets what a member of staff works on. Errors: not-found for somebody who never signed in; forbidden for
// another municipality's.
func (tx *Tx) PutStaff(s *models.Staff) error {
	s.UpdatedBy, s.UpdatedAt = tx.Actor.Person, tx.Now
	err := add(tx, ` on conflict (municipality, staff_id) do update set categories = excluded.categories,
		sees_protected = excluded.sees_protected, protected_until = excluded.protected_until, updated_by = excluded.updated_by, updated_at = excluded.updated_at`, s)
	if err != nil {
		return err
	}
	if err = tx.Flush(); Violated(err) != "" {
		return fault.ErrNotFound
	}
	return err
}
