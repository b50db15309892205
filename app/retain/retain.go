// Package retain ends what has run out: drafts that nobody came back to, with warnings before; remembered answers; browser
// sessions; and cases whose time is over, which it erases so that neither the database nor a backup of it can be read.
package retain

import (
	"context"
	"errors"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// AnswersKept is how long the answer of a POST is remembered (api.md, Idempotency-Key).
const AnswersKept = 24 * time.Hour

// batch is how many drafts or cases one round looks at.
const batch = 200

// Options say what is kept how long; each zero member means that nothing is done by it.
type Options struct {
	Warnings []int // so many days before a draft expires its owner is told
	Periods  retention.Periods
	// What belongs to no case, by its age.
	Messages, Settings retention.Period
}

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB
	opt      Options
	keys     shelf
	journal  journal // nil for a keyring without a shelf
}

// New makes the service.
func New(dossiers *dossier.Service, sweep *postgres.DB, opt Options) *Service {
	opt.Warnings = slices.Sorted(slices.Values(opt.Warnings)) // the nearest first
	s := &Service{dossiers: dossiers, sweep: sweep, opt: opt, keys: dossiers.Keyring()}
	if shelf := dossiers.Keyring().Shelf(); shelf != nil {
		s.journal = shelf.Journal()
	}
	return s
}

func sweeper() models.Actor { return models.System("", "retain") }

// Sweep ends everything that has run out, warns of what will, and destroys keys whose owner is gone. One draft that cannot
// be ended does not keep the others.
func (s *Service) Sweep(ctx context.Context) error {
	var drafts []models.Application
	err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) error {
		if _, err := tx.SweepIdempotency(AnswersKept); err != nil {
			return err
		}
		if _, err := tx.SweepSessions(); err != nil {
			return err
		}
		if _, err := tx.SweepDraftsAside(); err != nil {
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
	return errors.Join(append(failed, s.warn(ctx), s.destroyKeys(ctx))...)
}

// expire ends one draft. A person who saves it at the same moment wins: the guard is the version.
func (s *Service) expire(ctx context.Context, draft *models.Application) error {
	return s.dossiers.DB.InTx(ctx, models.System(draft.Municipality, "retain"), func(tx *postgres.Tx) error {
		step := dossier.Step{Event: lifecycle.EventExpire, Facts: lifecycle.Facts{ExpiresAt: *draft.ExpiresAt}}
		if err := s.dossiers.Move(tx, draft, step); err != nil {
			return err
		}
		return tx.Enqueue(task.Notify{Municipality: draft.Municipality, Application: draft.ID, What: "draft-expired"})
	})
}
