package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// foreign is one application as it was sent, with what was made of it so far.
type foreign struct {
	portal.Application
	place    int
	digest   []byte
	signed   []byte // what the applicant's signature covers
	broken   string // what was sent, if it cannot be read as an application
	form     *intake.Form
	mapped   intake.Mapped
	arrived  time.Time
	files    []located
	problems []Problem
}

// located is a file of an application that has its place among our documents, if it has one.
type located struct {
	portal.File
	document, subject string
	there             bool // in the package
}

// one takes one application in: it becomes a case, is known already, or waits for a clerk. An error ends the batch: nothing can be kept.
func (r *run) one(ctx context.Context, i int) error {
	a := r.read(i)
	if a.broken == "" {
		r.understand(a)
	}
	unfit := len(a.problems)
	for attempt := 0; ; attempt++ {
		before, err := r.before(ctx, a)
		if err != nil {
			return err
		}
		if before.same != nil {
			return r.known(ctx, a, before.same)
		}
		if before.first {
			a.fail("", "intake-other-content")
		}
		if len(a.problems) == 0 {
			if err = r.file(ctx, a, before.person); err == nil {
				r.count(&r.report.Taken)
				return nil
			}
			if ctx.Err() == nil && !repeated(err) && !down(err) {
				a.refused(err)
			}
		}
		if len(a.problems) > 0 {
			err = r.wait(ctx, a, !before.first)
		}
		if err == nil || attempt > 2 || !repeated(err) {
			return err
		}
		a.problems = a.problems[:unfit] // the same number is being taken in beside this one
	}
}

// down says that something is down that every application needs: the batch is sent again once it is there. Where signatures cannot be verified is no such
// trouble: what is not signed is taken.
func down(err error) bool {
	f := fault.As(err)
	return f != nil && f.Kind == fault.Unavailable && f.Reason != "no-authority"
}

// repeated says that another has just taken the same number in.
func repeated(err error) bool {
	violated := postgres.Violated(err)
	return violated == "intake_items_once" || violated == "intake_items_same"
}

// read reads one application of the manifest; what cannot be read waits under a number made of its content.
func (r *run) read(i int) *foreign {
	a := &foreign{place: i + 1}
	raw := r.batch.Applications[i]
	canonical, err := decode(raw, &a.Application)
	if err != nil {
		a.Application, a.broken, canonical = portal.Application{}, string(raw), raw
		a.fail("", "intake-broken")
	} else {
		unsigned := a.Application
		unsigned.Signature = nil
		a.signed = canonicalOf(&unsigned)
	}
	a.digest = r.key.BlindIndex("intake", string(canonical))
	if n := len([]rune(a.Number)); n == 0 || n > longestNumber || masked(a.Number) != a.Number {
		if a.broken == "" {
			a.fail("", "intake-number")
		}
		a.Number = "-" + hex.EncodeToString(a.digest[:8])
	}
	return a
}

const longestNumber = 60

// earlier is what came before under the number of an application.
type earlier struct {
	first  bool               // there is one
	same   *models.IntakeItem // the very same
	person string             // who applies, if it becomes a case
}

func (r *run) before(ctx context.Context, a *foreign) (out earlier, err error) {
	err = r.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) error {
		rows, err := tx.IntakeItemsNumbered(r.actor.Municipality, r.batch.Sender, a.Number)
		for i := range rows {
			out.first = true
			if string(rows[i].Digest) == string(a.digest) {
				out.same = &rows[i]
			}
		}
		if err != nil || out.first || len(a.problems) > 0 {
			return err
		}
		whose := r.key.BlindIndex("portal-person", r.batch.Sender+"\x00"+a.Number)
		out.person, err = tx.PortalPerson(hex.EncodeToString(whose))
		return err
	})
	return out, err
}

// understand puts the application into our words, and says of what cannot be.
func (r *run) understand(a *foreign) {
	now := r.dossiers.DB.Now()
	var err error
	if a.arrived, err = time.Parse(time.RFC3339, a.ArrivedAt); err != nil {
		a.fail("", "intake-arrival")
		return
	}
	switch a.arrived = a.arrived.UTC().Truncate(time.Microsecond); { // as the database keeps it
	case a.arrived.After(now):
		a.fail("", "intake-future")
	case a.arrived.Before(now.Add(-r.opt.MostBehind)):
		a.fail("", "intake-old")
	}
	if a.Municipality != r.actor.Municipality {
		a.fail("", "intake-municipality")
	}
	if a.form = r.sender.Form(a.Form, jp.DateIn(a.arrived)); a.form == nil {
		a.fail("", "intake-unknown-form", fault.Name("form", masked(a.Form)))
		return
	}
	a.mapped = a.form.Map(a.Fields)
	for _, p := range a.mapped.Problems {
		a.fail(masked(p.Field), p.Code)
	}
	for _, f := range a.Files {
		r.locate(a, f)
	}
}

// locate looks whether a file came whole, and which of our documents it is.
func (r *run) locate(a *foreign, f portal.File) {
	one := located{File: f}
	var known bool
	if one.document, one.subject, known = a.form.Document(f.Kind); !known {
		a.fail(masked(f.Kind), "intake-kind")
	}
	sum := sha256.New()
	body, err := r.batch.Open(f.Path)
	if err == nil {
		_, err = io.Copy(sum, body)
		_ = body.Close()
		one.there = true
	}
	switch {
	case !one.there:
		a.fail(masked(f.Kind), "intake-file-missing")
	case err != nil, hex.EncodeToString(sum.Sum(nil)) != f.Sha256:
		a.fail(masked(f.Kind), "intake-digest")
	}
	a.files = append(a.files, one)
}

// file files the case, in the name of the person who applied: with the use case of every filing, and the item in the same transaction.
func (r *run) file(ctx context.Context, a *foreign, person string) error {
	facts, err := json.Marshal(a.mapped.Facts)
	if err != nil {
		return err
	}
	who := models.Actor{Person: person, Role: models.RoleApplicant, Purpose: "intake"}
	w := r.opt.Apply.WholeFrom(ctx, apply.Draft{Procedure: a.form.Procedure, Municipality: r.actor.Municipality, Facts: facts, Form: a.mapped.Form,
		Consents: a.mapped.Consents}, apply.Elsewhere{ArrivedAt: a.arrived, Signed: a.signed, Signature: a.Signature})
	if len(a.files) == 0 {
		return r.dossiers.DB.InTx(ctx, who, func(tx *postgres.Tx) error {
			if _, err := w.File(tx, nil); err != nil {
				return err
			}
			return r.taken(tx, w, a)
		})
	}
	var places *document.Reserved
	if err := r.dossiers.DB.InTx(ctx, who, func(tx *postgres.Tx) error {
		if err := w.Admit(tx); err != nil {
			return err
		}
		places = r.opt.Documents.Reserve(tx, r.actor.Municipality)
		return nil
	}); err != nil {
		return err
	}
	app, key := w.Case()
	err = r.opt.Documents.Take(ctx, places, key, w.Asks, r.uploads(a))
	if err == nil {
		err = r.dossiers.DB.InTx(ctx, who, func(tx *postgres.Tx) error {
			if _, err := w.File(tx, places.Files); err != nil {
				return err
			}
			if err := r.opt.Documents.Claim(tx, app, places); err != nil {
				return err
			}
			return r.taken(tx, w, a)
		})
	}
	if err != nil {
		r.opt.Documents.GiveBack(ctx, who, places)
	}
	return err
}

// uploads are the files of an application, one after the other.
func (r *run) uploads(a *foreign) document.Next {
	next := 0
	var open io.Closer
	return func() (*document.Upload, error) {
		if open != nil {
			_ = open.Close()
		}
		if next == len(a.files) {
			return nil, io.EOF
		}
		f := a.files[next]
		next++
		body, err := r.batch.Open(f.Path)
		if err != nil {
			return nil, err
		}
		open = body
		return &document.Upload{Document: f.document, Subject: f.subject, Name: f.Name, Body: body}, nil
	}
}

// taken notes that an application became a case: under the case's key, and gone when that is.
func (r *run) taken(tx *postgres.Tx, w *apply.Whole, a *foreign) error {
	app, key := w.Case()
	row := r.item(a, true, tx.Now)
	row.State, row.ApplicationID, row.PersonID, row.Procedure = models.IntakeTaken, &app.ID, &app.PersonID, app.Procedure
	var err error
	if row.Sealed, err = sealItem(key, row.ID, a); err != nil {
		return err
	}
	if err := r.dossiers.Audit(tx, app, "take-in-application", "intake-item", row.ID); err != nil {
		return err
	}
	return tx.AddIntakeItem(row)
}

// item is the row of an application.
func (r *run) item(a *foreign, first bool, now time.Time) *models.IntakeItem {
	row := &models.IntakeItem{ID: models.NewID(), Municipality: r.actor.Municipality, BatchID: r.row.ID, Sender: r.batch.Sender, Number: a.Number,
		Digest: a.digest, Original: first, At: now, Marks: postgres.MarksText(nil)}
	if !a.arrived.IsZero() {
		row.ArrivedAt = &a.arrived
	}
	if a.form != nil {
		row.Procedure = a.form.Procedure
		row.Marks = postgres.MarksText(dossier.MarksOf(dossier.People(r.key, &models.Application{Channel: models.ChannelPortal}, contentOf(&a.mapped))))
	}
	return row
}
