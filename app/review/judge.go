package review

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Judgement is what a person says of what the comparison could not tell (P12).
type Judgement struct {
	Same bool
	Why  string // one of models.Whys; another where it is not the same
}

// Judge says whether what was to be looked at is the same, with who and why. The same agrees, and is counted apart; else it is a
// difference with a file of its own (R7). It gives the item's state.
//
// Errors: not-found; conflict for an old fence; invalid-request at /why; not-allowed-now where there is nothing to judge.
func (s *Service) Judge(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, in Judgement) (string, error) {
	state := ""
	err := s.write(ctx, actor, held, func(w *work) error {
		e, err := w.item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		var c check
		if !slices.Contains(models.Whys, in.Why) || in.Same != (in.Why != models.WhyAnother) {
			c.fail("/why", "not-a-choice", "why-judged")
		}
		if err := c.err(); err != nil {
			return err
		}
		found, err := w.found(e)
		if err != nil {
			return err
		}
		if err := mayJudge(e, found); err != nil {
			return err
		}
		if err := s.dossiers.Judged(w.tx, w.sheet, w.file.Key, e, found, in.Same, in.Why); err != nil {
			return err
		}
		if err := s.dossiers.Audit(w.tx, w.app, "judge-comparison", "item", w.app.ID+"/"+e.Document+"/"+e.Subject); err != nil {
			return err
		}
		state = string(e.State)
		w.ended(e)
		return s.endSlip(w, e)
	})
	return state, err
}

// found lays the reading of an item beside its answer; nothing while one of them is not there.
func (w *work) found(e *dossier.Evidence) (dossier.Found, error) {
	document, err := openReading(w.file.Key, w.sheet, e)
	if err != nil || document == nil || withheld(e) {
		return dossier.Found{}, err
	}
	answer, err := openAnswer(w.file.Key, w.sheet, e)
	if err != nil || answer == nil {
		return dossier.Found{}, err
	}
	return w.sheet.Lay(e.Row.Item, &document.Said, &answer.Said)
}

// slipped records in the file of a difference that its reader had slipped, and compares what a second look read: what the slip made
// of the comparison counts for nothing (P12).
func (s *Service) slipped(w *work, e *dossier.Evidence, said *dossier.Said) error {
	file := w.sheet.OpenDiscrepancy(e.Document, e.Subject)
	if err := s.addStep(w, file, discrepancy.StepSlip, "", 0); err != nil {
		return err
	}
	by := models.Comparison{Outcome: models.CompareSlip, StaffID: &w.tx.Actor.Person}
	if err := s.dossiers.Count(w.tx, w.app, e, by); err != nil {
		return err
	}
	if err := s.dossiers.MoveItem(w.tx, w.app, e, lifecycle.ItemReread); err != nil {
		return err
	}
	answer, err := openAnswer(w.file.Key, w.sheet, e)
	if err != nil {
		return err
	}
	if err := s.dossiers.Compare(w.tx, w.sheet, w.file.Key, e, said, &answer.Said); err != nil {
		return err
	}
	w.ended(e)
	return s.endSlip(w, e)
}

// endSlip closes the file of a difference that was a slip, once its document agrees.
func (s *Service) endSlip(w *work, e *dossier.Evidence) error {
	file := w.sheet.OpenDiscrepancy(e.Document, e.Subject)
	if file == nil || e.State != models.ItemMatched {
		return nil
	}
	if err := w.tx.Flush(); err != nil {
		return err
	}
	steps, err := w.tx.DiscrepancyStepsOf(w.app.ID)
	if err != nil {
		return err
	}
	asked := w.sheet.Answered(e).QueuedAt
	if !slices.ContainsFunc(steps, func(t models.DiscrepancyStep) bool {
		return t.DiscrepancyID == file.ID && t.Step == string(discrepancy.StepSlip) && t.At.After(asked)
	}) {
		return nil // asked again since: the steps of R7 close it
	}
	w.tx.ChangeDiscrepancy(file, postgres.Set(&file.State, models.DiscrepancyClosed), postgres.Set(&file.Cause, string(discrepancy.CauseSlip)),
		postgres.Set(&file.Basis, discrepancy.BasisAnswer), postgres.Set(&file.ClosedAt, &w.tx.Now))
	s.hurry(w)
	return s.addStep(w, file, discrepancy.StepClosed, "", 0)
}
