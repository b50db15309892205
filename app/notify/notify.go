// Package notify puts messages (お知らせ) into people's inboxes. A message holds its kind and parameters without personal
// facts; its text is made in the reader's language.
package notify

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/mail"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Mailer hands a mail to a mail server (app/gateway/mail). Errors: mail.ErrRefused when it is refused for good, anything
// else when it is to be tried again.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Options are what messages need beside the dossier service.
type Options struct {
	Mailer    Mailer // nil: no mail is sent
	PublicURL string // where people sign in, as a mail names it
}

// Service has the use cases.
type Service struct {
	dossiers *dossier.Service
	opt      Options
}

// New makes the service.
func New(dossiers *dossier.Service, opt Options) *Service {
	return &Service{dossiers: dossiers, opt: opt}
}

// The kinds of message.
const (
	KindArrived      = "arrived"        // the application arrived
	KindWithdrawn    = "withdrawn"      // it was withdrawn
	KindDocumentDue  = "document-due"   // a document declared to follow is due
	KindFileInfected = "file-infected"  // an attached file is infected and has to be sent again
	KindExpired      = "draft-expired"  // a draft that nobody came back to
	KindExpiring     = "draft-expiring" // a draft that will expire unless it is saved again or filed
	KindCorrection   = "correction-requested"
	KindDecided      = "decided"   // the decision letter is there
	KindReopened     = "reopened"  // a decision is looked at again
	KindBroadcast    = "broadcast" // of the municipality to a group of parents
)

// params are the parameters of a message.
type params struct {
	Procedure string `json:"procedure,omitempty"`
	Receipt   string `json:"receipt_number,omitempty"`
	Document  string `json:"document,omitempty"`
	Subject   string `json:"subject,omitempty"`
	Due       string `json:"due,omitempty"`
	File      string `json:"file,omitempty"`   // its id; a second infected file of a document is told too
	Number    string `json:"number,omitempty"` // of a correction or a decision, or days before; the second is told too
}

// Notify puts one message about an application into its owner's inbox, once however often it is called. Errors:
// not-found if the application is gone.
func (s *Service) Notify(ctx context.Context, t task.Notify) error {
	return s.dossiers.DB.InTx(ctx, models.System(t.Municipality, "notify"), func(tx *postgres.Tx) error {
		app, err := tx.Application(t.Application)
		if err != nil {
			return err
		}
		if t.What == KindExpiring && !expiring(app, t.Due) {
			return nil
		}
		p := params{Procedure: app.Procedure, Receipt: receiptOf(app), File: t.File, Due: t.Due}
		if t.Number > 0 {
			p.Number = strconv.Itoa(t.Number)
		}
		p.Document, p.Subject, _ = strings.Cut(t.Detail, "/")
		return s.put(tx, app, t.What, p)
	})
}

// receiptOf is an application's receipt number; empty for a draft.
func receiptOf(app *models.Application) string {
	if app.ReceiptNumber == nil {
		return ""
	}
	return *app.ReceiptNumber
}

// expiring says whether a draft still expires after the day: one that was saved or filed since the warning was queued does
// not.
func expiring(app *models.Application, lastDay string) bool {
	return app.State == models.StateDraft && app.ExpiresAt != nil && dossier.LastDay(*app.ExpiresAt).String() == lastDay
}

// Remind tells the owner that a document declared to follow is due (P1), unless it came or the case is over.
func (s *Service) Remind(ctx context.Context, t task.Remind) error {
	return s.dossiers.DB.InTx(ctx, models.System(t.Municipality, "remind"), func(tx *postgres.Tx) error {
		app, err := tx.Application(t.Application)
		if err != nil {
			return err
		}
		if !lifecycle.Open(app.State) {
			return nil
		}
		items, err := tx.PlanItems(t.Application)
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.Document == t.Document && i.Subject == t.Subject && i.State == models.ItemAwaiting && i.DueOn != nil {
				return s.put(tx, app, KindDocumentDue, params{
					Procedure: app.Procedure,
					Receipt:   receiptOf(app),
					Document:  i.Document,
					Subject:   i.Subject,
					Due:       i.DueOn.Format("2006-01-02"),
				})
			}
		}
		return nil
	})
}

// put puts a message into the inbox and queues its mail if the person wants one, in one transaction: once, however often
// the job that says so runs.
func (s *Service) put(tx *postgres.Tx, app *models.Application, kind string, p params) error {
	if app.Unreached() { // who has no account has no inbox
		return nil
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	id := app.ID
	m := &models.Message{
		ID:            models.NewID(),
		PersonID:      app.PersonID,
		Municipality:  app.Municipality,
		ApplicationID: &id,
		Kind:          kind,
		Params:        raw,
		CreatedAt:     tx.Now,
	}
	mailed, err := tx.PutMessage(m, s.opt.Mailer != nil)
	if err != nil || !mailed {
		return err
	}
	return tx.Enqueue(task.Mail{Municipality: m.Municipality, Message: m.ID})
}
