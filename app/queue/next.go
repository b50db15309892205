package queue

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Taken is the case that the reviewer works on next.
type Taken struct {
	ID    string
	Fence int64
	Ask   bool // the office wants the network to be asked for it at once
}

// Next claims the case that is the most urgent by the office's rule, among those of nobody and of colleagues who are away, and accepts it: urgent ones,
// then what is due first or what came first. nil if nothing is left.
func (s *Service) Next(ctx context.Context, actor models.Actor, req dossier.Request) (*Taken, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Taken, error) { return s.next(tx, key) })
}

func (s *Service) next(tx *postgres.Tx, key seal.Key) (*Taken, error) {
	office, err := tx.Municipality(tx.Actor.Municipality)
	if err != nil {
		return nil, err
	}
	q, err := s.bound(tx, postgres.QueueQuery{Open: true}, 0)
	if err != nil {
		return nil, err
	}
	staff, err := workers(tx, tx.Actor.Municipality, key)
	if err != nil {
		return nil, err
	}
	var away []string
	for _, w := range staff {
		if w.Away && !w.Mine {
			away = append(away, w.Person)
		}
	}
	app, err := tx.NextCase(q, office.NextByDue, away)
	if err != nil || app == nil {
		return nil, err
	}
	return s.takeUp(tx, app, !office.AskByHand)
}

// Take claims a case that the reviewer chose, and accepts it if it waits for that: who begins to work on it need not say so twice. Errors: those of
// Claim.
func (s *Service) Take(ctx context.Context, actor models.Actor, id string) (*Taken, error) {
	var out *Taken
	err := s.dossiers.Answered(ctx, actor, id, func() error {
		return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			app, err := s.visible(tx, id)
			if err != nil {
				return err
			}
			office, err := tx.Municipality(actor.Municipality)
			if err != nil {
				return err
			}
			mine := app.HolderID != nil && *app.HolderID == actor.Person // it is asked for once, as the case is begun
			hold, err := s.claimIn(tx, app)
			if err != nil {
				return err
			}
			out, err = s.acceptIn(tx, app, hold, !office.AskByHand && !mine)
			return err
		})
	})
	return out, err
}

// takeUp claims a case and accepts it if it waits for that. A colleague who is away keeps no claim.
func (s *Service) takeUp(tx *postgres.Tx, app *models.Application, ask bool) (*Taken, error) {
	if app.HolderID != nil && *app.HolderID != tx.Actor.Person {
		if _, err := tx.Assign(app, tx.Actor.Person, true); err != nil {
			return nil, err
		}
	}
	hold, err := s.claimIn(tx, app)
	if err != nil {
		return nil, err
	}
	return s.acceptIn(tx, app, hold, ask)
}

func (s *Service) acceptIn(tx *postgres.Tx, app *models.Application, hold *Hold, ask bool) (*Taken, error) {
	now, err := tx.LockApplication(app.ID)
	if err != nil {
		return nil, err
	}
	if now.State == models.StateArrived {
		if err := s.dossiers.Move(tx, now, dossier.Step{Event: lifecycle.EventAccept}); err != nil {
			return nil, err
		}
	}
	return &Taken{ID: app.ID, Fence: hold.Fence, Ask: ask && now.State == models.StateInReview}, nil
}

// Asks says whether the office wants the network to be asked at once for a case that is claimed.
func (s *Service) Asks(ctx context.Context, actor models.Actor) (bool, error) {
	asks := false
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		office, err := tx.Municipality(actor.Municipality)
		asks = err == nil && !office.AskByHand
		return err
	})
	return asks, err
}
