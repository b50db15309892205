package apply

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Create begins an application as a draft. Errors: unknown-procedure, invalid-municipality, procedure-closed,
// duplicate-application with the id of the first unless OnDuplicate says what to do, and those of check.
func (s *Service) Create(ctx context.Context, actor models.Actor, req dossier.Request, d Draft) (*View, error) {
	n, ok, refusal := s.prepare(ctx, d, false)
	ahead := func(tx *postgres.Tx) {
		if refusal == nil {
			_, _ = s.open(tx, n.app, n.intake)
			_, _, _ = dossier.Switches(tx, n.app.Procedure, n.app.Municipality)
			_ = s.same(tx, n, ok.version)
		}
	}
	view, err := dossier.OnceAhead(ctx, s.dossiers, actor, req, ahead, func(tx *postgres.Tx) (*View, error) {
		if refusal != nil {
			return nil, refusal
		}
		return s.createIn(tx, n, ok)
	})
	if postgres.Violated(err) == "applications_one_open_draft" {
		return nil, s.duplicateOf(ctx, actor, n) // another tab was faster
	}
	return view, err
}

func (s *Service) createIn(tx *postgres.Tx, n *newCase, ok *checked) (*View, error) {
	if _, err := s.open(tx, n.app, n.intake); err != nil {
		return nil, err
	}
	force, err := s.dossiers.Force(tx, n.app.Procedure, n.app.Municipality, instant(tx, n.intake))
	if err != nil {
		return nil, err
	}
	if ok, err = s.under(tx, force, n.app, n.intake, ok); err != nil {
		return nil, err
	}
	if err := s.same(tx, n, ok.version); err != nil {
		return nil, err
	}
	plan, changesAt, err := s.draftPlan(tx, force, n.app, n.intake, ok)
	if err != nil {
		return nil, err
	}
	ok.content.Shown = plan
	if err := s.fill(tx, n, ok); err != nil {
		return nil, err
	}
	expires := tx.Now.Add(s.opt.DraftLifetime)
	n.app.State, n.app.ExpiresAt = models.StateDraft, &expires
	if err := tx.AddApplication(n.app, n.rev); err != nil {
		return nil, err
	}
	if err := s.dossiers.Record(tx, n.app, "create", "", ""); err != nil {
		return nil, err
	}
	if err := s.dossiers.Audit(tx, n.app, "create", "application", n.app.ID); err != nil {
		return nil, err
	}
	return &View{
		ID:           n.app.ID,
		Procedure:    n.app.Procedure,
		Municipality: n.app.Municipality,
		Edition:      force.Ref,
		State:        n.app.State,
		Version:      n.app.Version,
		Channel:      n.app.Channel,
		Counter:      n.intake,
		Revision:     1,
		Facts:        ok.content.Facts,
		Form:         ok.content.Form,
		Consents:     ok.content.Consents,
		Declarations: ok.content.Declarations,
		Origins:      ok.content.Origins,
		Plan:         plan,
		ChangesAt:    changesAt,
		FactsMissing: ok.missing,
		ExpiresAt:    &expires,
		CreatedAt:    tx.Now,
		UpdatedAt:    tx.Now,
		Timeline: []models.History{{
			At:       tx.Now,
			Event:    "create",
			ToState:  n.app.State,
			Role:     tx.Actor.Role,
			Revision: 1,
		}},
	}, nil
}

// draftPlan is the plan as it would be if the draft were filed now, or nil while the facts are not complete. Of one from
// the counter the instant stands already, and no switch changes it any more.
func (s *Service) draftPlan(
	tx *postgres.Tx,
	force *dossier.Force,
	app *models.Application,
	intake *models.CounterIntake,
	ok *checked,
) (*evidence.Plan, *time.Time, error) {
	if ok.facts == nil {
		return nil, nil, nil
	}
	q := dossier.Question{
		Procedure:    app.Procedure,
		Municipality: app.Municipality,
		At:           instant(tx, intake),
		Facts:        ok.facts,
		Consents:     ok.content.Consents,
	}
	plan, err := force.Plan(q)
	if err != nil {
		return nil, nil, err
	}
	if intake != nil {
		return &plan, nil, nil
	}
	at, found, err := force.ChangesAt(q)
	if err != nil || !found {
		return &plan, nil, err
	}
	return &plan, &at, nil
}

// open reads the offering and refuses a procedure that the municipality does not offer on the day of arrival
// (procedure-closed).
func (s *Service) open(tx *postgres.Tx, app *models.Application, intake *models.CounterIntake) (*models.Offering, error) {
	return opened(instant(tx, intake), func() (*models.Offering, error) { return tx.Offering(app.Municipality, app.Procedure) })
}

// openAlone is open, and lets one transaction at a time file something of this person for this procedure.
func (s *Service) openAlone(tx *postgres.Tx, app *models.Application, intake *models.CounterIntake) (*models.Offering, error) {
	return opened(instant(tx, intake), func() (*models.Offering, error) {
		return tx.OfferingAlone(app.PersonID, app.Municipality, app.Procedure)
	})
}

func opened(at time.Time, read func() (*models.Offering, error)) (*models.Offering, error) {
	o, err := read()
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil, closed("not-offered-here")
		}
		return nil, err
	}
	today := jp.DateIn(at)
	if o.OpensOn != nil && today.Before(jp.DateOf(*o.OpensOn)) {
		opens := jp.DateOf(*o.OpensOn)
		return nil, closed("not-open-yet", fault.Day("day", opens)).Note("opens_on", opens.String())
	}
	if o.ClosesOn != nil && today.After(jp.DateOf(*o.ClosesOn)) {
		closes := jp.DateOf(*o.ClosesOn)
		return nil, closed("open-no-more", fault.Day("day", closes)).Note("closes_on", closes.String())
	}
	return o, nil
}

func closed(reason fault.Reason, params ...fault.Param) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeProcedureClosed, reason, params...)
}

// Delete deletes a draft with its files. Errors: not-found; not-allowed-now once it was filed.
func (s *Service) Delete(ctx context.Context, actor models.Actor, id string, version *int64) error {
	return s.takeAway(ctx, actor, id, version, (*postgres.Tx).DeleteDraft)
}

// takeAway takes a draft away; how says what becomes of its rows.
func (s *Service) takeAway(ctx context.Context, actor models.Actor, id string, version *int64,
	how func(tx *postgres.Tx, app *models.Application) error) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		if err := s.dossiers.Handles(tx, app); err != nil {
			return err
		}
		if version != nil && *version != app.Version {
			return fault.New(fault.Stale, fault.CodeStale, "").Note("etag", etag(app.Version))
		}
		if app.State != models.StateDraft {
			return notDraft(app, errDeleteFiled)
		}
		if err := s.dossiers.Audit(tx, app, "delete-draft", "application", app.ID); err != nil {
			return err
		}
		return how(tx, app)
	})
}
