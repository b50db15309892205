package apply

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
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
	return s.file(ctx, actor, req, id, filing{version: version})
}

// FileSigned is File with an electronic signature over the manifest, as CMS in DER (P3), nil where none is needed. renew is called first with a
// draft that has statements written on the screen, if it has the version asked for; it may write them anew, and notes the version after it.
// Errors: those of File; those of renew; invalid-signature with the reason.
func (s *Service) FileSigned(ctx context.Context, actor models.Actor, req dossier.Request, id string, version *int64, signature []byte,
	renew func(v *View) error) (*Filed, error) {
	return s.file(ctx, actor, req, id, filing{version: version, signature: signature, renew: renew})
}

// filing is what comes with the wish to file a draft.
type filing struct {
	version   *int64 // that the person saw; nil: any
	papers    CounterPapers
	signature []byte
	renew     func(v *View) error // nil: nothing
}

// renewed lets the statements of a draft that was read be written anew, and says whether it was asked.
func (s *Service) renewed(ctx context.Context, actor models.Actor, f *handled, files []models.File, in *filing) (bool, error) {
	renew := in.renew
	in.renew = nil
	if renew == nil || f.Row.State != models.StateDraft || matches(f.Row, in.version) != nil ||
		!slices.ContainsFunc(files, func(f models.File) bool { return f.SealedAnswers != nil }) {
		return false, nil
	}
	v, err := s.Get(ctx, actor, f.Row.ID)
	if err != nil || v.State != models.StateDraft || in.version != nil && *in.version != v.Version {
		return true, err
	}
	if err = renew(v); in.version != nil {
		in.version = &v.Version
	}
	return true, err
}

func (s *Service) file(
	ctx context.Context,
	actor models.Actor,
	req dossier.Request,
	id string,
	in filing,
) (*Filed, error) {
	// What the person saves or uploads between the reading and the transaction is read again; three times is patience.
	for attempt := 0; ; attempt++ {
		var there []models.File
		f, err := s.openAhead(ctx, actor, id, func(tx *postgres.Tx) { _, _ = tx.FilesOf(id) }, func(tx *postgres.Tx, _ *models.Application) (err error) {
			there, err = tx.FilesOf(id)
			return err
		})
		if err != nil {
			return nil, err
		}
		if again, err := s.renewed(ctx, actor, f, there, &in); err != nil {
			return nil, err
		} else if again {
			continue
		}
		ok, checkErr := s.checkSaved(f.catalogue, f.Row, f.Content, checkOptions{at: f.decidedAt(), now: f.now, final: true})
		if checkErr == nil {
			checkErr = in.papers.check(ok)
		}
		municipalityKey, err := s.dossiers.MunicipalityKey(ctx, f.Row.Municipality)
		if err != nil {
			return nil, err
		}
		ahead := func(tx *postgres.Tx) {
			_, _ = s.openAlone(tx, f.Row, f.intake)
			_, _ = tx.LockApplication(id)
			_, _ = tx.FilesOf(id)
			if checkErr == nil {
				s.filingAhead(tx, &newCase{app: f.Row, intake: f.intake}, ok)
			}
		}
		filed, err := dossier.OnceAhead(ctx, s.dossiers, actor, req, ahead, func(tx *postgres.Tx) (*Filed, error) {
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
			if err := matches(app, in.version); err != nil {
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
				papers:          in.papers,
				signature:       in.signature,
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

// filingAhead asks ahead for what fileIn reads.
func (s *Service) filingAhead(tx *postgres.Tx, n *newCase, ok *checked) {
	_, _, _ = dossier.Switches(tx, n.app.Procedure, n.app.Municipality)
	_, _ = s.replacing(tx, n, ok.version)
	_, _, _ = s.deadline(tx, n.app.Municipality, ok, jp.DateIn(instant(tx, n.intake)))
}

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
