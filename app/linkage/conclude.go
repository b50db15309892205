package linkage

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// conclude keeps a final reply: the inquiry, the record of information provided (R6), the evidence item and, where the
// document was read, the comparison (R3), all in one transaction.
func (s *Service) conclude(ctx context.Context, q *question, out nws.Outcome) error {
	changes := []postgres.Assignment{postgres.Set(&q.State, models.InquiryEnded), postgres.Set(&q.Result, string(out.Result))}
	var said *dossier.Said
	if out.Result == nws.Answered && !q.erased {
		var err error
		said = &dossier.Said{Facts: known(q.decided.Item(q.Item), out.Facts)}
		if said.Outcome, err = q.decided.OutcomeOf(q.version, q.Item, said.Facts); err != nil {
			return s.giveUp(ctx, q, "unreadable") // an answer that means nothing is a person's to look at
		}
		sealed, err := dossier.SealSaid(q.key, said, dossier.AnswerCell(q.ID))
		if err != nil {
			return err
		}
		changes = append(changes, postgres.Set(&q.State, models.InquiryAnswered), postgres.Set(&q.SealedAnswer, sealed))
	}
	return ended(s.change(ctx, q, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(q.ApplicationID)
		if err != nil {
			return err
		}
		tx.ChangeInquiry(q.Inquiry, append(changes, postgres.Set(&q.AnsweredAt, &tx.Now))...)
		if err := s.exchange(tx, app, q, out); err != nil {
			return err
		}
		return s.heard(tx, app, q, out.Result, said)
	}))
}

// ended takes a conflict for what it is: the job ran twice, and the other one was first.
func ended(err error) error {
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil
	}
	return err
}

// known keeps the fields that the catalogue names, without anything that looks like an individual number (P4).
func known(item *catalogue.Item, facts map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range item.Fields {
		v, ok := facts[f.Name]
		if ok && !individual.In(v) {
			out[f.Name] = v
		}
	}
	return out
}

// exchange adds one entry of the record of information provided: each reply of the network is one (R6).
func (s *Service) exchange(tx *postgres.Tx, app *models.Application, q *question, out nws.Outcome) error {
	requested := q.QueuedAt
	if q.RequestedAt != nil {
		requested = *q.RequestedAt
	}
	provider := out.Provider
	if provider == "" {
		provider = q.Provider
	}
	e := &models.Exchange{
		ID:            models.NewID(),
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		ApplicationID: app.ID,
		Subject:       q.Subject,
		Document:      q.Document,
		Item:          q.Item,
		Procedure:     app.Procedure,
		Affair:        q.version.Procedure.Affair,
		LegalBasis:    q.version.LegalBasis.Ja,
		Provider:      provider,
		Phase:         q.Phase,
		RequestedAt:   requested,
		AnsweredAt:    tx.Now,
		Result:        string(out.Result),
	}
	if err := tx.AddExchange(e); err != nil {
		return err
	}
	return s.dossiers.Audit(tx, app, "exchange", "exchange", e.ID)
}

// heard moves the evidence item. A case that ended meanwhile, or an item that was decided otherwise, stays as it is: the
// answer and its record are kept all the same.
func (s *Service) heard(tx *postgres.Tx, app *models.Application, q *question, result nws.Result, said *dossier.Said) error {
	if app.State != models.StateInReview && app.State != models.StateCorrectionRequested {
		return nil
	}
	sheet, err := s.dossiers.Sheet(tx, app)
	if err != nil {
		return err
	}
	e, err := sheet.Item(q.Document, q.Subject)
	if err != nil {
		return err
	}
	event := lifecycle.ItemNoAnswer
	var changes []postgres.Assignment
	if said != nil {
		event, changes = lifecycle.ItemAnswer, append(changes, postgres.Set(&e.Row.Answered, true))
	}
	if _, err := lifecycle.ItemNext(e.Item, event); err != nil {
		return nil //nolint:nilerr // decided otherwise
	}
	before := e.State
	if err := s.dossiers.MoveItem(tx, app, e, event, changes...); err != nil {
		return err
	}
	if said == nil {
		return s.unanswered(tx, sheet, q, e, result, before)
	}
	e.AnswerIn = true
	if e.State != models.ItemAnswered {
		return nil // the document is still awaited
	}
	return s.compare(tx, sheet, q, e, said)
}

// compare goes on at once where nothing is left to read.
func (s *Service) compare(tx *postgres.Tx, sheet *dossier.Sheet, q *question, e *dossier.Evidence, said *dossier.Said) error {
	if e.Omitted {
		return s.dossiers.Compare(tx, sheet, q.key, e, nil, said)
	}
	reading := sheet.Reading(e)
	if reading == nil || !e.Attached {
		return nil
	}
	document, err := dossier.OpenSaid(q.key, reading.Sealed, dossier.ReadingCell(q.ApplicationID, q.Document, q.Subject, reading.Number))
	if err != nil {
		return err
	}
	return s.dossiers.Compare(tx, sheet, q.key, e, document, said)
}

// unanswered opens a discrepancy where a document is there (review.md), and leaves a task where nobody else acts.
func (s *Service) unanswered(tx *postgres.Tx, sheet *dossier.Sheet, q *question, e *dossier.Evidence, result nws.Result, before models.ItemState) error {
	if e.State == models.ItemDiscrepant && before != models.ItemDiscrepant && !q.erased {
		return s.dossiers.Discrepant(tx, sheet, q.key, e, dossier.Difference{Kind: models.DiscrepancyNoAnswer, Result: string(result)})
	}
	return s.task(tx, sheet.App, q, models.TaskInquiryGaveUp, string(result))
}

func (s *Service) task(tx *postgres.Tx, app *models.Application, q *question, kind, detail string) error {
	return tx.AddReviewTask(&models.ReviewTask{
		ID:            models.NewID(),
		ApplicationID: app.ID,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		Kind:          kind,
		Document:      q.Document,
		Subject:       q.Subject,
		Detail:        detail,
		OpenedAt:      tx.Now,
	})
}

// unsettled keeps a reply after which the answer may still come: it is recorded once, the item learns of it, and the
// answer is looked for until the inquiry's time is over.
func (s *Service) unsettled(ctx context.Context, q *question, out nws.Outcome) error {
	wait := s.opt.Retry
	if out.Result == nws.ManualAnswerPending {
		wait = s.opt.ByHand
	}
	if q.Result != string(out.Result) {
		err := s.change(ctx, q, func(tx *postgres.Tx) error {
			app, err := tx.LockApplication(q.ApplicationID)
			if err != nil {
				return err
			}
			tx.ChangeInquiry(q.Inquiry, postgres.Set(&q.Result, string(out.Result)))
			if err := s.exchange(tx, app, q, out); err != nil || out.Result == nws.Duplicate {
				return err
			}
			if out.Result == nws.ManualAnswerPending {
				return s.task(tx, app, q, models.TaskManualAnswer, string(out.Result))
			}
			return s.heard(tx, app, q, out.Result, nil)
		})
		if err != nil {
			return err
		}
	}
	return s.later(ctx, q, max(wait, out.PollAfter))
}

// giveUp hands an inquiry to a reviewer: never into silence (review.md, "Inquiries").
func (s *Service) giveUp(ctx context.Context, q *question, why string) error {
	return s.finish(ctx, q, models.InquiryGivenUp, why, func(tx *postgres.Tx, app *models.Application) error {
		if err := s.task(tx, app, q, models.TaskInquiryGaveUp, why); err != nil {
			return err
		}
		return s.heard(tx, app, q, nws.Timeout, nil)
	})
}

// unlinked ends an inquiry about a person whom the directory does not have: there is nobody to ask about (P7).
func (s *Service) unlinked(ctx context.Context, q *question) error {
	return s.finish(ctx, q, models.InquiryEnded, string(nws.NoLinkingCode), func(tx *postgres.Tx, app *models.Application) error {
		return s.heard(tx, app, q, nws.NoLinkingCode, nil)
	})
}

// drop ends an inquiry that must not be made any more. A reviewer sees why.
func (s *Service) drop(ctx context.Context, q *question, why string) error {
	return s.finish(ctx, q, models.InquiryGivenUp, why, func(tx *postgres.Tx, app *models.Application) error {
		if why == "case-ended" {
			return nil
		}
		return s.task(tx, app, q, models.TaskInquiryGaveUp, why)
	})
}

func (s *Service) finish(
	ctx context.Context,
	q *question,
	state models.InquiryState,
	result string,
	then func(tx *postgres.Tx, app *models.Application) error,
) error {
	return ended(s.change(ctx, q, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(q.ApplicationID)
		if err != nil {
			return err
		}
		tx.ChangeInquiry(q.Inquiry, postgres.Set(&q.State, state), postgres.Set(&q.Result, result), postgres.Set(&q.AnsweredAt, &tx.Now))
		return then(tx, app)
	}))
}

// Sweep queues the jobs of inquiries that have waited long once more: a job that was lost must not lose the inquiry.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.sweepInquiries(ctx), s.lookUps(ctx))
}

func (s *Service) sweepInquiries(ctx context.Context) error {
	var stuck []models.Inquiry
	err := s.sweep.InTx(ctx, models.System("", purpose), func(tx *postgres.Tx) (err error) {
		stuck, err = tx.StuckInquiries(tx.Now.Add(-s.opt.GiveUpAfter), 500)
		return err
	})
	if err != nil {
		return err
	}
	for _, q := range stuck {
		err := s.dossiers.DB.InTx(ctx, models.System(q.Municipality, purpose), func(tx *postgres.Tx) error {
			return tx.Enqueue(task.Inquire{Municipality: q.Municipality, Inquiry: q.ID})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
