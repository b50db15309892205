package document

import (
	"context"

	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// held asks ahead for the application under its lock, what is in force for a draft, and the files that there are.
func (a *arrival) held(tx *postgres.Tx) {
	_, _ = tx.LockApplication(a.in.Application)
	if a.app.ArrivedAt == nil {
		_, _ = tx.EditionRowsOf(a.in.Application)
	}
	if a.file == nil {
		_, _ = tx.CountFiles(a.in.Application, a.in.Document, a.in.Subject, a.nameIndex(), a.in.Replaces)
		return
	}
	_, _ = tx.FilesOf(a.in.Application)
}

// keep is the last transaction: the object is there, and the file becomes part of the application. The application
// may have been filed while the bytes came, so what is allowed is asked again under its lock.
func (s *Service) keep(ctx context.Context, actor models.Actor, a *arrival, digest []byte) (*Received, error) {
	var version int64
	err := s.dossiers.DB.InTxAhead(ctx, actor, a.held, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(a.in.Application)
		if err != nil {
			return err
		}
		item, err := s.taken(tx, app, &a.in)
		if err != nil {
			return err
		}
		if a.recheck != nil {
			if err := a.recheck(tx, app); err != nil {
				return err
			}
		}
		named, err := s.settle(tx, app, a, digest)
		if err != nil {
			return err
		}
		named = append(named, postgres.Set(&a.file.Revision, app.Revision))
		tx.ChangeFile(a.file, append(stored(tx, a.file, a.mediaType, a.in.Length, digest), named...)...)
		if a.part != nil {
			tx.ChangePart(a.part, a.in.Length, seal.SealedSize(a.in.Length), digest)
		}
		s.touch(tx, app)
		version = app.Version
		if err := s.handIn(tx, app, item); err != nil {
			return err
		}
		if err := s.dossiers.Audit(tx, app, "receive-file", "file", a.file.ID); err != nil {
			return err
		}
		return tx.Enqueue(task.Scan{Municipality: app.Municipality, Application: app.ID, File: a.file.ID})
	})
	if err != nil {
		return nil, err
	}
	return a.received(version, digest), nil
}

// stored are the changes of a file whose bytes are there.
func stored(tx *postgres.Tx, f *models.File, mediaType string, size int64, digest []byte) []postgres.Assignment {
	return []postgres.Assignment{
		postgres.Set(&f.State, models.FileStored),
		postgres.Set(&f.ExpiresAt, nil),
		postgres.Set(&f.MediaType, mediaType),
		postgres.Set(&f.Size, size),
		postgres.Set(&f.Sha256, digest),
		postgres.Set(&f.StoredAt, &tx.Now),
	}
}

// touch gives an application whose files changed its next version; a draft lives on from now.
func (s *Service) touch(tx *postgres.Tx, app *models.Application) {
	var changes []postgres.Assignment
	if app.State == models.StateDraft {
		changes = append(changes, postgres.Set(&app.ExpiresAt, new(tx.Now.Add(s.opt.DraftLifetime))))
	}
	tx.ChangeApplication(app, changes...)
}

// handIn records that a document came after filing (P1).
func (s *Service) handIn(tx *postgres.Tx, app *models.Application, item *models.PlanItem) error {
	if item == nil || app.State == models.StateDraft {
		return nil
	}
	moved := move(tx, item, lifecycle.ItemReceive, app.Revision)
	if !moved && item.Read && (item.State == models.ItemReceived || item.State == models.ItemInquiring) {
		tx.ChangePlanItem(item, postgres.Set(&item.Read, false)) // in a correction: what was read is not all there is any more
	}
	if moved || !working(app) {
		return s.dossiers.Record(tx, app, "hand-in", app.State, item.Document+"/"+item.Subject)
	}
	return nil
}
