package document

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// asideTime is how long a file that was put aside can be had back; then the sweep takes it away.
const asideTime = time.Hour

// Aside is a file that was put aside and can still be had back.
type Aside struct{ ID, Document, Subject, Name string }

// PutAside is Delete that can be undone for an hour: the file is gone for everybody at once, as one that has not arrived, and its
// bytes wait. Errors: as Delete.
func (s *Service) PutAside(ctx context.Context, actor models.Actor, application, file string) error {
	return s.takeOut(ctx, actor, application, file, nil, func(tx *postgres.Tx, f *models.File) {
		tx.ChangeFile(f, postgres.Set(&f.State, models.FileReceiving), postgres.Set(&f.ExpiresAt, new(tx.Now.Add(asideTime))))
	})
}

// PutBack undoes PutAside. Errors: not-found, also when its time is over or an infection was found meanwhile; not-allowed-now;
// invalid-file (too many files). Where another file of its name has come it has the next free one (names).
func (s *Service) PutBack(ctx context.Context, actor models.Actor, application, file string) error {
	var row *models.Application
	if err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		row, err = tx.Application(application)
		return err
	}); err != nil {
		return err
	}
	key, err := s.dossiers.ApplicationKey(ctx, row)
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(application)
		if err != nil {
			return err
		}
		f, err := tx.File(application, file)
		if err != nil {
			return err
		}
		if !aside(tx, f) {
			return fault.ErrNotFound
		}
		item, err := s.admit(tx, app, f.Document, f.Subject)
		if err != nil {
			return err
		}
		renamed, err := s.freeAgain(tx, app, key, f)
		if err != nil {
			return err
		}
		if err := s.room(tx, app, f, ""); err != nil {
			return err
		}
		back := append(renamed, postgres.Set(&f.State, models.FileStored), postgres.Set(&f.ExpiresAt, nil), postgres.Set(&f.Revision, app.Revision))
		tx.ChangeFile(f, back...)
		s.touch(tx, app)
		if err := s.handIn(tx, app, item); err != nil {
			return err
		}
		if err := s.dossiers.Audit(tx, app, "put-file-back", "file", f.ID); err != nil {
			return err
		}
		return tx.Enqueue(task.Scan{Municipality: app.Municipality, Application: app.ID, File: f.ID})
	})
}

// freeAgain gives a file that comes back another name if its own was taken meanwhile: the changes of its row. A phone calls every photo
// image.jpg, so that the next one often has the name of the one that was deleted.
func (s *Service) freeAgain(tx *postgres.Tx, app *models.Application, key seal.Key, f *models.File) ([]postgres.Assignment, error) {
	files, err := tx.FilesOf(app.ID)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, other := range files {
		if other.State == models.FileStored && other.Document == f.Document && other.Subject == f.Subject {
			taken[string(other.NameIndex)] = true
		}
	}
	if !taken[string(f.NameIndex)] {
		return nil, nil
	}
	own, err := fileName(key, f.ID, f.SealedName)
	if err != nil {
		return nil, err
	}
	for name := range names(own) {
		index := key.BlindIndex(nameIndex, name)
		if taken[string(index)] {
			continue
		}
		sealed, err := key.Seal([]byte(name), nameCell(f.ID))
		return []postgres.Assignment{postgres.Set(&f.NameIndex, index), postgres.Set(&f.SealedName, sealed)}, err
	}
	return nil, nil // there are names without end
}

// aside says whether a file was put aside and can be had back: it was stored once.
func aside(tx *postgres.Tx, f *models.File) bool {
	return f.State == models.FileReceiving && f.StoredAt != nil && f.ExpiresAt.After(tx.Now) && f.Scan != models.ScanInfected
}

// SetAside lists the files that can be had back, oldest first. Errors: not-found; unavailable.
func (s *Service) SetAside(ctx context.Context, actor models.Actor, application string) ([]Aside, error) {
	var app *models.Application
	var files []models.File
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(application); err != nil {
			return err
		}
		files, err = tx.FilesAside(application)
		return err
	})
	if err != nil || len(files) == 0 {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	out := make([]Aside, len(files))
	for i, f := range files {
		name, err := fileName(key, f.ID, f.SealedName)
		if err != nil {
			return nil, err
		}
		out[i] = Aside{ID: f.ID, Document: f.Document, Subject: f.Subject, Name: name}
	}
	return out, nil
}
