package review

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Protect marks a person as protected (支援措置: domestic violence), or ends it: the address is then for named staff
// alone, on every page, export and log. Only such staff marks. The reason stays with the case as a note. Errors:
// not-found; conflict for an old fence; forbidden for other staff; invalid-request and individual-number.
func (s *Service) Protect(ctx context.Context, actor models.Actor, held HeldCase, protected bool, reason string) error {
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
		w.tx.ChangeApplication(w.app, postgres.Changes{"protected": protected})
		action, text := "protect", "支援措置: "
		if !protected {
			action, text = "unprotect", "支援措置 終了: "
		}
		if err := s.note(w, text+reason); err != nil {
			return err
		}
		return s.dossiers.Audit(w.tx, w.app, action, "application", w.app.ID)
	})
}

// Original records that a reviewer opens a file as it was sent, which is an act of its own beside looking at its view copy
// (security.md, "Files"), and says whether the reviewer may: the files of a protected person show the address, and are for
// named staff alone. Errors: not-found; forbidden.
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
	if _, err := tx.File(id, file); err != nil {
		return nil, err
	}
	named, err := seesProtected(tx)
	if err != nil {
		return nil, err
	}
	if app.Protected && !named {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "protected-files")
	}
	return app, nil
}
