package apply

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Change saves a part of a draft, or of an application for which a correction was asked. version is the one that the
// person's copy has (If-Match). Errors: stale with the members that are different now; not-allowed-now; those of check.
func (s *Service) Change(ctx context.Context, actor models.Actor, id string, version int64, p Patch) (*View, error) {
	var rows parts
	f, err := s.openAhead(ctx, actor, id, rows.ahead(id), rows.read)
	if err != nil {
		return nil, err
	}
	ok, err := s.merged(f, p, rows.items)
	if f.Row.Version != version && (err != nil || !same(f.Content, ok.content)) {
		return nil, stale(f.File, p) // what is saved already is not, though: a form that is sent twice has lost nothing
	}
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.MunicipalityKey(ctx, f.Row.Municipality)
	if err != nil {
		return nil, err
	}
	var view *View
	err = s.dossiers.DB.InTxAhead(ctx, actor, func(tx *postgres.Tx) { s.saveAhead(tx, f, ok) }, func(tx *postgres.Tx) (err error) {
		view, err = s.save(tx, f, ok, key, &rows)
		return err
	})
	if postgres.Violated(err) == "applications_one_open_draft" {
		return nil, fault.New(fault.Conflict, fault.CodeDuplicate, "another-draft").Because(err)
	}
	if err == nil {
		return view, nil
	}
	if fault.KindOf(err) == fault.Conflict { // somebody saved between the reading and the writing: the same as an old version
		if f, openErr := s.dossiers.Open(ctx, actor, id, nil); openErr == nil {
			return nil, stale(f, p)
		}
	}
	return nil, err
}

// merged is the content with a patch applied and checked.
func (s *Service) merged(f *handled, p Patch, items []models.PlanItem) (*checked, error) {
	if f.Row.State != models.StateDraft && f.Row.State != models.StateCorrectionRequested {
		return nil, notDraft(f.Row, errChangeFiled)
	}
	merged, err := merge(f.Content, p)
	if err != nil {
		return nil, err
	}
	o := checkOptions{at: f.decidedAt(), now: f.now, kept: append(dated(f.Content.Declarations, items), f.Content.Declarations...)}
	ok, err := s.check(f.catalogue, f.Row.Procedure, f.Row.Municipality, merged, o)
	if err != nil && f.Row.State == models.StateDraft {
		if fitted, changed := s.fitted(f.catalogue, f.Row, f.Content, o); changed {
			if merged, err = merge(fitted, p); err == nil {
				ok, err = s.check(f.catalogue, f.Row.Procedure, f.Row.Municipality, merged, o)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	ok.content.Origins = unchanged(f.Content.Origins, f.Content, ok.content)
	return ok, nil
}

// saveAhead asks ahead for what save reads of a draft.
func (s *Service) saveAhead(tx *postgres.Tx, f *handled, ok *checked) {
	if f.Row.State == models.StateDraft {
		_, _, _ = dossier.Switches(tx, f.Row.Procedure, f.Row.Municipality)
		if ok.facts != nil {
			_, _, _ = s.deadline(tx, f.Row.Municipality, ok, jp.DateIn(instant(tx, f.intake)))
		}
	}
}

// save writes the content and gives the view of what it wrote.
func (s *Service) save(tx *postgres.Tx, f *handled, ok *checked, municipality seal.Key, rows *parts) (*View, error) {
	var changes []postgres.Assignment
	var evaluated View
	f.Content = ok.content
	if f.Row.State == models.StateDraft {
		force, err := s.dossiers.Force(tx, f.Row.Procedure, f.Row.Municipality, instant(tx, f.intake))
		if err != nil {
			return nil, err
		}
		if ok, err = s.under(tx, force, f.Row, f.intake, ok); err != nil {
			return nil, err
		}
		f.Content = ok.content
		if f.intake != nil { // colleagues tell drafts of the counter apart by whose they are
			if err := dossier.FillQueueColumns(f.Row, municipality, &ok.content); err != nil {
				return nil, err
			}
			changes = dossier.QueueChanges(f.Row)
		}
		f.Content.Shown = nil
		if err := s.evaluate(tx, force, f, ok, &evaluated); err != nil {
			return nil, err
		}
		f.Content.Shown = evaluated.Plan
		changes = append(changes,
			postgres.Set(&f.Row.ChildrenIndex, dossier.ChildrenIndex(municipality, &ok.content)),
			postgres.Set(&f.Row.ExpiresAt, new(tx.Now.Add(s.opt.DraftLifetime))),
			postgres.Set(&f.Row.Period, dossier.Period(ok.version, jp.DateIn(instant(tx, f.intake)))))
	}
	sealed, err := dossier.SealContent(f.Key, f.Row.ID, f.Row.Revision, &f.Content)
	if err != nil {
		return nil, err
	}
	tx.ChangeRevision(f.Row.ID, f.Row.Revision, sealed, false)
	tx.ChangeApplication(f.Row, changes...)
	if err := errors.Join(s.dossiers.Audit(tx, f.Row, "save", "application", f.Row.ID), s.look(tx, f.Row)); err != nil {
		return nil, err
	}
	if f.intake != nil {
		if err := s.dossiers.Named(tx, f.Row, municipality, &ok.content); err != nil {
			return nil, err
		}
	}
	v, err := rows.view(f)
	if err != nil || f.Row.State != models.StateDraft {
		return v, err
	}
	v.Edition, v.Plan, v.ChangesAt, v.FactsMissing = evaluated.Edition, evaluated.Plan, evaluated.ChangesAt, evaluated.FactsMissing
	v.DeadlineOn, v.Late = evaluated.DeadlineOn, evaluated.Late
	return v, nil
}

func stale(f *dossier.File, p Patch) *fault.Error {
	return fault.New(fault.Stale, fault.CodeStale, "saved-elsewhere").
		With(differences(f.Content, p)...).
		Note("etag", etag(f.Row.Version))
}
