package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// PutStaffName queues what a member of staff is called.
func (tx *Tx) PutStaffName(n *models.StaffName) error {
	n.SeenAt = tx.Now
	return add(tx, ` on conflict (municipality, staff_id) do update set sealed_name = excluded.sealed_name, seen_at = excluded.seen_at`, n)
}

// StaffNames are those of a municipality.
func (tx *Tx) StaffNames(municipality string) ([]models.StaffName, error) {
	return all[models.StaffName](tx, "staff_id", "municipality = ?", municipality)
}

// SetAway queues from when until when a member of staff is away, both inclusive; nil for neither.
func (tx *Tx) SetAway(municipality, person string, from, until *time.Time) {
	tx.guarded(`update staff_names set away_from = $1, away_until = $2 where municipality = $3 and staff_id = $4`, from, until, municipality, person)
}

// Assign gives a case to a member of staff: a claim that is over as it begins, so that whoever it is for can take it up at any time. false if another
// reviewer's claim is not over, unless it is taken.
func (tx *Tx) Assign(app *models.Application, to string, take bool) (bool, error) {
	res := tx.gorm.Exec(`insert into claims as c (application_id, municipality, person_id, fence, reviewer_id, expires_at) values (?, ?, ?, 1, ?, ?)
		on conflict (application_id) do update set reviewer_id = excluded.reviewer_id, expires_at = excluded.expires_at, fence = c.fence + 1
		where c.reviewer_id is null or c.expires_at <= ? or c.reviewer_id = ? or ?`,
		app.ID, app.Municipality, app.PersonID, to, tx.Now, tx.Now, tx.Actor.Person, take)
	return res.RowsAffected == 1, translate(res.Error)
}

// AddQueueView queues a view of the list.
func (tx *Tx) AddQueueView(v *models.QueueView) error { return add(tx, "", v) }

// QueueViews are the own and the shared ones, oldest first.
func (tx *Tx) QueueViews(municipality string) ([]models.QueueView, error) {
	return all[models.QueueView](tx, "id", "municipality = ?", municipality)
}

// DropQueueView queues the removal of an own view.
func (tx *Tx) DropQueueView(id string) {
	tx.guarded(`delete from queue_views where id = $1 and owner_id = $2`, id, tx.Actor.Person)
}
