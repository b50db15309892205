package review

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// PaperReceipt is a document that came on paper.
type PaperReceipt struct {
	ReceivedAt time.Time
	Original   bool // the original was shown
}

// Paper records that a document came on paper, at any time until the decision (P1). It gives the item's state.
//
// Errors: not-found; conflict for an old fence; invalid-request for an instant in the future or before the arrival;
// not-allowed-now for a document that is not awaited.
func (s *Service) Paper(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, in PaperReceipt) (string, error) {
	state := ""
	err := s.write(ctx, actor, held, func(w *work) error {
		e, err := w.sheet.Item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		var c check
		c.past("/received_at", in.ReceivedAt, w.tx.Now)
		if in.ReceivedAt.Before(*w.app.ArrivedAt) && !in.ReceivedAt.IsZero() {
			c.fail("/received_at", "before-arrival", "before-arrival")
		}
		if err := firstOf(c.err(), mayBring(w.app, e)); err != nil {
			return err
		}
		changes := []postgres.Assignment{postgres.Set(&e.Row.Paper, true), postgres.Set(&e.Row.Read, false)}
		if meanwhile(e) { // the network is asked or has answered: the document lies beside it now
			w.tx.ChangePlanItem(e.Row, changes...)
		} else if err := s.dossiers.MoveItem(w.tx, w.app, e, lifecycle.ItemReceive, changes...); err != nil {
			return err
		}
		state = string(e.State)
		if err := s.dossiers.Record(w.tx, w.app, "paper", w.app.State, e.Document+"/"+e.Subject); err != nil {
			return err
		}
		if err := s.dossiers.Audit(w.tx, w.app, "receive-paper", "item", w.app.ID+"/"+e.Document+"/"+e.Subject); err != nil {
			return err
		}
		return w.addPaper(e, in)
	})
	return state, err
}

func (w *work) addPaper(e *dossier.Evidence, in PaperReceipt) error {
	return w.tx.AddPaper(&models.Paper{
		ID:            models.NewID(),
		ApplicationID: w.app.ID,
		Municipality:  w.app.Municipality,
		PersonID:      w.app.PersonID,
		Document:      e.Document,
		Subject:       e.Subject,
		ReceivedAt:    in.ReceivedAt.UTC(),
		Original:      in.Original,
		ClerkID:       w.tx.Actor.Person,
		At:            w.tx.Now,
	})
}

// MayScan says whether the clerk may scan a paper in that was brought after the filing, and records that they do, before its file is taken
// in. It gives the case's municipality. Errors: not-found; conflict for an old fence; not-allowed-now.
func (s *Service) MayScan(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef) (municipality string, err error) {
	err = s.write(ctx, actor, held, func(w *work) error {
		e, err := w.sheet.Item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		if err := mayScan(w.app, e); err != nil {
			return err
		}
		municipality = w.app.Municipality
		return s.dossiers.Audit(w.tx, w.app, "scan-paper", "item", w.app.ID+"/"+e.Document+"/"+e.Subject)
	})
	return municipality, err
}

// Scanned records that a paper is at the office whose scan was taken in: it came now, unless its coming was recorded before. Errors: as
// MayScan.
func (s *Service) Scanned(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef) error {
	return s.write(ctx, actor, held, func(w *work) error {
		e, err := w.sheet.Item(ref.Document, ref.Subject)
		if err != nil || e.Row.Paper {
			return err
		}
		w.tx.ChangePlanItem(e.Row, postgres.Set(&e.Row.Paper, true))
		return w.addPaper(e, PaperReceipt{ReceivedAt: w.tx.Now})
	})
}
