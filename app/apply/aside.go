package apply

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// PutAside is Delete that can be undone for an hour. Errors: as Delete.
func (s *Service) PutAside(ctx context.Context, actor models.Actor, id string, version *int64) error {
	return s.takeAway(ctx, actor, id, version, (*postgres.Tx).PutDraftAside)
}

// PutBack undoes PutAside. Errors: not-found, also when its hour is over; not-allowed-now when a draft for the same thing was begun
// meanwhile.
func (s *Service) PutBack(ctx context.Context, actor models.Actor, id string) error {
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if err := tx.PutDraftBack(id); err != nil {
			return err
		}
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "put-draft-back", "application", app.ID)
	})
	if postgres.Violated(err) == "applications_one_open_draft" {
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "draft-begun-anew")
	}
	return err
}

// SetAside lists the person's drafts that can be had back.
func (s *Service) SetAside(ctx context.Context, actor models.Actor) ([]View, error) {
	var out []View
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		apps, err := tx.DraftsAside()
		for i := range apps {
			var v View
			v.describe(&apps[i])
			out = append(out, v)
		}
		return err
	})
	return out, err
}
