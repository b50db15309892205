package retain

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// List hands fn every case that would be erased at an instant (now for the zero one), in the order in which they came to
// rest, of one municipality or of all (""). Nothing is changed.
func (s *Service) List(ctx context.Context, municipality string, at time.Time, fn func(*Due) error) error {
	if err := s.opt.Periods.Check(); err != nil {
		return err
	}
	return s.ended(ctx, municipality, at, func(d *Due) error {
		if !d.Verdict.Erasable {
			return nil
		}
		return fn(d)
	})
}

// Shown is what is known of one case: that it is there, and what the rule says of it; or the record that it was erased.
type Shown struct {
	Due    *Due
	Erased *models.Erasure
}

// Show says how long one case is kept at an instant (now for the zero one), and why; or that it was erased. Errors:
// not-found for a case that never was, or a draft that its owner deleted.
func (s *Service) Show(ctx context.Context, id string, at time.Time) (*Shown, error) {
	out := &Shown{}
	err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) error {
		c, err := tx.CaseFacts(id)
		if errors.Is(err, fault.ErrNotFound) {
			out.Erased, err = tx.Erasure(id)
			return err
		}
		if err != nil {
			return err
		}
		if at.IsZero() {
			at = tx.Now
		}
		out.Due = &Due{Case: *c, Verdict: s.judge(c, at)}
		return nil
	})
	return out, err
}
