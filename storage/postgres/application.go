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
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var app models.Application
	if err := tx.gorm.Take(&app, "id = ?", id).Error; err != nil {
		return nil, translate(err)
	}
	return &app, nil
}

// LockApplication is Application, and holds the row until the transaction ends, for use cases that count what belongs
// to it (files against the limit) before they add to it.
func (tx *Tx) LockApplication(id string) (*models.Application, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var app models.Application
	if err := tx.gorm.Raw(`select * from applications where id = ? for update`, id).Take(&app).Error; err != nil {
		return nil, translate(err)
	}
	return &app, nil
}

// Page is a keyset page: After is the last id of the page before, newest first; empty for the first page.
type Page struct {
	After string
	Limit int
}

// ApplicationsOf lists the person's own applications, newest first.
func (tx *Tx) ApplicationsOf(person string, page Page) ([]models.Application, error) {
	q := tx.gorm.Where("person_id = ?", person)
	if page.After != "" {
		q = q.Where("id < ?", page.After)
	}
	var apps []models.Application
	err := q.Order("id desc").Limit(page.Limit).Find(&apps).Error
	return apps, translate(err)
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
	q := tx.gorm.Where("person_id = ? and municipality = ? and procedure = ? and period = ? and children_index = ?",
		s.Person, s.Municipality, s.Procedure, s.Period, s.Children).
		Where("separate_id = ''").
		Where("state in ('draft', 'arrived', 'in-review', 'correction-requested', 'signature-invalid') or (state = 'decided' and period <> '')")
	if s.Except != "" {
		q = q.Where("id <> ?", s.Except)
	}
	var apps []models.Application
	err := q.Order("id").Find(&apps).Error
	return apps, translate(err)
}

// ChangeApplication queues a guarded change of an application: it happens only if the row still has the state and
// version that app shows. app's version and update time move on in memory too.
func (tx *Tx) ChangeApplication(app *models.Application, changes Changes) {
	guards := Changes{"id": app.ID, "state": app.State, "version": app.Version}
	changes["version"] = app.Version + 1
	changes["updated_at"] = tx.Now
	tx.guarded("applications", guards, changes)
	app.Version++
	app.UpdatedAt = tx.Now
	if s, ok := changes["state"].(string); ok {
		app.State = s
	}
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
	var rev models.Revision
	err := tx.gorm.Take(&rev, "application_id = ? and number = ?", application, number).Error
	if err != nil {
		return nil, translate(err)
	}
	return &rev, nil
}

// ChangeRevision queues new content for a revision that is not filed; filed marks it so for ever.
func (tx *Tx) ChangeRevision(application string, number int, sealed []byte, filed bool) {
	tx.guarded("revisions", Changes{"application_id": application, "number": number, "filed": false},
		Changes{"sealed": sealed, "filed": filed, "updated_at": tx.Now})
}

// HistoryOf lists an application's steps, oldest first.
func (tx *Tx) HistoryOf(application string) ([]models.History, error) {
	var rows []models.History
	err := tx.gorm.Where("application_id = ?", application).Order("at, id").Find(&rows).Error
	return rows, translate(err)
}

// ExpiringDrafts lists up to limit drafts whose time is over at the instant, for the sweep role.
func (tx *Tx) ExpiringDrafts(at time.Time, limit int) ([]models.Application, error) {
	var apps []models.Application
	err := tx.gorm.Where("state = 'draft' and expires_at <= ?", at).Order("expires_at").Limit(limit).Find(&apps).Error
	return apps, translate(err)
}
