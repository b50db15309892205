package review

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// StepInput is a step of a discrepancy's file as the reviewer takes it (R7).
type StepInput struct {
	Step   string
	Note   string
	Count  *int   // of similar-checked: how many similar records were found
	Cause  string // of closed, may be empty: then it follows from the last step
	Report string // of reported: what happened (顛末); the note if it is empty
}

// Step takes the next step of a discrepancy's file, which stays with who, when and why. Closing it settles the item too:
// on the answer, or on the document where R5 allows that; an item that agreed meanwhile, asked again, is settled already.
// Reports may follow after the decision.
//
// Errors: not-found; conflict for an old fence; not-allowed-now with what has to come before; invalid-request and
// individual-number with pointers.
func (s *Service) Step(ctx context.Context, actor models.Actor, held HeldCase, id string, in StepInput) (*Dispute, error) {
	var out *Dispute
	err := s.write(ctx, actor, held, func(w *work) error {
		row := fileOf(w.sheet, id)
		if row == nil {
			return fault.ErrNotFound
		}
		e, err := w.sheet.Item(row.Document, row.Subject)
		if err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		file := standing(w.sheet, e, row)
		file.Cause = discrepancy.Cause(in.Cause)
		next, err := discrepancy.Next(file, discrepancy.Step(in.Step))
		if err != nil {
			return err
		}
		if err := s.advance(w, row, in, next, discrepancy.Basis(file)); err != nil {
			return err
		}
		if next.Closed && !file.Closed {
			if err := s.followFile(w, e, file); err != nil {
				return err
			}
		}
		s.hurry(w)
		out, err = s.afterStep(w, row)
		return err
	})
	return out, err
}

func (t StepInput) check() error {
	var c check
	c.text("/note", t.Note)
	c.maybe("/report", t.Report)
	if t.Report != "" && t.Step != string(discrepancy.StepReported) {
		c.fail("/report", "not-applicable", "report-misplaced")
	}
	if t.Cause != "" && t.Step != string(discrepancy.StepClosed) {
		c.fail("/cause", "not-applicable", "cause-misplaced")
	}
	return firstOf(c.err(), discrepancy.CheckCount(discrepancy.Step(t.Step), t.Count))
}

func fileOf(sheet *dossier.Sheet, id string) *models.Discrepancy {
	for i := range sheet.Discrepancies {
		if sheet.Discrepancies[i].ID == id {
			return &sheet.Discrepancies[i]
		}
	}
	return nil
}

// standing is how a discrepancy's file stands, with what the guards of its steps look at now.
func standing(sheet *dossier.Sheet, e *dossier.Evidence, row *models.Discrepancy) discrepancy.File {
	f := discrepancy.File{
		Step:         discrepancy.Step(row.Step),
		Closed:       row.State == models.DiscrepancyClosed,
		Cause:        discrepancy.Cause(row.Cause),
		AnswerIn:     e.AnswerIn,
		DocumentRead: e.Attached && e.Readable,
		Suspended:    e.Suspended,
		Unconsented:  e.NeedsConsent && !e.Consent,
	}
	for _, q := range sheet.Inquiries {
		if q.Document == e.Document && q.Subject == e.Subject && q.State == models.InquiryAnswered && q.QueuedAt.After(row.StepAt) {
			f.AskedAgain = e.State == models.ItemMatched
		}
	}
	return f
}

// main says whether a step moves the file on; the others lie beside it.
func mainStep(s discrepancy.Step) bool {
	switch s {
	case discrepancy.StepSimilarChecked, discrepancy.StepMinistryAsked, discrepancy.StepMinistryTold, discrepancy.StepReported, discrepancy.StepClosed:
		return false
	default: // the others go on below
	}
	return true
}

// advance writes the step and how the file stands after it.
func (s *Service) advance(w *work, row *models.Discrepancy, in StepInput, next discrepancy.File, basis string) error {
	var changes []postgres.Assignment
	count := 0
	if in.Count != nil {
		count = *in.Count
		changes = append(changes, postgres.Set(&row.SimilarCount, *in.Count))
	}
	switch step := discrepancy.Step(in.Step); {
	case mainStep(step):
		changes = append(changes, postgres.Set(&row.Step, in.Step), postgres.Set(&row.StepAt, w.tx.Now))
	case step == discrepancy.StepClosed:
		changes = append(changes, postgres.Set(&row.State, models.DiscrepancyClosed), postgres.Set(&row.Cause, string(next.Cause)),
			postgres.Set(&row.Basis, basis), postgres.Set(&row.ClosedAt, &w.tx.Now))
	case step == discrepancy.StepReported:
		report := in.Report
		if report == "" {
			report = in.Note
		}
		sealed, err := w.file.Key.Seal([]byte(report), dossier.ReportCell(row.ID))
		if err != nil {
			return err
		}
		changes = append(changes, postgres.Set(&row.SealedReport, sealed))
	}
	w.tx.ChangeDiscrepancy(row, changes...)
	return s.addStep(w, row, discrepancy.Step(in.Step), in.Note, count)
}

// addStep records a step of a file: who, when, and what was noted.
func (s *Service) addStep(w *work, file *models.Discrepancy, step discrepancy.Step, note string, count int) error {
	taken := models.DiscrepancyStep{
		ID:            models.NewID(),
		DiscrepancyID: file.ID,
		ApplicationID: w.app.ID,
		Municipality:  w.app.Municipality,
		PersonID:      w.app.PersonID,
		Step:          string(step),
		StaffID:       w.tx.Actor.Person,
		At:            w.tx.Now,
		Count:         count,
	}
	var err error
	if taken.SealedNote, err = w.file.Key.Seal([]byte(note), dossier.StepCell(taken.ID)); err != nil {
		return err
	}
	if err := w.tx.AddDiscrepancySteps(&taken); err != nil {
		return err
	}
	return s.dossiers.Audit(w.tx, w.app, "discrepancy-"+string(step), "discrepancy", file.ID)
}

// followFile lets the item follow its file. One that is settled already stays, and so does one of a case that has ended.
func (s *Service) followFile(w *work, e *dossier.Evidence, file discrepancy.File) error {
	if lifecycle.Settled(e.State) || lifecycle.WhoMovesNext(w.app.State) == lifecycle.Nobody {
		return nil
	}
	e.Closed, e.Paper = true, file.Step == discrepancy.StepCannotConfirm
	err := s.dossiers.MoveItem(w.tx, w.app, e, lifecycle.ItemClose)
	w.ended(e)
	return err
}

// hurry keeps a case on top of the queue while one of its files is overdue, and no longer.
func (s *Service) hurry(w *work) {
	overdue := false
	for i := range w.sheet.Discrepancies {
		overdue = overdue || clockOf(&w.sheet.Discrepancies[i]).Overdue(w.tx.Now, s.opt.Limits)
	}
	if overdue != w.app.Urgent {
		w.tx.ChangeApplication(w.app, postgres.Set(&w.app.Urgent, overdue))
	}
}

func clockOf(row *models.Discrepancy) discrepancy.Clock {
	return discrepancy.Clock{OpenedAt: row.OpenedAt, StepAt: row.StepAt, ClosedAt: row.ClosedAt}
}

// afterStep is the file as it stands after a step.
func (s *Service) afterStep(w *work, row *models.Discrepancy) (*Dispute, error) {
	if err := w.tx.Flush(); err != nil {
		return nil, err
	}
	l := &look{now: w.tx.Now, actor: w.tx.Actor, file: w.file, sheet: w.sheet}
	var err error
	if l.steps, err = w.tx.DiscrepancyStepsOf(w.app.ID); err != nil {
		return nil, err
	}
	out, err := s.showDispute(l, row)
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (s *Service) showDisputes(l *look, c *Case) error {
	for i := range l.sheet.Discrepancies {
		d, err := s.showDispute(l, &l.sheet.Discrepancies[i])
		if err != nil {
			return err
		}
		c.Discrepancies = append(c.Discrepancies, d)
	}
	return nil
}

func (s *Service) showDispute(l *look, row *models.Discrepancy) (Dispute, error) {
	clock, key := clockOf(row), l.file.Key
	out := Dispute{
		ID:           row.ID,
		Document:     row.Document,
		Subject:      row.Subject,
		Linkage:      row.Item,
		Kind:         row.Kind,
		Result:       row.Result,
		State:        row.State,
		Step:         row.Step,
		Cause:        row.Cause,
		Basis:        row.Basis,
		SimilarCount: row.SimilarCount,
		OpenedAt:     inJapan(row.OpenedAt),
		StepAt:       inJapan(row.StepAt),
		ClosedAt:     maybeInJapan(row.ClosedAt),
		DaysOpen:     clock.DaysOpen(l.now),
		DaysInStep:   clock.DaysInStep(l.now),
		Overdue:      clock.Overdue(l.now, s.opt.Limits),
	}
	e, err := l.sheet.Item(row.Document, row.Subject)
	if err != nil {
		return out, err
	}
	if !withheld(e) {
		plain, err := key.Open(row.SealedDifferences, dossier.DifferencesCell(row.ID))
		if err != nil {
			return out, err
		}
		if err := json.Unmarshal(plain, &out.Differences); err != nil {
			return out, err
		}
	}
	if row.SealedReport != nil {
		plain, err := key.Open(row.SealedReport, dossier.ReportCell(row.ID))
		if err != nil {
			return out, err
		}
		out.Report = string(plain)
	}
	for _, t := range l.steps {
		if t.DiscrepancyID != row.ID {
			continue
		}
		note, err := key.Open(t.SealedNote, dossier.StepCell(t.ID))
		if err != nil {
			return out, err
		}
		out.Past = append(out.Past, DisputeStep{
			Step:  t.Step,
			Note:  string(note),
			By:    t.StaffID,
			Count: t.Count,
			At:    inJapan(t.At),
		})
	}
	file := standing(l.sheet, e, row)
	for _, name := range discrepancy.Steps {
		_, err := discrepancy.Next(file, name)
		out.Next = append(out.Next, step(string(name), err))
	}
	return out, nil
}
