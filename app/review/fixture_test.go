package review_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Invented municipalities: the first on trial, the second in full operation.
const hinata, minato = "998010", "998028"

var (
	bg  = context.Background()
	cat = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })

	// The documents of the claim: one that the network can replace, one that it cannot.
	record    = dossier.DocumentRef{Document: "household-resident-record", Subject: "child-1"}
	statement = dossier.DocumentRef{Document: "separate-custody-statement", Subject: "child-1"}
	// The document of the certification that needs consent.
	income = dossier.DocumentRef{Document: "income-certificate", Subject: "guardian-1"}

	eligible = catalogue.Outcome{Eligible: true}
	living   = map[string]any{"family_name_kana": "ミナト", "birth_date": "2013-05-10", "address": "みなと町一丁目2番3号"}
)

// office is two municipalities with their reviewers, on a database of their own as the application role.
type office struct {
	*pgtest.Database
	t        testing.TB
	dossiers *dossier.Service
	apply    *apply.Service
	review   *review.Service
	behind   *pgx.Conn

	parent, one, two, named, foreign models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	c, err := cat()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	o := &office{Database: db, t: t, dossiers: dossier.New(db.App, c, keys),
		parent: db.Person(t, "parent", models.RoleApplicant, ""), one: db.Person(t, "reviewer-1", models.RoleReviewer, hinata),
		two: db.Person(t, "reviewer-2", models.RoleReviewer, hinata), named: db.Person(t, "reviewer-3", models.RoleReviewer, hinata),
		foreign: db.Person(t, "reviewer-4", models.RoleReviewer, minato)}
	o.apply = apply.New(o.dossiers, apply.Options{DraftLifetime: 90 * 24 * time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour})
	o.review = review.New(o.dossiers, review.Options{Limits: discrepancy.Limits{Open: 30, InStep: 5}})
	o.in(models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		for _, code := range []string{hinata, minato} {
			wrapped, err := o.dossiers.NewMunicipalityKey(bg, code)
			if err != nil {
				return err
			}
			m := &models.Municipality{Code: code, NameJa: "ひなた市", NameKana: "ひなたし", NameEn: "Hinata", OfficeJa: "子育て課", OfficePlain: "子育て課",
				OfficeEn: "Children", Telephone: "000-000-0000", WrappedKey: wrapped, Version: 1}
			if err := tx.PutMunicipality(m); err != nil {
				return err
			}
			for _, p := range c.Procedures() {
				if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: p.Code, Signature: models.SignatureLogin}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	o.phase("*", "*", "full", "2017-07-18")
	o.phase("*", hinata, "trial", "2017-07-18")
	return o
}

// phase adds a phase row as imported history.
func (o *office) phase(item, municipality, phase, from string) {
	o.t.Helper()
	o.exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, '*', $2, $3, $4, $5, true)`,
		models.NewID(), item, municipality, phase, from)
}

func (o *office) in(actor models.Actor, fn func(tx *postgres.Tx) error) {
	o.t.Helper()
	if err := o.App.InTx(bg, actor, fn); err != nil {
		o.t.Fatal(details(err))
	}
}

// super is a connection that looks and changes things behind the services' back.
func (o *office) super() *pgx.Conn {
	o.t.Helper()
	if o.behind == nil {
		conn, err := pgx.Connect(bg, o.SuperDSN)
		if err != nil {
			o.t.Fatal(err)
		}
		o.t.Cleanup(func() { _ = conn.Close(bg) })
		o.behind = conn
	}
	return o.behind
}

func (o *office) exec(statement string, args ...any) {
	o.t.Helper()
	if _, err := o.super().Exec(bg, statement, args...); err != nil {
		o.t.Fatalf("%s: %v", statement, err)
	}
}

func value[T any](o *office, query string, args ...any) T {
	o.t.Helper()
	var out T
	if err := o.super().QueryRow(bg, query, args...).Scan(&out); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return out
}

func key() dossier.Request {
	h := sha256.Sum256([]byte("body"))
	return dossier.Request{Route: "test", Key: models.NewID(), BodyHash: h[:]}
}

// example is a procedure's own example as a draft, with its facts changed.
func (o *office) example(procedure, municipality string, change func(facts map[string]any)) apply.Draft {
	o.t.Helper()
	today := jp.DateIn(time.Now())
	raw, form, err := o.dossiers.Catalogue.Version(procedure, today).ExampleCase(municipality, today)
	if err != nil {
		o.t.Fatal(err)
	}
	var facts map[string]any
	if err := json.Unmarshal(raw, &facts); err != nil {
		o.t.Fatal(err)
	}
	change(facts)
	if raw, err = json.Marshal(facts); err != nil {
		o.t.Fatal(err)
	}
	return apply.Draft{Procedure: procedure, Municipality: municipality, Facts: raw, Form: form}
}

// claim is a claim whose child lives elsewhere: on trial its resident record and a statement are asked for.
func (o *office) claim(municipality string) apply.Draft {
	return o.example("child-allowance-claim", municipality, func(facts map[string]any) {
		child := facts["children"].([]any)[0].(map[string]any)
		child["lives_with_applicant"], child["municipality"] = false, "131016"
	})
}

// certification asks for the income of a guardian who lived elsewhere: tax facts, with or without consent (P6).
func (o *office) certification(consents ...string) apply.Draft {
	d := o.example("childcare-certification", hinata, func(facts map[string]any) {
		facts["guardians"].([]any)[0].(map[string]any)["jan1_municipality"] = "131016"
	})
	d.Consents = consents
	return d
}

// filed files a draft, with a clean file for each of these documents, the others declared to follow.
func (o *office) filed(d apply.Draft, attached ...dossier.DocumentRef) string {
	o.t.Helper()
	d.OnDuplicate = apply.Separate
	v, err := o.apply.Create(bg, o.parent, key(), d)
	if err != nil {
		o.t.Fatal(details(err))
	}
	for _, r := range v.Plan.Requirements {
		ref := dossier.DocumentRef{Document: r.Document, Subject: r.Subject}
		if r.Decision == "omit" {
			continue
		}
		if slices.Contains(attached, ref) {
			o.attach(v.ID, ref, models.ScanClean)
		} else {
			d.Declarations = append(d.Declarations, dossier.Declaration{Document: r.Document, Subject: r.Subject, Kind: dossier.WillFollow, Reason: "取り寄せています"})
		}
	}
	declared, err := json.Marshal(map[string]any{"declarations": d.Declarations})
	if err != nil {
		o.t.Fatal(err)
	}
	if len(d.Declarations) > 0 {
		if _, err := o.apply.Change(bg, o.parent, v.ID, v.Version, declared); err != nil {
			o.t.Fatal(details(err))
		}
	}
	if _, err := o.apply.File(bg, o.parent, key(), v.ID, nil); err != nil {
		o.t.Fatal(details(err))
	}
	return v.ID
}

// attach stores the rows of a file as an upload and its scan leave them, without its bytes.
func (o *office) attach(id string, ref dossier.DocumentRef, scan models.ScanState) string {
	o.t.Helper()
	f, err := o.dossiers.Open(bg, o.parent, id, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	name, stored := models.NewID()+".pdf", time.Now()
	digest := sha256.Sum256([]byte(name))
	row := &models.File{
		ID:            models.NewID(),
		ApplicationID: id,
		Municipality:  f.Row.Municipality,
		PersonID:      f.Row.PersonID,
		Document:      ref.Document,
		Subject:       ref.Subject,
		NameIndex:     f.Key.BlindIndex("file-name", name),
		MediaType:     "application/pdf",
		Size:          9,
		Sha256:        digest[:],
		State:         models.FileStored,
		Scan:          scan,
		Revision:      f.Row.Revision,
		CreatedAt:     stored,
		StoredAt:      &stored,
	}
	if row.SealedName, err = f.Key.Seal([]byte(name), seal.Cell{Table: "files", Column: "sealed_name", Row: row.ID}); err != nil {
		o.t.Fatal(err)
	}
	o.in(o.parent, func(tx *postgres.Tx) error { return tx.AddFile(row) })
	return row.ID
}

// hold claims a case for a reviewer.
func (o *office) hold(who models.Actor, id string) review.HeldCase {
	o.t.Helper()
	h := review.HeldCase{Case: id}
	o.in(who, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		now, err := tx.ClaimOf(id)
		if err != nil {
			return err
		}
		if now != nil && now.ReviewerID != nil && *now.ReviewerID != who.Person {
			if _, err := tx.Release(id, *now.ReviewerID, now.Fence); err != nil {
				return err
			}
		}
		claim, won, err := tx.Claim(app, who.Person, tx.Now.Add(time.Hour))
		if !won || err != nil {
			return fmt.Errorf("claim: %v %w", won, err)
		}
		h.Fence = claim.Fence
		return nil
	})
	return h
}

// begun is a case that reviewer one holds and has accepted.
func (o *office) begun(d apply.Draft, attached ...dossier.DocumentRef) review.HeldCase {
	o.t.Helper()
	h := o.hold(o.one, o.filed(d, attached...))
	if err := o.review.Accept(bg, o.one, h); err != nil {
		o.t.Fatal(details(err))
	}
	return h
}

func (o *office) open(who models.Actor, id string) *review.Case {
	o.t.Helper()
	c, err := o.review.Open(bg, who, id)
	if err != nil {
		o.t.Fatal(details(err))
	}
	return c
}

// item is one line of a case's checklist.
func (o *office) item(id string, ref dossier.DocumentRef) review.Item {
	o.t.Helper()
	for _, i := range o.open(o.one, id).Items {
		if i.Document == ref.Document && i.Subject == ref.Subject {
			return i
		}
	}
	o.t.Fatalf("no %v in the checklist", ref)
	return review.Item{}
}

func (o *office) state(id string, ref dossier.DocumentRef) string {
	return value[string](o, `select state from plan_items where application_id = $1 and document = $2 and subject = $3`, id, ref.Document, ref.Subject)
}

func (o *office) read(h review.HeldCase, ref dossier.DocumentRef, facts map[string]any, outcome catalogue.Outcome) (*review.Read, error) {
	return o.review.Read(bg, o.one, h, ref, dossier.Said{Facts: facts, Outcome: outcome})
}

// details shows an error with what is at fault.
func details(err error) string {
	f := fault.As(err)
	if f == nil {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%v %+v %v", f, f.Details, f.Extra)
}

func want(t testing.TB, err error, code string) *fault.Error {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%s, want %s", details(err), code)
	}
	return f
}

// wantAt expects an error with exactly these faults, each as its pointer or document/subject.
func wantAt(t testing.TB, err error, code string, at ...string) {
	t.Helper()
	var got []string
	for _, d := range want(t, err, code).Details {
		if d.Document != "" {
			got = append(got, d.Document+"/"+d.Subject)
		} else {
			got = append(got, d.Pointer)
		}
	}
	slices.Sort(got)
	slices.Sort(at)
	if !slices.Equal(got, at) {
		t.Errorf("at fault: %q, want %q", got, at)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(details(err))
	}
}
