package review

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Verdict is a decision as the reviewer makes it.
type Verdict struct {
	Outcome string // models.Approved, models.Rejected
	Reason  string // required of a rejection; the parent reads it in the letter
	Letter  string // what the letter says besides, may be empty
	// MissingPapers says whether a rejection is for missing papers; nil takes it so while a document is awaited. Then each of
	// them must have been asked for, and the day for it be over (P1).
	MissingPapers *bool
}

// Decide decides a case, with its letter (決定通知書), and tells the parent. It gives the decision.
//
// Errors: not-found; conflict for an old fence; invalid-request and individual-number with pointers; not-allowed-now with
// each document that is not settled and each discrepancy whose file is open, because missing papers were not asked for, or while the office's
// settings lack what each letter says.
func (s *Service) Decide(ctx context.Context, actor models.Actor, held HeldCase, in Verdict) (*Decision, error) {
	var out *Decision
	in = in.filled()
	err := s.write(ctx, actor, held, func(w *work) (err error) {
		out, err = s.decide(w, in)
		return err
	})
	return out, err
}

func (s *Service) decide(w *work, in Verdict) (*Decision, error) {
	stem, err := w.stem(in)
	if err != nil {
		return nil, err
	}
	corrections, err := w.tx.CorrectionsOf(w.app.ID)
	if err != nil {
		return nil, err
	}
	earlier, err := w.tx.DecisionsOf(w.app.ID)
	if err != nil {
		return nil, err
	}
	facts := approval(w.sheet)
	if in.Outcome == models.Rejected {
		facts = rejection(w.sheet, corrections, in.MissingPapers)
		facts.Reason = true // checked above
	}
	if err := s.dossiers.Move(w.tx, w.app, dossier.Step{Event: lifecycle.EventDecide, Facts: facts, Detail: in.Outcome}); err != nil {
		return nil, err
	}
	out, err := w.keepDecision(in, stem, len(earlier)+1)
	if err != nil {
		return nil, err
	}
	if err := w.endAllTasks(); err != nil {
		return nil, err
	}
	return out, w.tx.Enqueue(task.Notify{
		Municipality: w.app.Municipality,
		Application:  w.app.ID,
		What:         "decided",
		Number:       out.Number,
	})
}

// endAllTasks ends what waited for a reviewer: nothing of it is left to do.
func (w *work) endAllTasks() error {
	tasks, err := w.tx.ReviewTasksOf(w.app.ID)
	for _, t := range tasks {
		w.tx.EndReviewTasks(w.app.ID, t.Kind, t.Document, t.Subject)
	}
	return err
}

func (v Verdict) check() error {
	var c check
	switch v.Outcome {
	case models.Approved:
		c.maybe("/reason", v.Reason)
	case models.Rejected:
		c.text("/reason", v.Reason)
	default:
		c.fail("/outcome", "invalid-choice", "unknown-outcome")
	}
	c.maybe("/letter", v.Letter)
	c.filled("/reason", v.Reason)
	c.filled("/letter", v.Letter)
	return c.err()
}

// keepDecision stores a decision with its letter.
func (w *work) keepDecision(in Verdict, stem letterStem, number int) (*Decision, error) {
	made, letter, err := w.makeLetter(in, stem, number)
	if err != nil {
		return nil, err
	}
	row := &models.Decision{
		ApplicationID: w.app.ID,
		Number:        number,
		Municipality:  w.app.Municipality,
		PersonID:      w.app.PersonID,
		Outcome:       in.Outcome,
		ReviewerID:    w.tx.Actor.Person,
		At:            w.tx.Now,
	}
	if row.SealedReason, err = w.file.Key.Seal([]byte(in.Reason), dossier.DecisionCell(row.ApplicationID, number, "sealed_reason")); err != nil {
		return nil, err
	}
	if row.SealedLetter, err = w.file.Key.Seal([]byte(letter), dossier.DecisionCell(row.ApplicationID, number, "sealed_letter")); err != nil {
		return nil, err
	}
	return &Decision{
		Number:  number,
		Outcome: in.Outcome,
		Reason:  in.Reason,
		Letter:  letter,
		By:      row.ReviewerID,
		At:      inJapan(row.At),

		DocumentNumber: made.DocumentNumber,
	}, w.tx.AddDecision(row)
}

// approval are the facts by which lifecycle decides whether a case may be approved: every item, and every open file.
func approval(sheet *dossier.Sheet) lifecycle.Facts {
	f := lifecycle.Facts{Approve: true}
	for _, e := range sheet.Items {
		f.Items = append(f.Items, e.Item)
	}
	for _, d := range sheet.Discrepancies {
		if d.State == models.DiscrepancyOpen {
			f.Disputes = append(f.Disputes, lifecycle.Dispute{ID: d.ID, Document: d.Document, Subject: d.Subject})
		}
	}
	return f
}

// rejection are the facts by which lifecycle decides whether a case may be rejected: whether papers are missing, and when
// the last request for each of them runs out.
func rejection(sheet *dossier.Sheet, corrections []models.Correction, missingPapers *bool) lifecycle.Facts {
	var awaited []dossier.DocumentRef
	for _, e := range sheet.Items {
		if e.State == models.ItemAwaiting {
			awaited = append(awaited, dossier.DocumentRef{Document: e.Document, Subject: e.Subject})
		}
	}
	f := lifecycle.Facts{MissingPapers: len(awaited) > 0}
	if missingPapers != nil {
		f.MissingPapers = *missingPapers
	}
	if f.MissingPapers {
		f.CorrectionDue = requestsEnd(awaited, corrections)
	}
	return f
}

// requestsEnd is when the requests for these documents have all run out; zero if one was never asked for.
func requestsEnd(awaited []dossier.DocumentRef, corrections []models.Correction) time.Time {
	var last time.Time
	for _, ref := range awaited {
		asked := time.Time{}
		for _, c := range corrections {
			var items []dossier.DocumentRef
			if json.Unmarshal(c.Items, &items) != nil { // our own column
				continue
			}
			for _, i := range items {
				if i == ref {
					asked = ends(c.DueOn)
				}
			}
		}
		if asked.IsZero() {
			return time.Time{}
		}
		if asked.After(last) {
			last = asked
		}
	}
	return last
}

// openDue is when the open request for correction runs out; zero without one.
func openDue(corrections []models.Correction) time.Time {
	for _, c := range corrections {
		if c.State == models.CorrectionOpen {
			return ends(c.DueOn)
		}
	}
	return time.Time{}
}

// decidedBy is who made the decision that stands; empty if none does.
func decidedBy(decisions []models.Decision) string {
	if n := len(decisions); n > 0 && decisions[n-1].ReopenedBy == nil {
		return decisions[n-1].ReviewerID
	}
	return ""
}

// Reopen looks at a decision again, which was found wrong: another person than the one who decided, with a reason. The
// decision and its letter stay as they were; the parent is told. Errors: not-found; conflict for an old fence;
// invalid-request and individual-number; not-allowed-now for whoever decided, and for a case that is not decided.
func (s *Service) Reopen(ctx context.Context, actor models.Actor, held HeldCase, reason string) error {
	return s.write(ctx, actor, held, func(w *work) error {
		var c check
		if c.text("/reason", reason); c.err() != nil {
			return c.err()
		}
		decisions, err := w.tx.DecisionsOf(w.app.ID)
		if err != nil {
			return err
		}
		facts := lifecycle.Facts{Reason: true, DecidedBy: decidedBy(decisions), By: w.tx.Actor.Person}
		if err := s.dossiers.Move(w.tx, w.app, dossier.Step{Event: lifecycle.EventReopen, Facts: facts}); err != nil {
			return err
		}
		last := &decisions[len(decisions)-1]
		sealed, err := w.file.Key.Seal([]byte(reason), dossier.DecisionCell(last.ApplicationID, last.Number, "sealed_reopening"))
		if err != nil {
			return err
		}
		w.tx.ReopenDecision(last, w.tx.Actor.Person, sealed)
		return w.tx.Enqueue(task.Notify{
			Municipality: w.app.Municipality,
			Application:  w.app.ID,
			What:         "reopened",
			Number:       last.Number,
		})
	})
}

// Letter gives the parent the newest decision on the own application. Errors: not-found, also for somebody else's and
// before a decision.
func (s *Service) Letter(ctx context.Context, actor models.Actor, id string) (*Decision, error) {
	var rows []models.Decision
	var letters []postgres.LetterLine
	f, err := s.dossiers.Open(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if rows, err = tx.DecisionsOf(id); err != nil {
			return err
		}
		if letters, err = tx.LettersOf(id); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "open-decision", "application", id)
	})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.ErrNotFound
	}
	all, err := openDecisions(f.Key, rows[len(rows)-1:])
	if err != nil {
		return nil, err
	}
	all[0].Reopening = "" // for the colleagues
	told(all, letters)
	return &all[0], nil
}

func openDecisions(key seal.Key, rows []models.Decision) ([]Decision, error) {
	var out []Decision
	for _, r := range rows {
		d := Decision{
			Number:     r.Number,
			Outcome:    r.Outcome,
			By:         r.ReviewerID,
			At:         inJapan(r.At),
			ReopenedAt: maybeInJapan(r.ReopenedAt),
		}
		if r.ReopenedBy != nil {
			d.ReopenedBy = *r.ReopenedBy
		}
		for column, part := range map[string]struct {
			sealed []byte
			into   *string
		}{"sealed_reason": {r.SealedReason, &d.Reason}, "sealed_letter": {r.SealedLetter, &d.Letter}, "sealed_reopening": {r.SealedReopening, &d.Reopening}} {
			if part.sealed == nil {
				continue
			}
			plain, err := key.Open(part.sealed, dossier.DecisionCell(r.ApplicationID, r.Number, column))
			if err != nil {
				return nil, err
			}
			*part.into = string(plain)
		}
		out = append(out, d)
	}
	return out, nil
}
