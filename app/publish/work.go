package publish

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Work is an edition as its admin changes it step by step: what was last drafted, else what waits or is in force, else one that says
// nothing yet.
type Work struct {
	Scope        string
	Edition      *Edition             // nil: the municipality has none, or one from before there were proposals
	Municipality *models.Municipality // nil of the national one
	Bundle       *edition.Bundle

	National      *catalogue.Catalogue // the national one in force
	Before, After *catalogue.Catalogue // what is in force, and what the bundle makes of it
	Unfit         bool                 // the bundle does not fit the national edition: After is the national one
}

// Seen names what was shown: a form that was made of it sends it back, so that two admins at once do not undo each other.
func (w *Work) Seen() string { return w.Bundle.Digest() }

// Draft says whether the next step takes the place of a draft; else it makes the first.
func (w *Work) Draft() bool {
	return w.Edition != nil && w.Edition.State == string(models.EditionDraft)
}

// looked is among how many editions the one to go on with is looked for; older ones are in force, if anything.
const looked = 100

// Work opens an edition by its id, or with none the one that a municipality's admin goes on with; for a draft that another took the
// place of, that one. Errors: not-found; forbidden outside
// the reach.
func (s *Service) Work(ctx context.Context, actor models.Actor, id string) (*Work, error) {
	var w *Work
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		w, err = base(tx, actor, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, s.load(w)
}

// base reads what a step of editing begins with.
func base(tx *postgres.Tx, actor models.Actor, id string) (*Work, error) {
	w := &Work{Scope: actor.Municipality}
	var e *models.Edition
	var err error
	if id != "" {
		if e, err = find(tx, actor, id); err != nil {
			return nil, err
		}
		w.Scope = e.Scope
	}
	if err := mayWrite(actor, w.Scope); err != nil {
		return nil, err
	}
	held, err := holding(tx, w.Scope)
	if err == nil && w.Scope != National {
		if w.Municipality, err = tx.Municipality(w.Scope); err == nil {
			w.Municipality.WrappedKey = nil
		}
	}
	if err == nil && (e == nil || dropped(e)) { // what took the place of a draft
		e, err = newest(tx, w.Scope, held)
	}
	if err != nil {
		return nil, err
	}
	return w, w.read(tx, e, held)
}

// read opens the files of an edition, or of what is in force, or makes a blank one.
func (w *Work) read(tx *postgres.Tx, e *models.Edition, held *edition.Row) (err error) {
	digest := ""
	switch {
	case e != nil:
		digest = e.Digest
		if w.Edition, err = view(e, held, tx.Now); err != nil {
			return err
		}
	case held != nil:
		digest = held.Digest
	}
	if digest == "" {
		w.Bundle, err = editing.Blank(w.Scope, ownTitle(w.Municipality))
		return err
	}
	stored, err := tx.EditionBundle(digest)
	if err != nil {
		return err
	}
	w.Bundle, err = edition.Unzip(stored.Contents)
	return err
}

// dropped says whether a draft was taken back before anybody proposed it: by its admin, or by the next step of editing.
func dropped(e *models.Edition) bool {
	return e.State == models.EditionCancelled && e.ProposedBy == nil
}

// newest is the edition of a scope that its admin goes on with: the last that is a draft, waits, or holds. nil: none is.
func newest(tx *postgres.Tx, scope string, held *edition.Row) (*models.Edition, error) {
	rows, err := tx.Editions([]string{scope}, postgres.Page{Limit: looked})
	for i := range rows {
		switch stateOf(&rows[i], held, tx.Now) {
		case StateSuperseded, string(models.EditionCancelled):
		default:
			return &rows[i], err
		}
	}
	return nil, err
}

// ownTitle is what the edition of a municipality is called that its admins begin on a page.
func ownTitle(m *models.Municipality) catalogue.Text {
	title, _ := wording.Of("edition-own-title")
	name := func(text, place string) string { return wording.Fill(text, "place", place) }
	return catalogue.Text{Ja: name(title.Ja, m.NameJa), Plain: name(title.Plain, m.NameJa), En: name(title.En, m.NameEn)}
}

// load makes the catalogues of an edition that is being changed.
func (s *Service) load(w *Work) error {
	now := s.dossiers.DB.Now()
	national := s.dossiers.Editions.At(National, now)
	w.National = national.Catalogue
	w.Before = s.dossiers.Editions.At(w.Scope, now).Catalogue
	var err error
	var faults source.Faults
	if w.After, err = s.dossiers.Editions.Worked(w.Bundle, national); errors.As(err, &faults) {
		w.After, w.Unfit, err = w.National, true, nil
	}
	return err
}
