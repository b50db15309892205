package review_test

import (
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// The network, as linkage's jobs write what it says: through the same functions of the dossier service and of storage.

// onItem runs fn on an item as the program itself.
func (o *office) onItem(id string, ref dossier.DocumentRef, fn func(tx *postgres.Tx, sheet *dossier.Sheet, e *dossier.Evidence, f *dossier.File) error) error {
	actor := models.System(hinata, "linkage")
	f, err := o.Dossiers.Open(bg, actor, id, nil)
	if err != nil {
		return err
	}
	return o.App.InTx(bg, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(id)
		if err != nil {
			return err
		}
		sheet, err := o.Dossiers.Sheet(tx, app)
		if err != nil {
			return err
		}
		e, err := sheet.Item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		return fn(tx, sheet, e, f)
	})
}

// ask queues an inquiry.
func (o *office) ask(id string, ref dossier.DocumentRef) error {
	return o.onItem(id, ref, func(tx *postgres.Tx, sheet *dossier.Sheet, e *dossier.Evidence, f *dossier.File) error {
		if err := o.Dossiers.MoveItem(tx, sheet.App, e, lifecycle.ItemAsk, postgres.Set(&e.Row.Answered, false)); err != nil {
			return err
		}
		q := &models.Inquiry{ID: models.NewID(), ApplicationID: id, Municipality: hinata, PersonID: sheet.App.PersonID, Document: e.Document, Subject: e.Subject,
			Item: e.Row.Item, State: models.InquiryWaiting, Phase: "trial", SealedResident: []byte("x"), AskedBy: o.one.Person, QueuedAt: tx.Now, GiveUpAt: tx.Now}
		return tx.AddInquiries(q)
	})
}

func waiting(sheet *dossier.Sheet, e *dossier.Evidence) *models.Inquiry {
	for i := range sheet.Inquiries {
		q := &sheet.Inquiries[i]
		if q.Document == e.Document && q.Subject == e.Subject && q.State == models.InquiryWaiting {
			return q
		}
	}
	return nil
}

// answer keeps the network's answer to the inquiry under way, and compares where the document was read.
func (o *office) answer(id string, ref dossier.DocumentRef, facts map[string]any) error {
	return o.onItem(id, ref, func(tx *postgres.Tx, sheet *dossier.Sheet, e *dossier.Evidence, f *dossier.File) error {
		q := waiting(sheet, e)
		if q == nil {
			return nil
		}
		outcome, err := o.Dossiers.Editions.National().Item(e.Row.Item).OutcomeOf(facts)
		if err != nil {
			return err
		}
		said := &dossier.Said{Facts: facts, Outcome: outcome}
		sealed, err := dossier.SealSaid(f.Key, said, dossier.AnswerCell(q.ID))
		if err != nil {
			return err
		}
		tx.ChangeInquiry(q, postgres.Set(&q.State, models.InquiryAnswered), postgres.Set(&q.Result, "answered"),
			postgres.Set(&q.SealedAnswer, sealed), postgres.Set(&q.AnsweredAt, &tx.Now))
		if err := o.Dossiers.MoveItem(tx, sheet.App, e, lifecycle.ItemAnswer, postgres.Set(&e.Row.Answered, true)); err != nil {
			return err
		}
		e.AnswerIn = true
		if e.Omitted {
			return o.Dossiers.Compare(tx, sheet, f.Key, e, nil, said)
		}
		reading := sheet.Reading(e)
		if e.State != models.ItemAnswered || reading == nil || !e.Attached {
			return nil
		}
		document, err := dossier.OpenSaid(f.Key, reading.Sealed, dossier.ReadingCell(id, e.Document, e.Subject, reading.Number))
		if err != nil {
			return err
		}
		return o.Dossiers.Compare(tx, sheet, f.Key, e, document, said)
	})
}

// silence keeps that the network replied without facts.
func (o *office) silence(id string, ref dossier.DocumentRef, result string) error {
	return o.onItem(id, ref, func(tx *postgres.Tx, sheet *dossier.Sheet, e *dossier.Evidence, f *dossier.File) error {
		q := waiting(sheet, e)
		if q == nil {
			return nil
		}
		tx.ChangeInquiry(q, postgres.Set(&q.State, models.InquiryEnded), postgres.Set(&q.Result, result), postgres.Set(&q.AnsweredAt, &tx.Now))
		before := e.State
		if err := o.Dossiers.MoveItem(tx, sheet.App, e, lifecycle.ItemNoAnswer); err != nil {
			return err
		}
		if e.State != models.ItemDiscrepant || before == models.ItemDiscrepant {
			return nil
		}
		return o.Dossiers.Discrepant(tx, sheet, f.Key, e, dossier.Difference{Kind: models.DiscrepancyNoAnswer, Result: result})
	})
}

// asked asks and answers at once.
func (o *office) asked(id string, ref dossier.DocumentRef, facts map[string]any) {
	o.T.Helper()
	casetest.Must(o.T, o.ask(id, ref))
	casetest.Must(o.T, o.answer(id, ref, facts))
}
