package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// PhaseRows reads the rows that can matter to one procedure in one municipality, in the order of adding. A filing
// calls it after it has read its instant (evidence.md; review.md, "Switching").
func (tx *Tx) PhaseRows(procedure, municipality string) ([]models.PhaseRow, error) {
	return query[models.PhaseRow](tx, `select * from phase_rows where municipality in ('*', ?) and procedure in ('*', ?) order by seq`, municipality, procedure)
}

// PhaseRowsIn reads the rows that can matter in one municipality, in the order of adding.
func (tx *Tx) PhaseRowsIn(municipality string) ([]models.PhaseRow, error) {
	return query[models.PhaseRow](tx, `select * from phase_rows where municipality in ('*', ?) order by seq`, municipality)
}

// OpenItem is a linkage item of a case that has a document which is not settled.
type OpenItem struct{ ApplicationID, Item string }

// OpenItems reads those of cases, each once.
func (tx *Tx) OpenItems(applications []string) ([]OpenItem, error) {
	return query[OpenItem](tx, `select distinct application_id, item from plan_items where application_id in ? and item <> '' and state not in ?
		order by application_id, item`, applications, []models.ItemState{models.ItemMatched, models.ItemResolved, models.ItemWaived})
}

// AllPhaseRows reads every row in the order of adding: the board, the public history, the impact of a switch.
func (tx *Tx) AllPhaseRows() ([]models.PhaseRow, error) {
	return query[models.PhaseRow](tx, `select * from phase_rows order by seq`)
}

// AddPhaseRows queues rows. The commit is refused (LatePhaseRow) if it comes too close to or after their instant.
func (tx *Tx) AddPhaseRows(rows ...*models.PhaseRow) error {
	for _, r := range rows {
		r.RecordedAt = tx.Now
	}
	return add(tx, "", rows...)
}

// LockPhases lets one transaction at a time change phases, so that the order of adding is the order of commits.
func (tx *Tx) LockPhases() error {
	return translate(tx.gorm.Exec(`select pg_advisory_xact_lock(7030201718)`).Error)
}

// AddPhaseChange queues a proposal or a suspension.
func (tx *Tx) AddPhaseChange(c *models.PhaseChange) error { return add(tx, "", c) }

// PhaseChange reads one change that the actor may see; not-found otherwise, also for a malformed id.
func (tx *Tx) PhaseChange(id string) (*models.PhaseChange, error) {
	return byID[models.PhaseChange](tx, id)
}

// PhaseChanges lists changes that the actor may see, newest first; states may be empty for all.
func (tx *Tx) PhaseChanges(states []models.ChangeState, page Page) ([]models.PhaseChange, error) {
	if len(states) == 0 {
		return newest[models.PhaseChange](tx, page, "true")
	}
	return newest[models.PhaseChange](tx, page, "state in ?", states)
}

// ChangePhaseChange queues a guarded change of a phase change, by its version.
func (tx *Tx) ChangePhaseChange(c *models.PhaseChange, changes ...Assignment) {
	change(tx, c, append(changes, Set(&c.Version, c.Version+1)), &c.State, &c.Version)
}

// LaterRows reads the rows of approved changes whose instant is after at, in the order of adding.
func (tx *Tx) LaterRows(at time.Time) ([]models.PhaseRow, error) {
	return query[models.PhaseRow](tx, `select * from phase_rows where effective_from > ? order by seq`, at)
}
