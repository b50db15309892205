package dossier

import (
	"strconv"
	"time"

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

// machineHold is for how long a core system (基幹システム) holds a case that it writes to: no longer than the write.
const machineHold = time.Minute

// HoldForMachine holds a case for one write of a core system, which claims nothing for longer: nobody else may have it, and the commit lets it go, if
// release was called. Errors: not-found; conflict while a clerk has the case.
func (d *Service) HoldForMachine(tx *postgres.Tx, id string) (app *models.Application, release func() error, err error) {
	if app, err = tx.Application(id); err != nil {
		return nil, nil, err
	}
	before, err := tx.ClaimOf(id)
	if err != nil {
		return nil, nil, err
	}
	claim, won, err := tx.Claim(app, tx.Actor.Person, tx.Now.Add(machineHold))
	switch {
	case err != nil:
		return nil, nil, err
	case !won:
		return nil, nil, fault.New(fault.Conflict, fault.CodeConflict, "colleague")
	}
	if app, err = d.Hold(tx, id, claim.Fence); err != nil {
		return nil, nil, err
	}
	return app, func() error {
		if _, err := tx.Release(id, tx.Actor.Person, claim.Fence); err != nil || before == nil || before.ReviewerID == nil {
			return err
		}
		_, err := tx.Assign(app, *before.ReviewerID, false) // whose case it was, it is again
		return err
	}, nil
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
	err := fault.New(fault.Conflict, fault.CodeConflict, why).Note("state", string(app.State)).Note("version", strconv.FormatInt(app.Version, 10))
	if now != nil {
		err = err.Note("fence", strconv.FormatInt(now.Fence, 10))
	}
	return err
}
