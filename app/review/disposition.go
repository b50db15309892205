package review

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

// NetworkAlone is what R4 (a) wants recorded: when and how the purpose of the trial was explained.
type NetworkAlone struct {
	ExplainedAt  time.Time
	ExplainedHow string
}

// NetworkAlone processes an item on trial with the network's information alone, because its document was not handed in
// though the purpose of the trial had been explained (R4 a).
//
// Errors: not-found; conflict for an old fence; invalid-request and individual-number with the pointer of each missing
// piece; not-allowed-now without an answer, with a document, or not on trial.
func (s *Service) NetworkAlone(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, in NetworkAlone) (string, error) {
	return s.dispose(ctx, actor, held, ref, func(w *work, e *dossier.Evidence) (*models.Disposition, Record, lifecycle.ItemEvent, error) {
		var c check
		c.past("/explained_at", in.ExplainedAt, w.tx.Now)
		c.text("/explained_how", in.ExplainedHow)
		e.Explained = true
		at := in.ExplainedAt.UTC()
		return &models.Disposition{Path: models.PathNetworkAlone, ExplainedAt: &at}, Record{How: in.ExplainedHow}, lifecycle.ItemNetworkAlone, c.err()
	})
}

// Direct is what R4 (b) wants recorded: from whom and when the facts were obtained, that the individual number was not
// used, and for facts that need it the person's consent.
type Direct struct {
	Source             string
	ObtainedAt         time.Time
	Facts              map[string]any
	Outcome            *catalogue.Outcome // nil: as follows from the facts
	NoIndividualNumber bool
	Consent            bool // given to this direct question; one given for the network counts too
}

// Direct settles an item on trial with facts that were obtained directly from the body that holds them (R4 b). The
// individual number must not have been used (P4).
//
// Errors: as NetworkAlone; a missing consent is invalid-request at /consent.
func (s *Service) Direct(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, in Direct) (string, error) {
	return s.dispose(ctx, actor, held, ref, func(w *work, e *dossier.Evidence) (*models.Disposition, Record, lifecycle.ItemEvent, error) {
		var c check
		c.text("/source", in.Source)
		c.past("/obtained_at", in.ObtainedAt, w.tx.Now)
		if !in.NoIndividualNumber {
			c.fail(
				"/no_individual_number",
				"number-not-ruled-out",
				"number-not-used",
			)
		}
		if e.NeedsConsent && !e.Consent && !in.Consent {
			c.fail("/consent", "consent-required", "consent-required")
		}
		said := dossier.Said{Facts: in.Facts, Outcome: follows(w.sheet, e, in)}
		if err := s.checkSaid(w, e, &said); fault.As(err) != nil {
			c.faults = append(c.faults, fault.As(err).Details...)
		} else if err != nil {
			return nil, Record{}, "", err
		}
		e.Direct, e.Consent = true, e.Consent || in.Consent
		at := in.ObtainedAt.UTC()
		row := &models.Disposition{Path: models.PathDirect, ObtainedAt: &at, NoIndividualNumber: true, Consent: in.Consent}
		return row, Record{Source: in.Source, Said: &said}, lifecycle.ItemDirect, c.err()
	})
}

// follows is what follows from facts obtained directly: what the reviewer says, else what the catalogue says of them.
func follows(s *dossier.Sheet, e *dossier.Evidence, in Direct) catalogue.Outcome {
	if in.Outcome != nil {
		return *in.Outcome
	}
	out, err := s.Catalogue.OutcomeOf(s.Version, e.Row.Item, in.Facts)
	if err != nil {
		return catalogue.Outcome{}
	}
	return out
}

// dispose settles an item and records how, in one transaction. It gives the item's state.
func (s *Service) dispose(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef,
	record func(w *work, e *dossier.Evidence) (*models.Disposition, Record, lifecycle.ItemEvent, error)) (string, error) {
	state := ""
	err := s.write(ctx, actor, held, func(w *work) error {
		e, err := w.item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		row, r, event, err := record(w, e)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(r)
		if err != nil {
			return err
		}
		row.ApplicationID, row.Document, row.Subject = w.app.ID, e.Document, e.Subject
		row.Municipality, row.PersonID, row.ReviewerID, row.At = w.app.Municipality, w.app.PersonID, w.tx.Actor.Person, w.tx.Now
		if row.Sealed, err = w.file.Key.Seal(plain, dossier.DispositionCell(row.ApplicationID, row.Document, row.Subject)); err != nil {
			return err
		}
		if err := s.dossiers.MoveItem(w.tx, w.app, e, event); err != nil {
			return err
		}
		state = string(e.State)
		w.ended(e)
		return w.tx.AddDisposition(row)
	})
	return state, err
}
