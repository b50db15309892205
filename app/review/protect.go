package review

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Protect marks the people of a case as protected (支援措置: domestic violence), or ends it, over all their cases of the municipality: earlier and later
// ones, drafts of the counter too (P9). They are then for named staff alone, on every page, export and list. Only such staff marks. The reason stays
// with the case as a note. Errors: not-found; conflict for an old fence; forbidden for other staff; invalid-request and individual-number.
func (s *Service) Protect(ctx context.Context, actor models.Actor, held HeldCase, protected bool, reason string) error {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return err
	}
	return s.write(ctx, actor, held, func(w *work) error {
		named, err := seesProtected(w.tx)
		if err != nil {
			return err
		}
		if !named {
			return fault.New(fault.Forbidden, fault.CodeForbidden, "mark-protected")
		}
		var c check
		if c.text("/reason", reason); c.err() != nil {
			return c.err()
		}
		text := "支援措置: "
		if !protected {
			text = "支援措置 終了: "
		}
		if err := s.note(w, text+reason); err != nil {
			return err
		}
		if err := s.dossiers.Named(w.tx, w.app, key, &w.file.Content); err != nil { // of a release before it is not noted yet
			return err
		}
		if protected {
			return s.dossiers.ProtectCase(w.tx, w.app.ID, postgres.ProtectedByStaff)
		}
		open, err := w.tx.UnprotectPeople(w.app.ID)
		if err != nil {
			return err
		}
		return s.dossiers.Protected(w.tx, "unprotect", open)
	})
}

// Original records that a reviewer opens a file as it was sent, which is an act of its own beside looking at its view copy
// (security.md, "Files"). Error: not-found.
func (s *Service) Original(ctx context.Context, actor models.Actor, id, file string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.mayOpen(tx, id, file)
		if err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "open-original", "file", file)
	})
}

// MayLook says whether a reviewer may look at a file's view copy. Errors: as of Original.
func (s *Service) MayLook(ctx context.Context, actor models.Actor, id, file string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		_, err := s.mayOpen(tx, id, file)
		return err
	})
}

func (s *Service) mayOpen(tx *postgres.Tx, id, file string) (*models.Application, error) {
	app, err := tx.Application(id)
	if err != nil {
		return nil, err
	}
	if err := s.dossiers.Within(tx, app); err != nil {
		return nil, err
	}
	_, err = tx.File(id, file)
	return app, err
}
