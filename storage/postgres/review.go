package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// Claim gives a case to a reviewer until an instant, or renews the reviewer's own claim: of two at once one wins. Another
// reviewer's claim that is not over is left as it is, and given back with won false. A renewed claim keeps its number.
func (tx *Tx) Claim(app *models.Application, reviewer string, until time.Time) (claim *models.Claim, won bool, err error) {
	var rows []models.Claim
	err = tx.gorm.Raw(`insert into claims as c (application_id, municipality, person_id, fence, reviewer_id, expires_at) values (?, ?, ?, 1, ?, ?)
		on conflict (application_id) do update set reviewer_id = excluded.reviewer_id, expires_at = excluded.expires_at,
			fence = c.fence + case when c.reviewer_id = excluded.reviewer_id and c.expires_at > ? then 0 else 1 end
		where c.reviewer_id is null or c.reviewer_id = excluded.reviewer_id or c.expires_at <= ? returning *`,
		app.ID, app.Municipality, app.PersonID, reviewer, until, tx.Now, tx.Now).Scan(&rows).Error
	if err != nil {
		return nil, false, translate(err)
	}
	if len(rows) == 1 {
		return &rows[0], true, nil
	}
	claim, err = tx.ClaimOf(app.ID)
	return claim, false, err
}

// ClaimOf reads a case's claim; nil if nobody ever claimed it.
func (tx *Tx) ClaimOf(application string) (*models.Claim, error) {
	return maybe[models.Claim](tx, "application_id = ?", application)
}

// HoldClaim locks a reviewer's claim with its number until the commit, so that no other claim comes between; false if the
// number is old, the claim is over, or another reviewer's.
func (tx *Tx) HoldClaim(application, reviewer string, fence int64) (bool, error) {
	held, err := first[models.Claim](tx, forUpdate, "application_id = ? and reviewer_id = ? and fence = ? and expires_at > ?",
		application, reviewer, fence, tx.Now)
	return held != nil, err
}

// Release ends a claim; false if it is not the reviewer's with this number.
func (tx *Tx) Release(application, reviewer string, fence int64) (bool, error) {
	res := tx.gorm.Exec(
		`update claims set reviewer_id = null, expires_at = null where application_id = ? and reviewer_id = ? and fence = ?`,
		application,
		reviewer,
		fence,
	)
	return res.RowsAffected == 1, translate(res.Error)
}

// AddNote queues a note.
func (tx *Tx) AddNote(n *models.CaseNote) error { return add(tx, "", n) }

// NotesOf lists a case's notes, oldest first.
func (tx *Tx) NotesOf(application string) ([]models.CaseNote, error) {
	return listOf[models.CaseNote](tx, application, "id")
}

// AddReading queues what a reviewer typed from a document.
func (tx *Tx) AddReading(r *models.Reading) error { return add(tx, "", r) }

// ReadingsOf lists a case's readings; of one document the newest last.
func (tx *Tx) ReadingsOf(application string) ([]models.Reading, error) {
	return listOf[models.Reading](tx, application, "document, subject, number")
}

// AddPaper queues that a document came on paper.
func (tx *Tx) AddPaper(p *models.Paper) error { return add(tx, "", p) }

// PapersOf lists what came on paper, oldest first.
func (tx *Tx) PapersOf(application string) ([]models.Paper, error) {
	return listOf[models.Paper](tx, application, "id")
}

// AddDisposition queues how an item was settled without its document (R4).
func (tx *Tx) AddDisposition(d *models.Disposition) error { return add(tx, "", d) }

// DispositionsOf lists them.
func (tx *Tx) DispositionsOf(application string) ([]models.Disposition, error) {
	return listOf[models.Disposition](tx, application, "document, subject")
}

// AddDecision queues a decision.
func (tx *Tx) AddDecision(d *models.Decision) error { return add(tx, "", d) }

// DecisionsOf lists a case's decisions, oldest first.
func (tx *Tx) DecisionsOf(application string) ([]models.Decision, error) {
	return listOf[models.Decision](tx, application, "number")
}

// ReopenDecision queues that a decision was reopened, once, by another person.
func (tx *Tx) ReopenDecision(d *models.Decision, by string, sealedReason []byte) {
	tx.guarded(`update decisions set reopened_by = $1, reopened_at = $2, sealed_reopening = $3 where application_id = $4 and number = $5 and reopened_by `+
		`is null`,
		by, tx.Now, sealedReason, d.ApplicationID, d.Number)
}

// AddReviewTask queues something that waits for a reviewer; one that waits already is left.
func (tx *Tx) AddReviewTask(t *models.ReviewTask) error { return add(tx, " on conflict do nothing", t) }

// ReviewTasksOf lists what waits for a reviewer on a case, oldest first.
func (tx *Tx) ReviewTasksOf(application string) ([]models.ReviewTask, error) {
	return all[models.ReviewTask](tx, "id", "application_id = ? and done_at is null", application)
}

// EndReviewTasks queues that what waited of one kind for one document is done, if it waited.
func (tx *Tx) EndReviewTasks(application, kind, document, subject string) {
	var by any
	if tx.Actor.Person != "" {
		by = tx.Actor.Person
	}
	tx.queue(`update review_tasks set done_at = $1, done_by = $2 where application_id = $3 and kind = $4 and document = $5 and subject = $6 and done_at is null`,
		tx.Now, by, application, kind, document, subject)
}

// AddCounterIntake queues how an application came in at the counter.
func (tx *Tx) AddCounterIntake(c *models.CounterIntake) error { return add(tx, "", c) }

// CounterIntakeOf reads it; nil for a case that came in otherwise.
func (tx *Tx) CounterIntakeOf(application string) (*models.CounterIntake, error) {
	rows, err := listOf[models.CounterIntake](tx, application, "at")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// StaffMember is what one member of staff works on: nil without a row of its own. Who saw protected persons until a day that is over does not any more.
func (tx *Tx) StaffMember(municipality, person string) (*models.Staff, error) {
	m, err := maybe[models.Staff](tx, "municipality = ? and staff_id = ?", municipality, person)
	if m != nil {
		tx.lapse(m)
	}
	return m, err
}

// lapse ends what was said for a time that is over.
func (tx *Tx) lapse(m *models.Staff) {
	if m.ProtectedUntil != nil && !m.ProtectedUntil.After(tx.Now) {
		m.SeesProtected, m.ProtectedUntil = false, nil
	}
}
