package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// TrialFigures is what the trial has shown for one pair (R3): how its documents compared with the network's answers, each
// as it compared at first, and the files of its discrepancies. "*" stands for all.
type TrialFigures struct {
	Procedure, Item, Municipality               string
	Compared, Matched, Facts, Outcome, NoAnswer int64
	Judged, Slips                               int64 // a person found it the same; a reader slipped
	Files, Open                                 int64
	Own, Provider, Paper, Unknown               int64      // closed files, by cause
	MedianDays                                  *float64   // from opening to closing, calendar days; nil while none is closed
	FirstAt, LastAt                             *time.Time // of what was compared; nil while nothing was
}

// TrialFigures counts by pair and municipality, by pair in all municipalities, and in total: of the own municipality for
// a municipal admin, of all for a national admin, an auditor and the program itself. "*" asks for all. Pairs of which
// nothing was compared have no row; the total always has one.
func (tx *Tx) TrialFigures(procedure, item, municipality string) ([]TrialFigures, error) {
	if err := tx.Flush(); err != nil {
		return nil, err
	}
	return query[TrialFigures](tx, `select of_procedure as procedure, of_item as item, of_municipality as municipality,
		compared, matched, facts, outcome, no_answer, judged, slips,
		files, open, own, provider, paper, unknown, median_days, first_at, last_at from trial_figures(?, ?, ?)`, procedure, item, municipality)
}

// ReadinessChecks lists what was tried before a switch, in the order of pairs, as far as the actor may see it; "*" asks
// for all.
func (tx *Tx) ReadinessChecks(procedure, item, municipality string) ([]models.ReadinessCheck, error) {
	q := tx.gorm.Order("procedure, item, municipality, tried")
	for column, wanted := range map[string]string{"procedure": procedure, "item": item, "municipality": municipality} {
		if wanted != "*" {
			q = q.Where(column+" = ?", wanted)
		}
	}
	var rows []models.ReadinessCheck
	err := q.Find(&rows).Error
	return rows, translate(err)
}

// PutReadinessCheck queues that something was tried for a pair; a later trial replaces an earlier one.
func (tx *Tx) PutReadinessCheck(c *models.ReadinessCheck) error {
	c.DoneAt, c.DoneBy = tx.Now, tx.Actor.Person
	return add(
		tx,
		` on conflict (municipality, procedure, item, tried) do update set done_at = excluded.done_at, done_by = excluded.done_by, note = excluded.note`,
		c,
	)
}

// DropReadinessCheck queues that something does not count as tried any more.
func (tx *Tx) DropReadinessCheck(c *models.ReadinessCheck) {
	tx.queue(`delete from readiness_checks where municipality = $1 and procedure = $2 and item = $3 and tried = $4`, c.Municipality, c.Procedure, c.Item, c.Tried)
}

// PapersOmitted is how many papers nobody was asked for: of one pair, or of all of them ("*"), cut down to tens.
type PapersOmitted struct {
	Procedure, Item string
	Papers          int64
	Until           *time.Time // the last day that was counted; nil while none was
}

// PapersNotAsked counts the papers that filed plans omitted, of all municipalities ("*") or of one. The total always has a row.
func (tx *Tx) PapersNotAsked(municipality string) ([]PapersOmitted, error) {
	return query[PapersOmitted](tx, `select of_procedure as procedure, of_item as item, papers, until from papers_not_asked(?)`, municipality)
}

// CountPapers counts the papers that were omitted on the next day that is over, for the sweep role; false when there is none to count.
func (tx *Tx) CountPapers() (bool, error) {
	var day *time.Time
	err := tx.sql.QueryRowContext(tx.ctx, `select count_papers()`).Scan(&day)
	return day != nil, translate(err)
}
