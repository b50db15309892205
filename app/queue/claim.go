package queue

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Hold is a reviewer's claim on a case.
type Hold struct {
	Fence     int64 // every write to the case carries it
	ExpiresAt time.Time
}

// Claim gives a case to the reviewer for the length of a lease, or renews the reviewer's own claim, which keeps its
// number. Of two claims at once one wins. Errors: not-found, also for a case outside the reviewer's categories; conflict with held_by and held_until while a
// colleague has it.
func (s *Service) Claim(ctx context.Context, actor models.Actor, id string) (*Hold, error) {
	var out *Hold
	err := s.dossiers.Answered(ctx, actor, id, func() error {
		return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			app, err := s.visible(tx, id)
			if err != nil {
				return err
			}
			out, err = s.claimIn(tx, app)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// claimIn claims a case that the reviewer may work on.
func (s *Service) claimIn(tx *postgres.Tx, app *models.Application) (*Hold, error) {
	claim, won, err := tx.Claim(app, tx.Actor.Person, tx.Now.Add(s.lease))
	if err != nil {
		return nil, err
	}
	if !won {
		return nil, held(claim)
	}
	return &Hold{Fence: claim.Fence, ExpiresAt: claim.ExpiresAt.In(jp.JST)}, s.dossiers.Audit(tx, app, "claim-case", "application", app.ID)
}

// held is the refusal that says who has the case.
func held(claim *models.Claim) error {
	if claim == nil || claim.ReviewerID == nil {
		return fault.ErrConflict // released between the two statements: the next try has it
	}
	return fault.New(fault.Conflict, fault.CodeConflict, "colleague").
		Note("held_by", *claim.ReviewerID).Note("held_until", claim.ExpiresAt.In(jp.JST).Format(time.RFC3339Nano))
}

// Release ends the reviewer's claim. Errors: not-found; conflict with what changed if the number is old, the claim is
// over, or a colleague has the case.
func (s *Service) Release(ctx context.Context, actor models.Actor, id string, fence int64) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.dossiers.Hold(tx, id, fence)
		if err != nil {
			return err
		}
		released, err := tx.Release(id, actor.Person, fence)
		if err != nil {
			return err
		}
		if !released { // Hold has locked it
			return fault.ErrConflict
		}
		return s.dossiers.Audit(tx, app, "release-case", "application", id)
	})
}
