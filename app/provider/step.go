package provider

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// NewStep is a step that a reviewer takes.
type NewStep struct {
	Step, Note string
	Count      *int   // of similar-checked: how many records were wrong in the same way
	Version    *int64 // the one that the reviewer saw; nil: whatever is there
}

// Step takes a step, with who, when and the note. Errors: not-found; stale; not-allowed-now with what has to come first
// (R7); invalid-request with each member at fault; individual-number (P4).
func (s *Service) Step(ctx context.Context, actor models.Actor, id string, in NewStep) (*Request, error) {
	step := discrepancy.ProviderStep(in.Step)
	if err := checkStep(step, in); err != nil {
		return nil, err
	}
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	var out *Request
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		r, err := tx.LockProviderRequest(id)
		if err != nil {
			return err
		}
		if in.Version != nil && *in.Version != r.Version {
			return fault.New(fault.Stale, fault.CodeStale, "colleague-stepped").Note("step", r.Step)
		}
		steps, err := tx.ProviderRequestSteps(id)
		if err != nil {
			return err
		}
		next, err := discrepancy.ProviderNext(fileOf(r, steps[id]), step)
		if err != nil {
			return err
		}
		row, err := rowOf(tx, key, in, r, steps[id])
		if err != nil {
			return err
		}
		if err := tx.AddProviderRequestStep(row); err != nil {
			return err
		}
		move(tx, r, next, row)
		if err := record(tx, "step-provider-request", id); err != nil {
			return err
		}
		out, err = s.opened(key, r, append(steps[id], *row), tx.Now)
		return err
	})
	return out, err
}

// rowOf makes the row of a step. Whoever waited for a colleague's lock began before that colleague's step was there, and
// comes after it all the same.
func rowOf(tx *postgres.Tx, key seal.Key, in NewStep, r *models.ProviderRequest, before []models.ProviderRequestStep) (*models.ProviderRequestStep, error) {
	row := &models.ProviderRequestStep{
		ID:           models.NewID(),
		RequestID:    r.ID,
		Municipality: r.Municipality,
		Step:         in.Step,
		StaffID:      tx.Actor.Person,
		At:           tx.Now,
	}
	if n := len(before); n > 0 && before[n-1].At.After(row.At) {
		row.At = before[n-1].At
	}
	if in.Count != nil {
		row.Count = *in.Count
	}
	var err error
	row.SealedNote, err = key.Seal([]byte(in.Note), noteCell(row.ID))
	return row, err
}

// move brings the request up to date with a step. Reporting and looking for similar records leave its place.
func move(tx *postgres.Tx, r *models.ProviderRequest, next discrepancy.ProviderFile, row *models.ProviderRequestStep) {
	var changes []postgres.Assignment
	if row.Step == string(discrepancy.ProviderSimilar) {
		changes = append(changes, postgres.Set(&r.SimilarCount, row.Count))
	}
	if string(next.Step) != r.Step {
		changes = append(changes,
			postgres.Set(&r.Step, string(next.Step)), postgres.Set(&r.Outcome, string(next.Outcome)), postgres.Set(&r.StepAt, row.At))
	}
	switch next.Step {
	case discrepancy.ProviderAnswered:
		changes = append(changes, postgres.Set(&r.State, models.ProviderRequestAnswered))
	case discrepancy.ProviderClosed:
		changes = append(changes, postgres.Set(&r.State, models.ProviderRequestClosed))
		if r.ClosedAt == nil {
			changes = append(changes, postgres.Set(&r.ClosedAt, new(row.At)))
		}
	default: // the others go on below
	}
	tx.ChangeProviderRequest(r, changes...)
}

// checkStep checks what the step brings. What was found, and what happened, has to be said.
func checkStep(step discrepancy.ProviderStep, in NewStep) error {
	var c check
	needed := false
	switch step {
	case discrepancy.ProviderCorrected, discrepancy.ProviderConfirmed, discrepancy.ProviderCannotConfirm, discrepancy.ProviderReported:
		needed = true
	default: // the others go on below
	}
	c.text("/note", in.Note, needed)
	if err := discrepancy.CheckProviderCount(step, in.Count); err != nil {
		c.faults = append(c.faults, fault.As(err).Details...)
	}
	return c.err()
}
