package retain

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// warn tells owners of drafts that they will expire. The nearest warning comes first and stands for those before it: who
// could not be told fourteen days before is told once, three days before. A draft that was saved meanwhile has another
// end, and its warnings begin again.
func (s *Service) warn(ctx context.Context) error {
	for _, days := range s.opt.Warnings {
		for {
			var drafts []models.Application
			err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
				drafts, err = tx.DraftsToWarn(days, tx.Now.Add(time.Duration(days)*24*time.Hour), batch)
				return err
			})
			if err != nil {
				return err
			}
			var failed []error
			for i := range drafts {
				failed = append(failed, s.warnOne(ctx, &drafts[i], days))
			}
			if err := errors.Join(failed...); err != nil {
				return err
			}
			if len(drafts) < batch {
				break
			}
		}
	}
	return nil
}

// warnOne notes the warning and queues its message in one transaction: both or neither, once however often it runs. Of a
// draft that was saved, filed or deleted meanwhile nothing is said.
func (s *Service) warnOne(ctx context.Context, draft *models.Application, days int) error {
	return s.dossiers.DB.InTx(ctx, models.System(draft.Municipality, "retain"), func(tx *postgres.Tx) error {
		now, err := tx.LockApplication(draft.ID)
		if err != nil || now.State != models.StateDraft || now.ExpiresAt == nil || !now.ExpiresAt.Equal(*draft.ExpiresAt) {
			return gone(err)
		}
		first, err := tx.WarnDraft(&models.DraftWarning{
			ApplicationID: now.ID,
			Municipality:  now.Municipality,
			PersonID:      now.PersonID,
			Days:          days,
			ExpiresAt:     *now.ExpiresAt,
		})
		if err != nil || !first {
			return err
		}
		return tx.Enqueue(task.Notify{
			Municipality: now.Municipality,
			Application:  now.ID,
			What:         "draft-expiring",
			Number:       days,
			Due:          dossier.LastDay(*now.ExpiresAt).String(),
		})
	})
}
