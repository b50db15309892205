package postgres

import (
	"strconv"
	"time"

	"kosodate.example/onestop/models"
)

// ReplaceReassessments lets the list of a municipality say of these cases what is found now: what nobody has dealt with, and of which no
// parent was told, goes unless it is found again; what is there already stays as it is, and what was found by the editions of another
// scope. It is the job's, as the system of the municipality.
func (tx *Tx) ReplaceReassessments(scope string, cases []string, found []*models.Reassessment) error {
	if len(cases) == 0 {
		return nil
	}
	tx.queue(`delete from reassessments where application_id = any($1::uuid[]) and dealt_at is null and told_at is null
		and edition_id in (select id from editions where scope = $2)`, array(cases), scope)
	return add(tx, ` on conflict (application_id, document, subject, direction) do nothing`, found...)
}

// ReassessmentQuery says which reassessments of a municipality are meant; zero members do not narrow.
type ReassessmentQuery struct {
	Municipality        string
	Procedures          []string // nil: all; empty: none
	Procedure, Document string
	Direction           string
	ID                  string
	Untold              bool // whose parent was not told, has an inbox, and of which nobody said that it is dealt with
	After               string
	Limit               int
}

// where is its condition on reassessments r and their applications a.
func (q *ReassessmentQuery) where() (string, []any) {
	text, args := `r.municipality = ?`, []any{q.Municipality}
	and := func(wanted bool, condition string, values ...any) {
		if wanted {
			text, args = text+` and `+condition, append(args, values...)
		}
	}
	and(len(q.Procedures) > 0, `r.procedure in ?`, q.Procedures)
	and(q.Procedures != nil && len(q.Procedures) == 0, `false`)
	and(q.Procedure != "", `r.procedure = ?`, q.Procedure)
	and(q.Document != "", `r.document = ?`, q.Document)
	and(q.Direction != "", `r.direction = ?`, q.Direction)
	and(q.ID != "", `r.id = ?`, q.ID)
	and(q.After != "", `r.id < ?`, q.After)
	and(q.Untold, `r.told_at is null and r.dealt_at is null and a.channel = ? and a.state in ?`, models.ChannelOnline, reached)
	return text, args
}

const ofCases = ` from reassessments r join applications a on a.id = r.application_id where `

// ReassessmentList is one list: the cases in which one document of one procedure was asked for without need, or was not asked for.
type ReassessmentList struct {
	Procedure, Document, Direction string
	Cases                          int // in all
	Open                           int // that nobody has dealt with
	Untold                         int // whose parent can still be told
}

// ReassessmentLists counts the lists that there are.
func (tx *Tx) ReassessmentLists(q ReassessmentQuery) ([]ReassessmentList, error) {
	where, args := q.where()
	return query[ReassessmentList](tx, `select r.procedure, r.document, r.direction, count(*) as cases, count(*) filter (where r.dealt_at is null) as open,
		count(*) filter (where r.told_at is null and r.dealt_at is null and a.channel = ? and a.state in ?) as untold`+ofCases+where+
		` group by 1, 2, 3 order by r.direction desc, r.procedure, r.document`, append([]any{models.ChannelOnline, reached}, args...)...)
}

// ListedReassessment is one of a list, with the case as the list names it.
type ListedReassessment struct {
	models.Reassessment `gorm:"embedded"`
	ReceiptNumber       string
	ArrivedAt           time.Time
	Untold              bool
	WrappedKey          []byte
}

// Reassessments reads one page of a list, the newest found first.
func (tx *Tx) Reassessments(q ReassessmentQuery) ([]ListedReassessment, error) {
	where, args := q.where()
	return query[ListedReassessment](tx, `select r.*, a.receipt_number, a.arrived_at, a.wrapped_key,
		r.told_at is null and r.dealt_at is null and a.channel = ? and a.state in ? as untold`+ofCases+where+
		` order by r.id desc limit `+strconv.Itoa(q.Limit), append([]any{models.ChannelOnline, reached}, args...)...)
}

// ChangeReassessment queues a guarded change of one, by its version.
func (tx *Tx) ChangeReassessment(r *models.Reassessment, changes ...Assignment) {
	change(tx, r, append(changes, Set(&r.Version, r.Version+1)), &r.Version)
}

// TellReassessed notes of those meant that their parents are sent a message, and gives how many they are. Whoever is told at the same
// moment by a colleague is told once: the second waits, and finds nothing left.
func (tx *Tx) TellReassessed(q ReassessmentQuery, broadcast string) (int, error) {
	if err := tx.Flush(); err != nil {
		return 0, err
	}
	q.Untold = true
	where, args := q.where()
	done := tx.gorm.Exec(`update reassessments set broadcast_id = ?, told_by = ?, told_at = ?, version = version + 1
		where told_at is null and id in (select r.id`+ofCases+where+`)`, append([]any{broadcast, tx.Actor.Person, tx.Now}, args...)...)
	return int(done.RowsAffected), translate(done.Error)
}
