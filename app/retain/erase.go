package retain

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Erase erases every case whose time is over, and takes away what goes by its age alone. Each case is one transaction; its
// objects and its key are queued by it and go afterwards (document.Sweep, destroyKeys). It may be stopped anywhere and run
// again, by several workers at once too. One case that cannot be erased does not keep the others.
func (s *Service) Erase(ctx context.Context) error {
	if s.opt.Periods == (retention.Periods{}) {
		return nil
	}
	if err := s.opt.Periods.Check(); err != nil {
		return err
	}
	var failed []error
	err := s.ended(ctx, "", time.Time{}, func(c *Due) error {
		if c.Verdict.Erasable {
			failed = append(failed, s.erase(ctx, c))
		}
		return ctx.Err()
	})
	return errors.Join(append(failed, err, s.byAge(ctx), s.destroyKeys(ctx))...)
}

// Due is a case that is over, with what the rule says of it.
type Due struct {
	Case    postgres.EndedCase
	Verdict retention.Verdict
}

// ended hands fn every case that is over and may be erasable at an instant (now for the zero one), judged, of one
// municipality or of all ("").
func (s *Service) ended(ctx context.Context, municipality string, at time.Time, fn func(*Due) error) error {
	var last *postgres.EndedCase
	for {
		var page []postgres.EndedCase
		when := at
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			if when.IsZero() {
				when = tx.Now
			}
			page, err = tx.EndedCases(s.opt.Periods.Shortest(when), municipality, last, batch)
			return err
		})
		if err != nil {
			return err
		}
		for i := range page {
			if err := fn(&Due{Case: page[i], Verdict: s.judge(&page[i], when)}); err != nil {
				return err
			}
		}
		if len(page) < batch {
			return nil
		}
		last = &page[len(page)-1]
	}
}

func (s *Service) judge(c *postgres.EndedCase, at time.Time) retention.Verdict {
	instant := func(t *time.Time) time.Time {
		if t == nil {
			return time.Time{}
		}
		return *t
	}
	return retention.Decide(retention.Case{
		State:             c.State,
		EndedAt:           instant(c.EndedAt),
		LastExchange:      instant(c.LastExchange),
		DiscrepancyClosed: instant(c.DiscrepancyClosed),
		OpenDiscrepancies: c.OpenDiscrepancies,
		OpenInquiries:     c.OpenInquiries,
	}, s.opt.Periods, at)
}

// erase erases one case. One that changed since it was judged is left to the next run.
func (s *Service) erase(ctx context.Context, c *Due) error {
	return s.dossiers.DB.InTx(ctx, models.System(c.Case.Municipality, "retain"), func(tx *postgres.Tx) error {
		done, err := tx.EraseApplication(c.Case.ID, c.Case.Version, c.Verdict.Rule, c.Verdict.LastDay.Time())
		if err != nil || !done {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "erase", ObjectKind: "application", ObjectID: c.Case.ID})
	})
}

// byAge takes away what belongs to no case any more, in rounds.
func (s *Service) byAge(ctx context.Context) error {
	for {
		var most int64
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			before := func(p retention.Period) time.Time {
				if p.IsZero() {
					return time.Time{}
				}
				return p.Before(tx.Now)
			}
			// An answer that began late on a day lives until late on the next, on nodes whose clocks differ: two days.
			most, err = tx.ByAge(before(s.opt.Periods.Exchange), before(s.opt.Messages), before(s.opt.Settings), tx.Now.Add(-AnswersKept-24*time.Hour), batch)
			return err
		})
		if err != nil || most < batch {
			return err
		}
	}
}

// gone forgives that a row went while it was being looked at.
func gone(err error) error {
	if errors.Is(err, fault.ErrNotFound) {
		return nil
	}
	return err
}
