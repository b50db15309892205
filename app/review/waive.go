package review

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

// Waive settles an item whose document is no longer needed, because the facts as they were corrected do not call for it
// any more. The rules and phases are those of the arrival (P5). It gives the item's state.
//
// Errors: not-found; conflict for an old fence; invalid-request and individual-number for the reason; not-allowed-now
// while the facts still call for the document.
func (s *Service) Waive(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, reason string) (string, error) {
	state := ""
	err := s.write(ctx, actor, held, func(w *work) error {
		e, err := w.item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		var c check
		if c.text("/reason", reason); c.err() != nil {
			return c.err()
		}
		rows, err := w.tx.PhaseRows(w.app.Procedure, w.app.Municipality)
		if err != nil {
			return err
		}
		plan, err := planned(w.sheet, &w.file.Content, dossier.PhaseRows(rows))
		if err != nil {
			return err
		}
		if err := stillAsked(wanted(&plan), e); err != nil {
			return err
		}
		e.Reason = true
		if err := s.dossiers.MoveItem(w.tx, w.app, e, lifecycle.ItemWaive); err != nil {
			return err
		}
		state = string(e.State)
		w.ended(e)
		return s.note(w, "waiver of "+e.Document+"/"+e.Subject+": "+reason)
	})
	return state, err
}

// planned is what the newest filed facts call for, by the edition and phases of the arrival (P5).
func planned(sheet *dossier.Sheet, content *dossier.Content, phases []phase.Row) (evidence.Plan, error) {
	in, err := asked(sheet, content, phases)
	if err != nil {
		return evidence.Plan{}, err
	}
	return evidence.Make(sheet.Catalogue, in)
}

// asked is a case as it was decided at its arrival, with a content's answers.
func asked(sheet *dossier.Sheet, content *dossier.Content, phases []phase.Row) (evidence.Input, error) {
	at := *sheet.App.ArrivedAt
	facts, faults := sheet.Version.DecodeFacts(content.Facts, jp.DateIn(at))
	if facts == nil {
		return evidence.Input{}, catalogue.InvalidFacts(faults)
	}
	return evidence.Input{
		Procedure:    sheet.App.Procedure,
		Municipality: sheet.App.Municipality,
		FiledAt:      at,
		Facts:        facts,
		Consents:     content.Consents,
		Phases:       phases,
	}, nil
}

// wanted are the documents of a plan.
func wanted(plan *evidence.Plan) map[dossier.DocumentRef]bool {
	out := map[dossier.DocumentRef]bool{}
	for _, r := range plan.Requirements {
		out[dossier.DocumentRef{Document: r.Document, Subject: r.Subject}] = true
	}
	return out
}

func stillAsked(wanted map[dossier.DocumentRef]bool, e *dossier.Evidence) error {
	if wanted[dossier.DocumentRef{Document: e.Document, Subject: e.Subject}] {
		return notNow("facts-call-for-it")
	}
	return nil
}

// note keeps a text for the colleagues with the case.
func (s *Service) note(w *work, text string) error {
	n := &models.CaseNote{
		ID:            models.NewID(),
		ApplicationID: w.app.ID,
		Municipality:  w.app.Municipality,
		PersonID:      w.app.PersonID,
		AuthorID:      w.tx.Actor.Person,
		At:            w.tx.Now,
	}
	var err error
	if n.Sealed, err = w.file.Key.Seal([]byte(text), dossier.NoteCell(n.ID)); err != nil {
		return err
	}
	return w.tx.AddNote(n)
}
