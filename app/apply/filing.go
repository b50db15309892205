package apply

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// File files a draft: one transaction that changes the state under its guard, computes the plan from the phase rows
// read in it, and stores the plan, the history, the audit and the jobs. version is optional (If-Match).
//
// Errors: missing-documents with each requirement that is neither attached nor declared (P1); procedure-closed;
// duplicate-application; invalid-facts and invalid-form with every member at fault; not-allowed-now; conflict.
func (s *Service) File(ctx context.Context, actor models.Actor, req dossier.Request, id string, version *int64) (*Filed, error) {
	return s.file(ctx, actor, req, id, version, CounterPapers{}, nil)
}

// FileSigned is File with an electronic signature over the manifest, as CMS in DER (P3). Errors: those of File;
// invalid-signature with the reason.
func (s *Service) FileSigned(ctx context.Context, actor models.Actor, req dossier.Request, id string, version *int64, signature []byte) (*Filed, error) {
	return s.file(ctx, actor, req, id, version, CounterPapers{}, signature)
}

func (s *Service) file(
	ctx context.Context,
	actor models.Actor,
	req dossier.Request,
	id string,
	version *int64,
	papers CounterPapers,
	signature []byte,
) (*Filed, error) {
	// What the person saves or uploads between the reading and the transaction is read again; three times is patience.
	for attempt := 0; ; attempt++ {
		f, err := s.openHandled(ctx, actor, id, nil)
		if err != nil {
			return nil, err
		}
		ok, checkErr := s.checkSaved(f.catalogue, f.Row, f.Content, checkOptions{at: f.decidedAt(), now: f.now, final: true})
		if checkErr == nil {
			checkErr = papers.check(ok)
		}
		municipalityKey, err := s.dossiers.MunicipalityKey(ctx, f.Row.Municipality)
		if err != nil {
			return nil, err
		}
		filed, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Filed, error) {
			// First what one filing at a time may hold, then the row: the order in which a filing that replaces this draft
			// takes them.
			offering, closed := s.openAlone(tx, f.Row, f.intake)
			if closed != nil && fault.KindOf(closed) != fault.Conflict {
				return nil, closed
			}
			app, err := tx.LockApplication(id)
			if err != nil {
				return nil, err
			}
			if err := matches(app, version); err != nil {
				return nil, err
			}
			if app.State != models.StateDraft {
				return nil, notDraft(app, errFiled)
			}
			if closed != nil {
				return nil, closed
			}
			if checkErr != nil {
				return nil, checkErr
			}
			if app.Version != f.Row.Version {
				return nil, errMoved
			}
			files, err := tx.FilesOf(id)
			if err != nil {
				return nil, err
			}
			n := &newCase{
				app:             app,
				rev:             f.Revision,
				key:             f.Key,
				municipalityKey: municipalityKey,
				intake:          f.intake,
				papers:          papers,
				signature:       signature,
			}
			return s.fileIn(tx, n, ok, offering, files)
		})
		if attempt < 3 && fault.KindOf(err) == fault.Conflict && err != nil && fault.As(err).Code == errMoved.Code {
			continue
		}
		return filed, err
	}
}

// matches compares the version that the person saw with the one there is now; nil matches any.
func matches(app *models.Application, version *int64) error {
	if version == nil || *version == app.Version {
		return nil
	}
	return fault.New(fault.Stale, fault.CodeStale, "look-again").Note("etag", etag(app.Version))
}

// errMoved says that the draft was saved between its reading and the transaction; it does not leave File but for a
// draft that is being saved all the time.
var errMoved = fault.New(fault.Conflict, fault.CodeConflict, "changed-just-now")

// fileIn is the filing itself. tx.Now was read before anything else and is the instant that counts (P5), but for a paper,
// which arrived before; the rows of phases and editions are read after it (review.md, "Switching").
//
// The offering was read by openAlone: two filings of one person for the same procedure go one after the other, so that
// the second finds the first.
func (s *Service) fileIn(tx *postgres.Tx, n *newCase, ok *checked, offering *models.Offering, files []models.File) (*Filed, error) {
	at := instant(tx, n.intake)
	force, err := s.dossiers.Force(tx, n.app.Procedure, n.app.Municipality, at)
	if err != nil {
		return nil, err
	}
	v, err := dossier.Version(force.Catalogue, n.app.Procedure, at)
	if err != nil {
		return nil, err
	}
	replaced, err := s.replacing(tx, n, v)
	if err != nil {
		return nil, err
	}
	if ok, err = s.under(tx, force, n.app, n.intake, ok); err != nil {
		return nil, err
	}
	plan, err := force.Plan(dossier.Question{
		Procedure:    n.app.Procedure,
		Municipality: n.app.Municipality,
		At:           at,
		Facts:        ok.facts,
		Consents:     ok.content.Consents,
	})
	if err != nil {
		return nil, err
	}
	items, missing := s.planItems(tx, n, &plan, &ok.content, files)
	if len(missing) > 0 {
		return nil, fault.New(fault.Refused, fault.CodeMissingDocuments, "").With(missing...)
	}
	force.Arrived(n.app)
	n.app.DueOn = dossier.DueOn(at, offering, force.Catalogue.Procedure(n.app.Procedure))
	out, err := s.arrival(tx, n, ok, plan, replaced)
	if err != nil {
		return nil, err
	}
	ok.content.Shown = &plan
	if ok.content.HandedIn, err = digests(n.app, n.key, n.app.Revision, &ok.content, files); err != nil {
		return nil, err
	}
	if err := s.arrive(tx, n, ok); err != nil {
		return nil, err
	}
	if err := s.dossiers.Arrived(tx, n.app, n.municipalityKey, &ok.content); err != nil {
		return nil, err
	}
	if err := s.signed(tx, n, &ok.content, files, offering.Signature, at); err != nil {
		return nil, err
	}
	if err := tx.AddPlanItems(items...); err != nil {
		return nil, err
	}
	if err := tx.AddConsents(s.consents(tx, n.app, ok, n.papers.GivenBy)...); err != nil {
		return nil, err
	}
	if err := s.addPapers(tx, n); err != nil {
		return nil, err
	}
	if replaced != nil {
		if err := s.dossiers.Move(tx, replaced, dossier.Step{Event: lifecycle.EventWithdraw, Detail: "replaced-by/" + n.app.ID}); err != nil {
			return nil, err
		}
		if err := takeBackCorrection(tx, replaced.ID); err != nil {
			return nil, err
		}
		out.Replaced = replaced.ID
	}
	if n.app.Unreached() { // who came to the counter took the receipt along, and who applied elsewhere has that portal's
		return out, nil
	}
	jobs := []task.Notify{{Municipality: n.app.Municipality, Application: n.app.ID, What: "arrived"}}
	return out, s.enqueue(tx, n.app, items, jobs)
}

// arrival decides what is decided once and for ever, and notes it in the row: the instant, the receipt number, the claim
// date, the deadline.
func (s *Service) arrival(tx *postgres.Tx, n *newCase, ok *checked, plan evidence.Plan, replaced *models.Application) (*Filed, error) {
	at := instant(tx, n.intake)
	claim := jp.DateIn(at)
	if replaced != nil && n.app.ReplacesHow == Amend && replaced.ClaimOn != nil {
		claim = jp.DateOf(*replaced.ClaimOn) // an amendment never costs the claim date (P1)
	}
	deadline, late, err := s.deadline(tx, n.app.Municipality, ok, claim)
	if err != nil {
		return nil, err
	}
	out := &Filed{ID: n.app.ID, ReceiptNumber: jp.NewReceiptNumber(), ArrivedAt: at, Late: late, Plan: plan, Edition: editionOf(n.app)}
	revision, on := n.app.Revision, claim.Time()
	n.app.ArrivedAt, n.app.ReceiptNumber, n.app.FiledRevision, n.app.PlanVersion = &out.ArrivedAt, &out.ReceiptNumber, &revision, &out.Plan.Version
	n.app.ClaimOn, n.app.Late, n.app.ExpiresAt = &on, late, nil
	if deadline != nil {
		out.DeadlineOn = deadline.String()
		last := deadline.Time()
		n.app.DeadlineOn = &last
	}
	return out, dossier.FillQueueColumns(n.app, n.municipalityKey, &ok.content)
}

// arrive writes the arrival. A case that is filed whole goes to the database as it is then; a draft is moved under its
// guard.
func (s *Service) arrive(tx *postgres.Tx, n *newCase, ok *checked) error {
	sealed, err := dossier.SealContent(n.key, n.app.ID, n.app.Revision, &ok.content)
	if err != nil {
		return err
	}
	app, step := n.app, dossier.Step{Event: lifecycle.EventFile, Facts: lifecycle.Facts{Complete: true}}
	if n.fresh {
		n.rev.Sealed, n.rev.Filed = sealed, true
		return s.dossiers.Begin(tx, app, n.rev, step)
	}
	tx.ChangeRevision(app.ID, app.Revision, sealed, true)
	step.Changes = append(dossier.QueueChanges(app), postgres.As(&app.ArrivedAt, &app.ReceiptNumber, &app.FiledRevision, &app.PlanVersion,
		&app.ClaimOn, &app.DeadlineOn, &app.DueOn, &app.Late, &app.ChildrenIndex, &app.ExpiresAt, &app.NationalEdition, &app.LocalEdition)...)
	return s.dossiers.Move(tx, app, step)
}
