package postgres

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// PutDraftAside takes a draft away so that it can be had back for an hour: until then nobody sees it. Error: conflict when it has
// changed.
func (tx *Tx) PutDraftAside(app *models.Application) error {
	return tx.moved(fault.ErrConflict, `select put_draft_aside(?, ?)`, app.ID, app.Version)
}

// PutDraftBack undoes PutDraftAside. Errors: not-found when its time is over; conflict when another one was begun meanwhile
// (applications_one_open_draft).
func (tx *Tx) PutDraftBack(id string) error {
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	return tx.moved(fault.ErrNotFound, `select put_draft_back(?)`, id)
}

func (tx *Tx) moved(otherwise error, statement string, args ...any) error {
	var found bool
	if err := tx.gorm.Raw(statement, args...).Scan(&found).Error; err != nil {
		return translate(err)
	}
	if !found {
		return otherwise
	}
	return nil
}

// DraftsAside lists the person's drafts that can be had back, the one that was deleted first before.
func (tx *Tx) DraftsAside() ([]models.Application, error) {
	return query[models.Application](tx, `select * from drafts_put_aside()`)
}

// SweepDraftsAside deletes the drafts that cannot be had back any more; their objects are queued for removal.
func (tx *Tx) SweepDraftsAside() (int64, error) {
	var n int64
	err := tx.gorm.Raw(`select put_aside_sweep()`).Scan(&n).Error
	return n, translate(err)
}
