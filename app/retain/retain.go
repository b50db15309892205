// Package retain ends what has run out: drafts that nobody came back to, remembered answers, browser sessions.
package retain

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// AnswersKept is how long the answer of a POST is remembered (api.md, Idempotency-Key).
const AnswersKept = 24 * time.Hour

// batch is how many drafts one round ends.
const batch = 200

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	desk  *dossier.Desk
	sweep *postgres.DB
}

// New makes the service.
func New(desk *dossier.Desk, sweep *postgres.DB) *Service { return &Service{desk: desk, sweep: sweep} }

// Sweep ends everything that has run out. One draft that cannot be ended does not keep the others.
func (s *Service) Sweep(ctx context.Context) error {
	var drafts []models.Application
	err := s.sweep.InTx(ctx, models.System("", "retain"), func(tx *postgres.Tx) error {
		if _, err := tx.SweepIdempotency(AnswersKept); err != nil {
			return err
		}
		if _, err := tx.SweepSessions(); err != nil {
			return err
		}
		var err error
		drafts, err = tx.ExpiringDrafts(tx.Now, batch)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for i := range drafts {
		if err := s.expire(ctx, &drafts[i]); err != nil && fault.KindOf(err) != fault.Conflict {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// expire ends one draft. A person who saves it at the same moment wins: the guard is the version.
func (s *Service) expire(ctx context.Context, draft *models.Application) error {
	return s.desk.DB.InTx(ctx, models.System(draft.Municipality, "retain"), func(tx *postgres.Tx) error {
		step := dossier.Step{Event: lifecycle.EventExpire, Facts: lifecycle.Facts{ExpiresAt: *draft.ExpiresAt}}
		if err := s.desk.Move(tx, draft, step); err != nil {
			return err
		}
		return tx.Enqueue(task.Notify{Municipality: draft.Municipality, Application: draft.ID, What: "draft-expired"})
	})
}
