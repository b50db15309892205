package review

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// States of a correction.
const (
	correctionOpen      = "open"
	correctionSubmitted = "submitted"
	correctionLapsed    = "lapsed"
)

// Lapse goes on with a case whose correction did not come by its day: no case is held for ever, and only then may one be
// rejected for missing papers. What the parent had begun to write and did not hand in does not count: the case goes on as
// it was filed. Where nothing but documents was asked for and all of them came, on paper for example, it goes on at once.
// Errors: not-found; conflict for an old fence; not-allowed-now before the day is over.
func (s *Service) Lapse(ctx context.Context, actor models.Actor, held HeldCase, number int) error {
	return s.write(ctx, actor, held, func(w *work) error {
		rows, err := w.tx.CorrectionsOf(w.app.ID)
		if err != nil {
			return err
		}
		if number < 1 || number > len(rows) {
			return fault.ErrNotFound
		}
		row := &rows[number-1]
		if row.State != correctionOpen {
			return notNow("correction-closed")
		}
		step := dossier.Step{Event: lifecycle.EventCorrectionLapsed, Facts: lifecycle.Facts{CorrectionDue: ends(row.DueOn)}}
		changes := postgres.Changes{"state": correctionLapsed}
		came, err := w.allCame(row)
		if err != nil {
			return err
		}
		if came {
			step = dossier.Step{Event: lifecycle.EventSubmitCorrection, Facts: lifecycle.Facts{Complete: true}}
			changes = postgres.Changes{"state": correctionSubmitted, "submitted_at": w.tx.Now}
		}
		if err := s.dossiers.Move(w.tx, w.app, step); err != nil {
			return err
		}
		w.tx.ChangeCorrection(row, changes)
		return w.asFiled()
	})
}

// allCame says whether a correction asked for documents alone, and none of them is awaited any more.
func (w *work) allCame(c *models.Correction) (bool, error) {
	var items []dossier.DocumentRef
	var fields []string
	if err := json.Unmarshal(c.Items, &items); err != nil {
		return false, err
	}
	if err := json.Unmarshal(c.Fields, &fields); err != nil {
		return false, err
	}
	for _, ref := range items {
		e, err := w.sheet.Item(ref.Document, ref.Subject)
		if err != nil {
			return false, err
		}
		if e.State == lifecycle.AwaitingDocument {
			return false, nil
		}
	}
	return len(items) > 0 && len(fields) == 0, nil
}

// asFiled makes of the revision on which the parent worked what was filed last: everybody who reads the case from now on
// reads that.
func (w *work) asFiled() error {
	last, err := w.tx.FiledRevision(w.app.ID)
	if err != nil {
		return err
	}
	content, err := dossier.OpenContent(w.file.Key, last)
	if err != nil {
		return err
	}
	sealed, err := dossier.SealContent(w.file.Key, w.app.ID, w.app.Revision, content)
	if err != nil {
		return err
	}
	w.tx.ChangeRevision(w.app.ID, w.app.Revision, sealed, true)
	return nil
}

// endTasks ends what waited for a reviewer about a document that is settled now, or asked of the parent.
func (w *work) endTasks(e *dossier.Evidence) {
	for _, kind := range []string{models.TaskInquiryGaveUp, models.TaskManualAnswer} {
		w.tx.EndReviewTasks(w.app.ID, kind, e.Document, e.Subject)
	}
}

// ended is endTasks for an item that has just been settled.
func (w *work) ended(e *dossier.Evidence) {
	if lifecycle.Settled(e.State) {
		w.endTasks(e)
	}
}
