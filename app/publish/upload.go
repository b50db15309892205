package publish

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Upload takes a bundle as a zip file, examines it and keeps it as a draft. Errors: too-large; invalid-edition with file and line
// of each fault, and then nothing is kept; forbidden outside the reach.
func (s *Service) Upload(ctx context.Context, actor models.Actor, req dossier.Request, zip []byte) (*Edition, error) {
	bundle, err := edition.Unzip(zip)
	if err != nil {
		return nil, refused(err)
	}
	return s.keep(ctx, actor, req, bundle, nil)
}

// Restore makes a draft with the contents of an earlier edition: how an edition is taken back that is in force already. It goes the
// same way as every other, from proposal to approval. The edition that was installed with the program, which nobody uploaded, is
// named by its digest.
func (s *Service) Restore(ctx context.Context, actor models.Actor, req dossier.Request, id string) (*Edition, error) {
	if !models.ValidID(id) {
		files, err := s.Contents(ctx, id)
		if err != nil {
			return nil, err
		}
		bundle, err := edition.Unzip(files)
		if err != nil {
			return nil, err
		}
		return s.keep(ctx, actor, req, bundle, nil)
	}
	e, bundle, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.keep(ctx, actor, req, bundle, &e.ID)
}

// open reads an edition and its bundle.
func (s *Service) open(ctx context.Context, actor models.Actor, id string) (*models.Edition, *edition.Bundle, error) {
	var e *models.Edition
	var stored *models.EditionBundle
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if e, err = find(tx, actor, id); err == nil {
			stored, err = tx.EditionBundle(e.Digest)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	bundle, err := edition.Unzip(stored.Contents)
	return e, bundle, err
}

// find reads an edition that is the actor's business; not-found otherwise.
func find(tx *postgres.Tx, actor models.Actor, id string) (*models.Edition, error) {
	e, err := tx.Edition(id)
	if err == nil && !concerns(actor, e.Scope) {
		err = fault.ErrNotFound
	}
	return e, err
}

func (s *Service) keep(ctx context.Context, actor models.Actor, req dossier.Request, bundle *edition.Bundle, restores *string) (*Edition, error) {
	scope, err := bundle.ScopeOf()
	if err != nil {
		return nil, refused(err)
	}
	if err := mayWrite(actor, scope); err != nil {
		return nil, err
	}
	found, err := s.examine(ctx, scope, bundle)
	if err != nil {
		return nil, refused(err)
	}
	contents, err := bundle.Zip()
	if err != nil {
		return nil, err
	}
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (Edition, error) {
		row := &models.Edition{
			ID:         models.NewID(),
			Scope:      scope,
			Digest:     bundle.Digest(),
			State:      models.EditionDraft,
			RestoresID: restores,
			UploadedBy: actor.Person,
			UploadedAt: tx.Now,
			Version:    1,
		}
		if err := found.store(row); err != nil {
			return Edition{}, err
		}
		if err := tx.AddEditionBundle(&models.EditionBundle{Digest: row.Digest, Scope: scope, Contents: contents}); err != nil {
			return Edition{}, err
		}
		if err := tx.AddEdition(row); err != nil {
			return Edition{}, err
		}
		if err := tx.AddAudit(entry("upload-edition", row)); err != nil {
			return Edition{}, err
		}
		e, err := view(row, nil, tx.Now)
		if err != nil {
			return Edition{}, err
		}
		return *e, nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// entry is the audit trail's line of a step.
func entry(action string, e *models.Edition) *models.AuditEntry {
	return &models.AuditEntry{Action: action, ObjectKind: "edition", ObjectID: e.ID, Municipality: e.Scope}
}

// refused says to whom uploads it what is wrong with a bundle.
func refused(err error) error {
	var faults source.Faults
	switch {
	case err == nil:
		return nil
	case errors.Is(err, edition.ErrTooLarge):
		return fault.New(fault.TooLarge, fault.CodeTooLarge, "edition-too-large", fault.Number("max", edition.MaxBundle>>20))
	case !errors.As(err, &faults):
		return err
	}
	var details []fault.Detail
	for _, f := range faults {
		if len(details) == 100 {
			break // more help nobody
		}
		details = append(details, fault.Detail{Code: "invalid-file", Reason: "edition-file", Params: []fault.Param{
			fault.Name("file", f.File), fault.Number("line", f.Line), fault.Name("text", f.Text)}})
	}
	return fault.New(fault.Refused, fault.CodeInvalidEdition, "").With(details...)
}
