package review

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// batch is how many cases one round puts on top.
const batch = 500

// Sweep puts the cases on top of the queue whose discrepancy became overdue since (review.md, "Discrepancy": clocks). sweep
// is the database as the sweep role. A case that somebody changes at the same moment waits for the next round.
func (s *Service) Sweep(ctx context.Context, sweep *postgres.DB) error {
	var late []models.Application
	err := sweep.InTx(ctx, models.System("", "review"), func(tx *postgres.Tx) (err error) {
		late, err = tx.OverdueCases(before(tx.Now, s.opt.Limits.Open), before(tx.Now, s.opt.Limits.InStep), batch)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for i := range late {
		err := s.dossiers.DB.InTx(ctx, models.System(late[i].Municipality, "review"), func(tx *postgres.Tx) error {
			tx.ChangeApplication(&late[i], postgres.Set(&late[i].Urgent, true))
			return nil
		})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// before is the instant before which more than so many calendar days in Japan have passed; the zero time for no limit.
func before(now time.Time, days int) time.Time {
	if days <= 0 {
		return time.Time{}
	}
	return jp.DateIn(now).AddDays(-days).Start()
}
