package document

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Content opens a file for its owner; the act is recorded before the first byte. ctx must last until the body is
// closed. Errors: not-found, also for somebody else's file and for one that is not there in full yet; not-allowed-now
// until a scan has found it clean; unavailable while the object store is down. The body ends in an error rather than
// too early.
func (s *Service) Content(ctx context.Context, actor models.Actor, application, file string) (*Download, error) {
	var app *models.Application
	var f *models.File
	var parts []models.FilePart
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, f, err = s.arrived(tx, application, file); err != nil {
			return err
		}
		if err := released(f); err != nil {
			return err
		}
		if parts, err = tx.PartsOf(f.ID); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "open-file", "file", f.ID)
	})
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	name, err := key.Open(f.SealedName, nameCell(f.ID))
	if err != nil {
		return nil, err
	}
	body, err := s.open(ctx, key, parts, f.Size)
	if err != nil {
		return nil, err
	}
	return &Download{Name: string(name), MediaType: f.MediaType, Size: f.Size, Body: body}, nil
}

// arrived gives a file to who may see it, with its application. Error: not-found, also while it is on its way and when it was put aside.
func (s *Service) arrived(tx *postgres.Tx, application, file string) (*models.Application, *models.File, error) {
	app, err := tx.Application(application)
	if err != nil {
		return nil, nil, err
	}
	if err := s.dossiers.Readable(tx, app); err != nil {
		return nil, nil, err
	}
	f, err := tx.File(application, file)
	if err == nil && f.State == models.FileReceiving {
		err = fault.ErrNotFound
	}
	return app, f, err
}

// released refuses a file that no scan has found clean (security.md, "Files").
func released(f *models.File) error {
	var why fault.Reason
	switch f.Scan {
	case models.ScanClean:
		return nil
	case models.ScanInfected:
		why = "file-infected"
	case models.ScanFailed:
		why = "file-unchecked"
	default:
		why = "file-being-checked"
	}
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, why).Note("scan", string(f.Scan))
}
