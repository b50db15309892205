package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// PhaseRows reads the rows that can matter to one procedure in one municipality, in the order of adding. A filing
// calls it after it has read its instant (evidence.md; review.md, "Switching").
func (tx *Tx) PhaseRows(procedure, municipality string) ([]models.PhaseRow, error) {
	var rows []models.PhaseRow
	err := tx.gorm.Raw(`select * from phase_rows where municipality in ('*', ?) and procedure in ('*', ?) order by seq`, municipality, procedure).Scan(&rows).Error
	return rows, translate(err)
}

// AllPhaseRows reads every row in the order of adding: the board, the public history, the impact of a switch.
func (tx *Tx) AllPhaseRows() ([]models.PhaseRow, error) {
	var rows []models.PhaseRow
	err := tx.gorm.Raw(`select * from phase_rows order by seq`).Scan(&rows).Error
	return rows, translate(err)
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
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var c models.PhaseChange
	if err := tx.gorm.Take(&c, "id = ?", id).Error; err != nil {
		return nil, translate(err)
	}
	return &c, nil
}

// PhaseChanges lists changes that the actor may see, newest first; states may be empty for all.
func (tx *Tx) PhaseChanges(states []string, page Page) ([]models.PhaseChange, error) {
	q := tx.gorm.Order("id desc").Limit(page.Limit)
	if len(states) > 0 {
		q = q.Where("state in ?", states)
	}
	if page.After != "" {
		q = q.Where("id < ?", page.After)
	}
	var out []models.PhaseChange
	err := q.Find(&out).Error
	return out, translate(err)
}

// ChangePhaseChange queues a guarded change of a phase change, by its version.
func (tx *Tx) ChangePhaseChange(c *models.PhaseChange, changes Changes) {
	guards := Changes{"id": c.ID, "state": c.State, "version": c.Version}
	changes["version"] = c.Version + 1
	tx.guarded("phase_changes", guards, changes)
	c.Version++
	if s, ok := changes["state"].(string); ok {
		c.State = s
	}
}

// LaterRows reads the rows of approved changes whose instant is after at, in the order of adding.
func (tx *Tx) LaterRows(at time.Time) ([]models.PhaseRow, error) {
	var rows []models.PhaseRow
	err := tx.gorm.Raw(`select * from phase_rows where effective_from > ? order by seq`, at).Scan(&rows).Error
	return rows, translate(err)
}
