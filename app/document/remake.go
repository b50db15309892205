package document

import (
	"context"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Remake has a file's view copy made anew, for who reads it: what was out of reach once may be made now. The act is recorded.
// Errors: not-found; not-allowed-now before the scan has released the file.
func (s *Service) Remake(ctx context.Context, actor models.Actor, application, file string) error {
	var app *models.Application
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		var f *models.File
		if app, f, err = s.arrived(tx, application, file); err != nil {
			return err
		}
		if err := released(f); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "remake-view", "file", file)
	})
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, models.System(app.Municipality, "make-view"), func(tx *postgres.Tx) error {
		f, err := tx.File(application, file)
		if err != nil {
			return err
		}
		tx.SetView(f, models.Seen{})
		return s.wantView(tx, app, f)
	})
}
