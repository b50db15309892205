package document

import (
	"context"
	"errors"
	"log/slog"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Scan has one stored file looked at for viruses and stores the verdict; a file that has one is left as it is, so the
// job may run twice. An error is not clean: the file is marked failed, and the error is returned for the job to be
// tried again. A file whose object is gone, whose bytes are damaged or that is above the scanner's limits is marked
// failed and logged; trying again at once would not help, and the sweep asks again later.
//
// A file found infected tells its owner, and after arrival puts its requirement back to awaiting the document; the
// arrival stands (review.md, "Evidence items").
func (s *Service) Scan(ctx context.Context, t task.Scan) error {
	actor := models.System(t.Municipality, "scan-file")
	var app *models.Application
	var f *models.File
	var parts []models.FilePart
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(t.Application); err != nil {
			return err
		}
		if f, err = tx.File(t.Application, t.File); err != nil {
			return err
		}
		parts, err = tx.PartsOf(f.ID)
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil // deleted meanwhile, or replaced
	}
	if err != nil {
		return err
	}
	if f.State == models.FileReceiving || scanned(f) {
		return nil
	}
	verdict, err := s.look(ctx, app, f, parts)
	if err != nil {
		return s.scanFailed(ctx, actor, t, err)
	}
	return s.storeVerdict(ctx, actor, t, verdict)
}

// scanned says whether a scan has given a verdict.
func scanned(f *models.File) bool { return f.Scan == models.ScanClean || f.Scan == models.ScanInfected }

// look reads the object, decrypts it and streams it to the scanner: nothing of it is on this machine's disk.
func (s *Service) look(ctx context.Context, app *models.Application, f *models.File, parts []models.FilePart) (models.ScanState, error) {
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return "", err
	}
	plain, err := s.open(ctx, key, parts, f.Size)
	if err != nil {
		return "", err
	}
	verdict, err := s.scanner.Scan(ctx, plain)
	if closeErr := plain.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", err
	}
	switch {
	case verdict.Infected():
		return models.ScanInfected, nil
	case verdict.Clean():
		return models.ScanClean, nil
	}
	return "", errors.New("the scanner gave no verdict")
}

// storeVerdict stores a verdict, under the application's lock, which filing takes too: either the filing sees that a file is
// infected, or it is there already and the file's requirement goes back.
func (s *Service) storeVerdict(ctx context.Context, actor models.Actor, t task.Scan, verdict models.ScanState) error {
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(t.Application)
		if err != nil {
			return err
		}
		f, err := tx.File(t.Application, t.File)
		if err != nil || scanned(f) {
			return err
		}
		tx.SetScan(f, verdict)
		if err := s.dossiers.Audit(tx, app, "scan-"+string(verdict), "file", f.ID); err != nil {
			return err
		}
		if verdict == models.ScanClean {
			return s.wantView(tx, app, f)
		}
		return s.infected(tx, app, f)
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil // deleted while it was looked at
	}
	return err
}

func (s *Service) infected(tx *postgres.Tx, app *models.Application, f *models.File) error {
	if f.State != models.FileStored { // another took its place already
		return nil
	}
	which := f.Document + "/" + f.Subject
	if app.ArrivedAt != nil {
		if err := s.dossiers.Record(tx, app, "file-infected", app.State, which); err != nil {
			return err
		}
		if err := s.awaitAgain(tx, app, f); err != nil {
			return err
		}
		if item, err := requirement(tx, app.ID, f.Document, f.Subject); err != nil || item != nil && item.Paper {
			return err // the office has the paper, and scans it again: nothing is asked of its owner
		}
	}
	return tx.Enqueue(task.Notify{
		Municipality: app.Municipality,
		Application:  app.ID,
		What:         "file-infected",
		Detail:       which,
		File:         f.ID,
	})
}

// scanFailed marks a file that could not be scanned, and gives the error that the job ends with.
func (s *Service) scanFailed(ctx context.Context, actor models.Actor, t task.Scan, cause error) error {
	if ctx.Err() != nil { // the worker is stopping: that says nothing about the file
		return cause
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		f, err := tx.File(t.Application, t.File)
		if err != nil || scanned(f) || f.Scan == models.ScanFailed {
			return err
		}
		tx.SetScan(f, models.ScanFailed)
		return nil
	})
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil // deleted meanwhile: that may be why it could not be read
	case err != nil:
		return errors.Join(cause, err)
	case errors.Is(cause, errLost), errors.Is(cause, seal.ErrBroken), errors.Is(cause, clamav.ErrLimit):
		slog.ErrorContext(ctx, "a stored file cannot be scanned", "file", t.File, "application", t.Application, "error", cause.Error())
		return nil
	}
	return cause
}
