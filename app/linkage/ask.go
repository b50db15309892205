package linkage

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Asked is one inquiry, as its reviewer sees it.
type Asked struct {
	Inquiry  string              `json:"inquiry"`
	Document string              `json:"document"`
	Subject  string              `json:"subject"`
	Item     string              `json:"item"`
	State    models.InquiryState `json:"state"`
}

// Ask queues inquiries for documents of a case in review; none named means all that may be asked now. An inquiry that is
// under way already is given back as it is. It is made only with a plan item to inquire, a phase of trial or full at this
// moment, the consent where it is needed, and a resident id for the subject (review.md, "Inquiries").
//
// Errors: not-found; conflict for an old fence; not-allowed-now, naming each document and why; unavailable while the
// directory is down.
func (s *Service) Ask(ctx context.Context, actor models.Actor, req dossier.Request, id string, fence int64, wanted []dossier.DocumentRef) ([]Asked, error) {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	items, err := c.choose(wanted)
	if err != nil {
		return nil, err
	}
	residents, err := s.residents(ctx, actor, c, items, fence)
	if err != nil {
		return nil, err
	}
	if err := s.protect(ctx, c, residents); err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) ([]Asked, error) {
		app, err := s.dossiers.Hold(tx, id, fence)
		if err != nil {
			return nil, err
		}
		sheet, err := s.dossiers.Sheet(tx, app)
		if err != nil {
			return nil, err
		}
		if err := s.link(tx, app, c, residents); err != nil {
			return nil, err
		}
		out := []Asked{}
		var jobs []task.Inquire
		for _, ref := range items {
			asked, fresh, err := s.ask(tx, sheet, c, ref, residents[ref.Subject])
			if err != nil {
				return nil, err
			}
			out = append(out, asked)
			if fresh {
				jobs = append(jobs, task.Inquire{Municipality: app.Municipality, Inquiry: asked.Inquiry})
			}
		}
		for _, j := range jobs {
			if err := tx.Enqueue(j); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// ask makes one inquiry, or finds the one under way.
func (s *Service) ask(tx *postgres.Tx, sheet *dossier.Sheet, c *opened, ref dossier.DocumentRef, r resident) (asked Asked, fresh bool, err error) {
	e, err := sheet.Item(ref.Document, ref.Subject)
	if err != nil {
		return asked, false, err
	}
	if q := underWay(sheet, ref); q != nil {
		return Asked{q.ID, q.Document, q.Subject, q.Item, q.State}, false, nil
	}
	if err := mayAsk(sheet.App, e); err != nil {
		return asked, false, err
	}
	q := &models.Inquiry{
		ID:            models.NewID(),
		ApplicationID: sheet.App.ID,
		Municipality:  sheet.App.Municipality,
		PersonID:      sheet.App.PersonID,
		Document:      e.Document,
		Subject:       e.Subject,
		Item:          e.Row.Item,
		State:         models.InquiryQueued,
		Phase:         e.PhaseNow,
		Provider:      providerOf(&c.file.Content, e.Row.Item, e.Subject),
		AskedBy:       tx.Actor.Person,
		QueuedAt:      tx.Now,
		GiveUpAt:      tx.Now.Add(s.opt.GiveUpAfter),
	}
	if q.SealedResident, err = c.file.Key.Seal([]byte(r.id), residentCell(q.ID)); err != nil {
		return asked, false, err
	}
	if err := s.dossiers.MoveItem(tx, sheet.App, e, lifecycle.ItemAsk, postgres.Set(&e.Row.Answered, false)); err != nil {
		return asked, false, err
	}
	tx.EndReviewTasks(sheet.App.ID, models.TaskInquiryGaveUp, e.Document, e.Subject)
	tx.EndReviewTasks(sheet.App.ID, models.TaskResidentUnknown, "", e.Subject)
	return Asked{q.ID, q.Document, q.Subject, q.Item, q.State}, true, tx.AddInquiries(q)
}

func underWay(sheet *dossier.Sheet, ref dossier.DocumentRef) *models.Inquiry {
	for i := range sheet.Inquiries {
		q := &sheet.Inquiries[i]
		if q.Document == ref.Document && q.Subject == ref.Subject && (q.State == models.InquiryQueued || q.State == models.InquiryWaiting) {
			return q
		}
	}
	return nil
}

// mayAsk refuses what review.md forbids to ask.
func mayAsk(app *models.Application, e *dossier.Evidence) error {
	var why fault.Reason
	switch {
	case app.State != models.StateInReview:
		why = "asked-in-review"
	case !e.Inquire:
		why = "plan-does-not-ask"
	case e.PhaseNow != phase.Trial && e.PhaseNow != phase.Full:
		why = dossier.NetworkClosed(e.PhaseNow)
	}
	if why == "" {
		_, err := lifecycle.ItemNext(e.Item, lifecycle.ItemAsk)
		return err
	}
	return fault.Detail{Code: fault.CodeNotAllowedNow, Reason: why, Document: e.Document, Subject: e.Subject, Municipality: e.Row.Municipality}.
		Alone(fault.Conflict, fault.CodeNotAllowedNow)
}

// opened is a case opened to ask about it.
type opened struct {
	file  *dossier.File
	sheet *dossier.Sheet
	links []models.ResidentLink
}

func (s *Service) open(ctx context.Context, actor models.Actor, id string) (*opened, error) {
	c := &opened{}
	var err error
	c.file, err = s.dossiers.Open(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if c.sheet, err = s.dossiers.Sheet(tx, app); err != nil {
			return err
		}
		c.links, err = tx.ResidentLinksOf(id)
		return err
	})
	return c, err
}

// choose gives the documents to ask about: those named, or all that may be asked now.
func (c *opened) choose(wanted []dossier.DocumentRef) ([]dossier.DocumentRef, error) {
	if len(wanted) > 0 {
		var refusal *fault.Error
		for _, ref := range wanted {
			e, err := c.sheet.Item(ref.Document, ref.Subject)
			if err != nil {
				return nil, err
			}
			if underWay(c.sheet, ref) != nil {
				continue
			}
			if f := fault.As(mayAsk(c.sheet.App, e)); f != nil && refusal == nil {
				refusal = f
			} else if f != nil {
				refusal = refusal.With(f.Details...)
			}
		}
		if refusal != nil {
			return nil, refusal
		}
		return wanted, nil
	}
	for i := range c.sheet.Items {
		e := &c.sheet.Items[i]
		ref := dossier.DocumentRef{Document: e.Document, Subject: e.Subject}
		if e.State != models.ItemDiscrepant && (underWay(c.sheet, ref) != nil || mayAsk(c.sheet.App, e) == nil) { // a discrepancy is asked again on purpose
			wanted = append(wanted, ref)
		}
	}
	if len(wanted) == 0 {
		return nil, fault.New(fault.Conflict, fault.CodeNotAllowedNow, "nothing-to-ask")
	}
	return wanted, nil
}
