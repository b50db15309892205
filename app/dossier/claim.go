package dossier

import (
	"strconv"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Hold locks a case for a write of the reviewer who claimed it: the claim with its fencing number, then the application
// (review.md, "Reviewers"). Errors: not-found, also outside the reviewer's categories; conflict with what changed if the
// number is old, the claim is over or another reviewer has the case.
func (d *Service) Hold(tx *postgres.Tx, id string, fence int64) (*models.Application, error) {
	app, err := tx.Application(id)
	if err != nil {
		return nil, err
	}
	if err := d.Within(tx, app); err != nil {
		return nil, err
	}
	if app.ArrivedAt == nil { // a clerk's draft of the counter is nobody's to review
		return nil, fault.ErrNotFound
	}
	held, err := tx.HoldClaim(id, tx.Actor.Person, fence)
	if err != nil {
		return nil, err
	}
	if held {
		return tx.LockApplication(id)
	}
	now, err := tx.ClaimOf(id)
	if err != nil {
		return nil, err
	}
	return nil, lost(tx, app, now, fence)
}

// lost says why a write is refused, and what the case is now.
func lost(tx *postgres.Tx, app *models.Application, now *models.Claim, fence int64) error {
	why := fault.Reason("claim-first")
	switch {
	case now == nil || now.ReviewerID == nil:
	case *now.ReviewerID != tx.Actor.Person:
		why = "another-reviewer"
	case now.Fence != fence:
		why = "claim-renewed"
	case !now.ExpiresAt.After(tx.Now):
		why = "claim-over"
	}
	err := fault.New(fault.Conflict, fault.CodeConflict, why).Note("state", app.State).Note("version", strconv.FormatInt(app.Version, 10))
	if now != nil {
		err = err.Note("fence", strconv.FormatInt(now.Fence, 10))
	}
	return err
}
