package review

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

// Accept takes an arrived case into review. Errors: not-found; conflict for an old fence; not-allowed-now in another
// state.
func (s *Service) Accept(ctx context.Context, actor models.Actor, held HeldCase) error {
	return s.write(ctx, actor, held, func(w *work) error {
		return s.dossiers.Move(w.tx, w.app, dossier.Step{Event: lifecycle.EventAccept})
	})
}
