// Package review is the work of a reviewer on one case: accept it, read its documents, settle each evidence item by R3
// to R5, work a discrepancy's file (R7), ask for corrections, decide (review.md).
//
// Every write takes the fencing number of the reviewer's claim and begins with dossier's Hold: whoever lost the case
// cannot write to it any more.
package review

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Options of New.
type Options struct {
	Limits discrepancy.Limits // days after which a discrepancy's file is overdue
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

// HeldCase names a case and the reviewer's hold on it.
type HeldCase struct {
	Case  string
	Fence int64
}

// work is one write to a case that the reviewer holds.
type work struct {
	tx    *postgres.Tx
	app   *models.Application // locked
	sheet *dossier.Sheet
	file  *dossier.File // the newest revision, and the key
}

// write runs fn on a case that the reviewer holds, in one transaction. Keys are unwrapped before it. Errors: not-found;
// conflict with what changed for an old fence; whatever fn returns.
func (s *Service) write(ctx context.Context, actor models.Actor, held HeldCase, fn func(w *work) error) error {
	f, err := s.dossiers.Open(ctx, actor, held.Case, nil)
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.dossiers.Hold(tx, held.Case, held.Fence)
		if err != nil {
			return err
		}
		w, err := s.begin(tx, f, app)
		if err != nil {
			return err
		}
		return fn(w)
	})
}

// begin begins a write to a case that was opened before and is held now.
func (s *Service) begin(tx *postgres.Tx, f *dossier.File, app *models.Application) (*work, error) {
	if app.Revision != f.Row.Revision {
		return nil, fault.ErrConflict // a correction came between the two transactions
	}
	f.Row = app
	sheet, err := s.dossiers.Sheet(tx, app)
	if err != nil {
		return nil, err
	}
	return &work{tx: tx, app: app, sheet: sheet, file: f}, nil
}

// item finds an evidence item of a case that is in review.
func (w *work) item(document, subject string) (*dossier.Evidence, error) {
	e, err := w.sheet.Item(document, subject)
	if err != nil {
		return nil, err
	}
	return e, inReview(w.app)
}

func inReview(app *models.Application) error {
	if app.State == models.StateInReview {
		return nil
	}
	return notNow(lifecycle.While(app.State)).Note("state", string(app.State))
}

func notNow(reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason)
}

// check collects what is wrong with a request, each with its pointer.
type check struct{ faults []fault.Detail }

func (c *check) fail(at, code string, reason fault.Reason) {
	c.faults = append(c.faults, fault.Detail{Code: code, Reason: reason, Pointer: at})
}

// text checks a free text that has to be there (P4: never an individual number).
func (c *check) text(at, text string) {
	if strings.TrimSpace(text) == "" {
		c.fail(at, "required", "required")
		return
	}
	c.maybe(at, text)
}

// maybe checks a free text that may be empty.
func (c *check) maybe(at, text string) { c.faults = append(c.faults, form.FreeTextFaults(at, text)...) }

// filled checks that no placeholder of a boilerplate (文例) is left in a text that is sent.
func (c *check) filled(at, text string) {
	if found := boilerplate.Unfilled(text); found != "" {
		c.faults = append(c.faults, fault.Detail{Code: "invalid", Reason: "unfilled-placeholder", Pointer: at, Params: []fault.Param{fault.Name("found", found)}})
	}
}

// past checks an instant that is not after now.
func (c *check) past(at string, t, now time.Time) {
	switch {
	case t.IsZero():
		c.fail(at, "required", "enter-when")
	case t.After(now):
		c.fail(at, "date-in-future", "in-the-future")
	}
}

// err is the refusal, or nil. An individual number among the faults names it, because it must not be sent at all (P4).
func (c *check) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", c.faults)
}

// inJapan is an instant in Japan's time.
func inJapan(t time.Time) time.Time { return t.In(jp.JST) }

func maybeInJapan(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	j := inJapan(*t)
	return &j
}

func dateText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}
