package document

import (
	"bytes"
	"context"
	"strconv"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Delete takes a file out of a draft or of an open correction; what the municipality has received stays as it is.
// version is optional (If-Match). Errors: not-found; stale; not-allowed-now.
func (s *Service) Delete(ctx context.Context, actor models.Actor, application, file string, version *int64) error {
	return s.takeOut(ctx, actor, application, file, version, (*postgres.Tx).DeleteFile)
}

// takeOut takes a file out of an application; away says what becomes of its row.
func (s *Service) takeOut(ctx context.Context, actor models.Actor, application, file string, version *int64,
	away func(tx *postgres.Tx, f *models.File)) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(application)
		if err != nil {
			return err
		}
		if err := s.handles(tx, app); err != nil {
			return err
		}
		f, err := tx.File(application, file)
		if err != nil {
			return err
		}
		if f.State == models.FileReceiving { // it does not exist for its owner yet
			return fault.ErrNotFound
		}
		if version != nil && *version != app.Version {
			return fault.New(fault.Stale, fault.CodeStale, "").
				Note("etag", strconv.Quote(strconv.FormatInt(app.Version, 10)))
		}
		if handedIn(app, f) {
			return notNow(app, "file-kept")
		}
		taken := *f
		away(tx, f)
		f = &taken // as it was: what becomes of the others hangs on that
		if err := restore(tx, app, f); err != nil {
			return err
		}
		s.touch(tx, app)
		if err := s.awaitAgain(tx, app, f); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "delete-file", "file", f.ID)
	})
}

// restore gives the file that was handed in its place back, when the one that was to replace it in a correction goes.
func restore(tx *postgres.Tx, app *models.Application, gone *models.File) error {
	if app.ArrivedAt == nil || gone.State != models.FileStored {
		return nil
	}
	files, err := tx.FilesOf(app.ID)
	if err != nil {
		return err
	}
	item, err := requirement(tx, app.ID, gone.Document, gone.Subject)
	if err != nil {
		return err
	}
	var last *models.File
	for i := range files {
		f := &files[i]
		if item != nil && f.Revision < item.Revision { // it was asked for anew since: the old one is no use
			continue
		}
		if f.State == models.FileSuperseded && f.Document == gone.Document && f.Subject == gone.Subject && bytes.Equal(f.NameIndex, gone.NameIndex) &&
			(last == nil || f.StoredAt.After(*last.StoredAt)) {
			last = f
		}
	}
	if last != nil {
		tx.ChangeFile(last, postgres.Set(&last.State, models.FileStored))
	}
	return nil
}

// awaitAgain puts the requirement of a file that is no use any more (deleted, or infected) back to awaiting its
// document. In a correction that was not handed in yet, another file of it that is there is enough.
func (s *Service) awaitAgain(tx *postgres.Tx, app *models.Application, gone *models.File) error {
	if app.ArrivedAt == nil {
		return nil
	}
	item, err := requirement(tx, app.ID, gone.Document, gone.Subject)
	if err != nil || item == nil || item.Paper { // the paper is there all the same
		return err
	}
	if working(app) && !handedIn(app, gone) {
		if err := tx.Flush(); err != nil { // what was restored counts
			return err
		}
		others, err := tx.FilesOf(app.ID)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.ID != gone.ID && o.State == models.FileStored && o.Scan != models.ScanInfected && dossier.Current(item, &o) {
				return nil
			}
		}
	}
	if move(tx, item, lifecycle.ItemInfected, item.Revision) {
		return s.dossiers.Record(tx, app, "await-document", app.State, item.Document+"/"+item.Subject)
	}
	return nil
}
