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

// Revision is what a page changes, and in which form it was shown.
type Revision struct {
	Edition string // its id; empty: the municipality's own, as Work opens it
	Seen    string // Work.Seen of what was shown
}

// Step makes a bundle of the one that is worked on: one step of editing.
type Step func(w *Work) (*edition.Bundle, error)

// Revise takes one step: it makes a new draft of an edition, in the place of a draft. Nothing holds by it. What changes nothing
// leaves everything as it is. Errors: those of Work and of the step; stale if the edition is not what was shown any more;
// invalid-edition for what is wrong in a part that the step did not touch.
func (s *Service) Revise(ctx context.Context, actor models.Actor, req dossier.Request, of Revision, step Step) (*Edition, error) {
	w, err := s.Work(ctx, actor, of.Edition)
	if err != nil {
		return nil, err
	}
	// What is not as it was shown may have been changed by this very request, sent twice: Once knows.
	var next *revised
	if w.Seen() == of.Seen {
		bundle, err := step(w)
		if err != nil {
			return nil, err
		}
		if bundle.Digest() == of.Seen {
			return w.Edition, nil
		}
		if next, err = s.revised(ctx, w.Scope, bundle); err != nil {
			return nil, err
		}
	}
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (Edition, error) {
		if err := tx.LockEditions(); err != nil {
			return Edition{}, err
		}
		now, err := base(tx, actor, of.Edition)
		switch {
		case err != nil:
			return Edition{}, err
		case next == nil || now.Seen() != of.Seen:
			return Edition{}, fault.New(fault.Stale, fault.CodeStale, "edition-edited")
		}
		return next.put(tx, actor, now)
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// revised is what a step made, examined.
type revised struct {
	bundle   *edition.Bundle
	contents []byte
	found    *examination
}

func (s *Service) revised(ctx context.Context, scope string, bundle *edition.Bundle) (*revised, error) {
	found, err := s.examine(ctx, scope, bundle)
	var faults source.Faults
	if errors.As(err, &faults) {
		return nil, fault.New(fault.Refused, fault.CodeInvalidEdition, "edition-elsewhere").Because(err)
	}
	if err != nil {
		return nil, err
	}
	contents, err := bundle.Zip()
	return &revised{bundle, contents, found}, err
}

// put keeps it as a draft, and takes back the draft in whose place it comes: what was examined, tried and approved by its id is never
// another thing.
func (r *revised) put(tx *postgres.Tx, actor models.Actor, now *Work) (Edition, error) {
	row := &models.Edition{ID: models.NewID(), Scope: now.Scope, Digest: r.bundle.Digest(), State: models.EditionDraft, UploadedBy: actor.Person,
		UploadedAt: tx.Now, Version: 1}
	if err := r.found.store(row); err != nil {
		return Edition{}, err
	}
	if err := tx.AddEditionBundle(&models.EditionBundle{Digest: row.Digest, Scope: now.Scope, Contents: r.contents}); err != nil {
		return Edition{}, err
	}
	if err := tx.AddEdition(row); err != nil {
		return Edition{}, err
	}
	if now.Draft() {
		old, err := tx.Edition(now.Edition.ID)
		if err != nil {
			return Edition{}, err
		}
		tx.ChangeEdition(old,
			postgres.Set(&old.State, models.EditionCancelled), postgres.Set(&old.EndedBy, &actor.Person), postgres.Set(&old.EndedAt, &tx.Now))
		if err := tx.AddAudit(entry("replace-draft-edition", old)); err != nil {
			return Edition{}, err
		}
	}
	return said(tx, row, "draft-edition")
}
