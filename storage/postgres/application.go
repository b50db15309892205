package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddApplication queues a new application with its first revision. Flush fails with conflict, and Violated names
// applications_one_open_draft, if the person has an open draft for the same thing.
func (tx *Tx) AddApplication(app *models.Application, rev *models.Revision) error {
	if err := add(tx, "", app); err != nil {
		return err
	}
	return add(tx, "", rev)
}

// AddRevision queues a new revision of an application.
func (tx *Tx) AddRevision(rev *models.Revision) error { return add(tx, "", rev) }

// Application reads one application that the actor may see; not-found otherwise, also for a malformed id.
func (tx *Tx) Application(id string) (*models.Application, error) {
	return byID[models.Application](tx, id)
}

// LockApplication is Application, and holds the row until the transaction ends, for use cases that count what belongs
// to it (files against the limit) before they add to it.
func (tx *Tx) LockApplication(id string) (*models.Application, error) {
	return heldByID[models.Application](tx, id)
}

// ApplicationsOf lists the person's own applications, newest first.
func (tx *Tx) ApplicationsOf(person string, page Page) ([]models.Application, error) {
	return newest[models.Application](tx, page, "person_id = ?", person)
}

// Same describes the thing that an application is for, to recognise a second one.
type Same struct {
	Person, Municipality, Procedure, Period string
	Children                                []byte // blind index over the set of children
	Except                                  string // the id of the application itself
}

// SameThing finds the person's open or pending applications for the same thing, oldest first; of those decided only
// the ones of the same period, which is never empty then.
func (tx *Tx) SameThing(s Same) ([]models.Application, error) {
	where := `person_id = ? and municipality = ? and procedure = ? and period = ? and children_index = ? and separate_id = ''
		and (state in ('draft', 'arrived', 'in-review', 'correction-requested', 'signature-invalid') or state = 'decided' and period <> '')`
	args := []any{s.Person, s.Municipality, s.Procedure, s.Period, s.Children}
	if s.Except != "" {
		where, args = where+" and id <> ?", append(args, s.Except)
	}
	return all[models.Application](tx, "id", where, args...)
}

// ChangeApplication queues a guarded change of an application: it happens only if the row still has the state and
// version that app shows. Its version and update time move on with it.
func (tx *Tx) ChangeApplication(app *models.Application, changes ...Assignment) {
	changes = append(changes, Set(&app.Version, app.Version+1), Set(&app.UpdatedAt, tx.Now))
	change(tx, app, changes, &app.State, &app.Version)
}

// DeleteDraft deletes a draft with all that belongs to it; its objects are queued for removal.
func (tx *Tx) DeleteDraft(app *models.Application) error {
	res := tx.gorm.Exec(`delete from applications where id = ? and state = 'draft' and version = ?`, app.ID, app.Version)
	if res.Error != nil {
		return translate(res.Error)
	}
	if res.RowsAffected != 1 {
		return fault.ErrConflict
	}
	return nil
}

// Revision reads one revision.
func (tx *Tx) Revision(application string, number int) (*models.Revision, error) {
	return one[models.Revision](tx, "application_id = ? and number = ?", application, number)
}

// NewestRevision reads the one that an application is at, beside it: who read the application a statement before may find the next one here.
func (tx *Tx) NewestRevision(application string) (*models.Revision, error) {
	return one[models.Revision](tx, "application_id = ? and number = (select a.revision from applications a where a.id = application_id)", application)
}

// ChangeRevision queues new content for a revision that is not filed; filed marks it so for ever.
func (tx *Tx) ChangeRevision(application string, number int, sealed []byte, filed bool) {
	rev := &models.Revision{ApplicationID: application, Number: number}
	change(tx, rev, []Assignment{Set(&rev.Sealed, sealed), Set(&rev.Filed, filed), Set(&rev.UpdatedAt, tx.Now)}, &rev.Filed)
}

// HistoryOf lists an application's steps, oldest first.
func (tx *Tx) HistoryOf(application string) ([]models.History, error) {
	return all[models.History](tx, "at, id", "application_id = ?", application)
}

// ExpiringDrafts lists up to limit drafts whose time is over at the instant, for the sweep role.
func (tx *Tx) ExpiringDrafts(at time.Time, limit int) ([]models.Application, error) {
	return upTo[models.Application](tx, limit, "expires_at", "state = 'draft' and expires_at <= ? and put_aside_at is null", at)
}

// HasReceipt says whether the actor sees a case of this receipt number.
func (tx *Tx) HasReceipt(number string) (bool, error) {
	var has bool
	err := tx.gorm.Raw(`select exists (select from applications where receipt_number = ?)`, number).Scan(&has).Error
	return has, translate(err)
}
