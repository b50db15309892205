package core

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// eventPayment stands in the history of a case from when on is paid: its detail is the day.
const eventPayment = "payment-started"

// Acknowledgement is what a core system made of a case.
type Acknowledgement struct {
	State    models.CoreCaseState
	Reason   string // of a refusal
	Revision int    // that it read
}

// Case is the case of a receipt number or an id, for a core system: its id. Error: not-found.
func (s *Service) Case(ctx context.Context, actor models.Actor, idOrNumber string) (id string, err error) {
	if number, ok := jp.NormaliseReceiptNumber(idOrNumber); ok {
		idOrNumber = number
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.ApplicationNumbered(idOrNumber)
		if err == nil {
			id = app.ID
		}
		return err
	})
	return id, err
}

// Acknowledge keeps what a core system made of a case, instead of what it said before; a refusal waits for a clerk. Errors: not-found; invalid-request and
// individual-number with pointers.
func (s *Service) Acknowledge(ctx context.Context, actor models.Actor, id string, in Acknowledgement) error {
	return s.say(ctx, actor, id, func(tx *postgres.Tx, f *dossier.File, row *models.CoreCase) error {
		if err := in.check(f.Row.Revision); err != nil {
			return err
		}
		row.State, row.Revision, row.At, row.SealedReason = in.State, in.Revision, tx.Now, nil
		if in.State == models.CoreTaken {
			tx.EndReviewTasks(id, models.TaskCoreRefused, "", "")
			return s.dossiers.Audit(tx, f.Row, "core-took-case", "application", id)
		}
		var err error
		if row.SealedReason, err = f.Key.Seal([]byte(strings.TrimSpace(in.Reason)), dossier.CoreCell(id, actor.Person)); err != nil {
			return err
		}
		err = tx.AddReviewTask(&models.ReviewTask{ID: models.NewID(), ApplicationID: id, Municipality: f.Row.Municipality, PersonID: f.Row.PersonID,
			Kind: models.TaskCoreRefused, OpenedAt: tx.Now})
		if err != nil {
			return err
		}
		return s.dossiers.Audit(tx, f.Row, "core-refused-case", "application", id)
	})
}

func (a Acknowledgement) check(newest int) error {
	var faults []fault.Detail
	if a.State != models.CoreTaken && a.State != models.CoreRefused {
		faults = append(faults, wrong("/state", "invalid-choice", "core-state"))
	}
	if a.State == models.CoreRefused && strings.TrimSpace(a.Reason) == "" {
		faults = append(faults, wrong("/reason", "required", "say-why"))
	}
	if a.Revision < 1 || a.Revision > newest {
		faults = append(faults, wrong("/revision", "invalid", "core-revision"))
	}
	if faults = append(faults, form.FreeTextFaults("/reason", a.Reason)...); len(faults) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", faults)
	}
	return nil
}

// StartPayment keeps since when is paid on a decision that was approved; the parent sees it. The same day again changes nothing. Errors: not-found;
// not-allowed-now for a case that is not approved, and for another day.
func (s *Service) StartPayment(ctx context.Context, actor models.Actor, id string, on jp.Date) error {
	return s.say(ctx, actor, id, func(tx *postgres.Tx, f *dossier.File, row *models.CoreCase) error {
		switch {
		case row.PaymentOn != nil && jp.DateOf(*row.PaymentOn) == on:
			return nil
		case row.PaymentOn != nil:
			return notNow("payment-other-day")
		}
		decisions, err := tx.DecisionsOf(id)
		if err != nil {
			return err
		}
		if n := len(decisions); f.Row.State != models.StateDecided || n == 0 || decisions[n-1].Outcome != models.Approved {
			return notNow("payment-not-approved")
		}
		if row.State == "" { // a system that did not say so has taken it all the same
			row.State, row.Revision, row.At = models.CoreTaken, f.Row.Revision, tx.Now
		}
		row.PaymentOn = new(on.Time())
		if err := s.dossiers.Record(tx, f.Row, eventPayment, f.Row.State, on.String()); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, f.Row, eventPayment, "application", id)
	})
}

// say changes what the core system that acts has said of a case, under the case's lock.
func (s *Service) say(ctx context.Context, actor models.Actor, id string, change func(*postgres.Tx, *dossier.File, *models.CoreCase) error) error {
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(id)
		if err != nil {
			return err
		}
		if err := s.dossiers.Readable(tx, app); err != nil {
			return err
		}
		f.Row = app
		said, _, err := tx.CoreCasesOf(id)
		if err != nil {
			return err
		}
		row := &models.CoreCase{ApplicationID: id, SystemID: actor.Person, Municipality: app.Municipality, PersonID: app.PersonID}
		if at := slices.IndexFunc(said, func(c models.CoreCase) bool { return c.SystemID == actor.Person }); at >= 0 {
			row = &said[at]
		}
		before := *row
		if err := change(tx, f, row); err != nil || sameSaid(before, *row) {
			return err
		}
		return tx.PutCoreCase(row)
	})
}

func sameSaid(a, b models.CoreCase) bool {
	return a.At.Equal(b.At) && a.PaymentOn == b.PaymentOn
}

// Residents are the resident ids (宛名番号) of a case by subject, as far as they are known. Error: not-found.
func (s *Service) Residents(ctx context.Context, actor models.Actor, id string) (map[string]string, error) {
	var links []models.ResidentLink
	f, err := s.dossiers.Open(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if err := s.dossiers.Readable(tx, app); err != nil {
			return err
		}
		links, err = tx.ResidentLinksOf(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, l := range links {
		plain, err := f.Key.Open(l.Sealed, dossier.ResidentCell(id, l.Subject))
		if err != nil {
			return nil, err
		}
		if len(plain) > 0 { // else the directory does not have the person
			out[l.Subject] = string(plain)
		}
	}
	return out, nil
}
