package queue

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// indexAtOnce is how many older cases one sweep makes findable.
const indexAtOnce = 500

// Index makes what cases are found and sorted by that arrived under a release before, which had none of it.
func (s *Service) Index(ctx context.Context, sweep *postgres.DB) error {
	var waiting []postgres.Unindexed
	err := sweep.InTx(ctx, models.Actor{Role: models.RoleSystem, Purpose: "sweep"}, func(tx *postgres.Tx) (err error) {
		waiting, err = tx.Unindexed(indexAtOnce)
		return err
	})
	for _, one := range waiting {
		if failed := s.index(ctx, one); failed != nil && fault.KindOf(failed) != fault.Conflict { // changed meanwhile: the next sweep has it
			err = errors.Join(err, failed)
		}
	}
	return err
}

func (s *Service) index(ctx context.Context, one postgres.Unindexed) error {
	actor := models.System(one.Municipality, "sweep")
	key, err := s.dossiers.MunicipalityKey(ctx, one.Municipality)
	if err != nil {
		return err
	}
	var offering *models.Offering
	f, err := s.dossiers.Open(ctx, actor, one.ID, func(tx *postgres.Tx, app *models.Application) (err error) {
		if offering, err = tx.Offering(app.Municipality, app.Procedure); err != nil && fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := dossier.FillQueueColumns(f.Row, key, &f.Content); err != nil {
		return err
	}
	p := s.dossiers.Editions.ForProcedure(f.Row.Municipality, f.Row.Procedure).Procedure(f.Row.Procedure)
	f.Row.DueOn = dossier.DueOn(*f.Row.ArrivedAt, offering, p)
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		tx.ChangeApplication(f.Row, append(dossier.QueueChanges(f.Row), postgres.As(&f.Row.DueOn)...)...)
		return nil
	})
}
