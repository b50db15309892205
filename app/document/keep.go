package document

import (
	"context"

	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// keep is the last transaction: the object is there, and the file becomes part of the application. The application
// may have been filed while the bytes came, so what is allowed is asked again under its lock.
func (s *Service) keep(ctx context.Context, actor models.Actor, a *arrival, digest []byte) (*Received, error) {
	var version int64
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(a.in.Application)
		if err != nil {
			return err
		}
		item, err := s.admit(tx, app, a.in.Document, a.in.Subject)
		if err != nil {
			return err
		}
		if a.recheck != nil {
			if err := a.recheck(tx, app); err != nil {
				return err
			}
		}
		if err := replace(tx, app, a.file); err != nil {
			return err
		}
		tx.ChangeFile(a.file, postgres.Changes{"state": models.FileStored, "expires_at": nil, "media_type": a.mediaType, "size": a.in.Length,
			"sha256": digest, "stored_at": tx.Now, "revision": app.Revision})
		if a.part != nil {
			tx.ChangePart(a.part, a.in.Length, seal.SealedSize(a.in.Length), digest)
		}
		changes := postgres.Changes{}
		if app.State == models.StateDraft {
			changes["expires_at"] = tx.Now.Add(s.opt.DraftLifetime)
		}
		tx.ChangeApplication(app, changes)
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

// replace makes room for a file among those of its name: one that the municipality never received goes, with its
// object; one that it did is kept as it was.
func replace(tx *postgres.Tx, app *models.Application, f *models.File) error {
	earlier, err := tx.FileOfName(app.ID, f.Document, f.Subject, f.NameIndex)
	if err != nil || earlier == nil {
		return err
	}
	if handedIn(app, earlier) {
		tx.ChangeFile(earlier, postgres.Changes{"state": models.FileSuperseded})
	} else {
		tx.DeleteFile(earlier)
	}
	return nil
}

// handIn records that a document came after filing (P1).
func (s *Service) handIn(tx *postgres.Tx, app *models.Application, item *models.PlanItem) error {
	if item == nil || app.State == models.StateDraft {
		return nil
	}
	moved := move(tx, item, lifecycle.ItemReceive, app.Revision)
	if !moved && item.Read && (item.State == models.ItemReceived || item.State == models.ItemInquiring) {
		tx.ChangePlanItem(item, postgres.Changes{"read": false}) // in a correction: what was read is not all there is any more
	}
	if moved || !working(app) {
		return s.dossiers.Record(tx, app, "hand-in", app.State, item.Document+"/"+item.Subject)
	}
	return nil
}
