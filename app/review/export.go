package review

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Export gives a case to be taken along as one file; the act is recorded by itself, beside the look and each file that is
// opened. Errors: not-found, also for another municipality's, and for one that was passed on.
func (s *Service) Export(ctx context.Context, actor models.Actor, id string) (*Case, error) {
	c, err := s.Open(ctx, actor.For("export-case"), id)
	if err != nil {
		return nil, err
	}
	if c.State == models.StateTransferred {
		return nil, fault.ErrNotFound
	}
	return c, s.recordExport(ctx, actor, id)
}

func (s *Service) recordExport(ctx context.Context, actor models.Actor, id string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "export-case", "application", id)
	})
}
