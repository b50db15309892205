package apply_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The documents of the claim of setUp: one that the network can replace, one that it cannot.
const (
	record    = "household-resident-record"
	statement = "separate-custody-statement"
	child     = "child-1"
)

// super looks and changes things behind the service's back.
func (s *stage) super(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", s.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (s *stage) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := s.super(t).Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// value reads one value behind the service's back.
func value[T any](t testing.TB, s *stage, query string, args ...any) T {
	t.Helper()
	var out T
	if err := s.super(t).QueryRow(query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// now is the database's clock.
func (s *stage) now(t testing.TB) time.Time {
	t.Helper()
	return value[time.Time](t, s, `select clock_timestamp()`)
}

// row adds a phase row as imported history, at any instant.
func (s *stage) row(t testing.TB, procedure, item, municipality, phase string, from time.Time) {
	t.Helper()
	s.exec(t, `insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, $2, $3, $4, $5, $6, true)`,
		models.NewID(), procedure, item, municipality, phase, from)
}

// create begins a draft.
func (s *stage) create(t testing.TB, d apply.Draft) *apply.View {
	t.Helper()
	v, err := s.service.Create(context.Background(), s.parent, key(models.NewID(), "create"), d)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	return v
}

func (s *stage) get(t testing.TB, id string) *apply.View {
	t.Helper()
	v, err := s.service.Get(context.Background(), s.parent, id)
	if err != nil {
		t.Fatalf("%+v", err)
	}
	return v
}

func (s *stage) patch(t testing.TB, id string, version int64, patch string) *apply.View {
	t.Helper()
	v, err := s.service.Change(context.Background(), s.parent, id, version, apply.Patch(patch))
	if err != nil {
		t.Fatalf("%s: %+v", patch, details(err))
	}
	return v
}

func (s *stage) file(id string) (*apply.Filed, error) {
	return s.service.File(context.Background(), s.parent, key(models.NewID(), "file"), id, nil)
}

func (s *stage) mustFile(t testing.TB, id string) *apply.Filed {
	t.Helper()
	filed, err := s.file(id)
	if err != nil {
		t.Fatal(details(err))
	}
	return filed
}

func (s *stage) whole(d apply.Draft) (*apply.Filed, error) {
	return s.service.FileWhole(context.Background(), s.parent, key(models.NewID(), "whole"), d)
}

// example is the procedure's own example as a draft.
func (s *stage) example(t testing.TB, procedure, municipality string) apply.Draft {
	t.Helper()
	facts, form, err := s.dossiers.Catalogue.Version(procedure, jp.DateIn(time.Now())).ExampleCase(municipality, jp.DateIn(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return apply.Draft{Procedure: procedure, Municipality: municipality, Facts: facts, Form: form}
}

// attach stores the rows of a file as an upload leaves them, without its bytes.
func (s *stage) attach(t testing.TB, id, document, subject, name string, scan models.ScanState) *models.File {
	t.Helper()
	f, err := s.dossiers.Open(context.Background(), s.parent, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte(name))
	stored := time.Now()
	row := &models.File{ID: models.NewID(), ApplicationID: id, Municipality: f.Row.Municipality, PersonID: f.Row.PersonID, Document: document, Subject: subject,
		NameIndex: f.Key.BlindIndex("file-name", name), MediaType: "application/pdf", Size: 9, Sha256: digest[:], State: models.FileStored, Scan: scan,
		Revision: f.Row.Revision, CreatedAt: stored, StoredAt: &stored}
	if row.SealedName, err = f.Key.Seal([]byte(name), seal.Cell{Table: "files", Column: "sealed_name", Row: row.ID}); err != nil {
		t.Fatal(err)
	}
	s.in(t, s.parent, func(tx *postgres.Tx) error {
		return tx.AddFile(row, &models.FilePart{FileID: row.ID, Number: 1, ApplicationID: id, Municipality: row.Municipality, PersonID: row.PersonID,
			ObjectKey: "objects/" + row.ID, Size: 9, SealedSize: 60})
	})
	return row
}

// move moves a filed application as its municipality's reviewer.
func (s *stage) move(t testing.TB, id string, event lifecycle.Event, facts lifecycle.Facts) {
	t.Helper()
	app := s.row1(t, id)
	s.in(t, s.Person(t, "reviewer", models.RoleReviewer, app.Municipality), func(tx *postgres.Tx) error {
		return s.dossiers.Move(tx, app, dossier.Step{Event: event, Facts: facts})
	})
}

func (s *stage) row1(t testing.TB, id string) (app *models.Application) {
	t.Helper()
	s.in(t, s.parent, func(tx *postgres.Tx) (err error) {
		app, err = tx.Application(id)
		return err
	})
	return app
}

// correction asks for a correction as the reviewer.
func (s *stage) correction(t testing.TB, id string, ask dossier.Ask) int {
	t.Helper()
	reviewer := s.Person(t, "reviewer", models.RoleReviewer, s.row1(t, id).Municipality)
	f, err := s.dossiers.Open(context.Background(), reviewer, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	var number int
	s.in(t, reviewer, func(tx *postgres.Tx) (err error) {
		number, err = s.dossiers.RequestCorrection(tx, f, ask)
		return err
	})
	return number
}

// details shows an error with what is at fault.
func details(err error) string {
	f := fault.As(err)
	if f == nil {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%v %+v %v", f, f.Details, f.Extra)
}

// wantAt expects an error with exactly these faults, each as "pointer code" or "document/subject code".
func wantAt(t testing.TB, err error, code string, at ...string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%s, want %s", details(err), code)
	}
	var got []string
	for _, d := range f.Details {
		name := d.Pointer
		if d.Document != "" {
			name = d.Document + "/" + d.Subject
		}
		got = append(got, name+" "+d.Code)
	}
	slices.Sort(got)
	slices.Sort(at)
	if !slices.Equal(got, at) {
		t.Errorf("at fault:\n  %q\nwant\n  %q", got, at)
	}
}

// with changes members of a draft's facts.
func with(t testing.TB, d apply.Draft, change func(facts map[string]any)) apply.Draft {
	t.Helper()
	var facts map[string]any
	if err := json.Unmarshal(d.Facts, &facts); err != nil {
		t.Fatal(err)
	}
	change(facts)
	raw, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	d.Facts = raw
	return d
}

// born gives the claim's child another birth date: another thing.
func born(t testing.TB, d apply.Draft, day string) apply.Draft {
	t.Helper()
	return with(t, d, func(facts map[string]any) { facts["children"].([]any)[0].(map[string]any)["birth_date"] = day })
}

// decision finds the decision on a document, empty if the plan does not have it.
func decision(v *apply.View, document, subject string) string {
	if v.Plan == nil {
		return "no plan"
	}
	for _, r := range v.Plan.Requirements {
		if r.Document == document && r.Subject == subject {
			return r.Decision
		}
	}
	return ""
}

// reseal changes what was saved, as if it had been saved on another day.
func (s *stage) reseal(t testing.TB, id string, change func(c *dossier.Content)) {
	t.Helper()
	f, err := s.dossiers.Open(context.Background(), s.parent, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(&f.Content)
	sealed, err := dossier.SealContent(f.Key, id, f.Row.Revision, &f.Content)
	if err != nil {
		t.Fatal(err)
	}
	s.exec(t, `update revisions set sealed = $2 where application_id = $1 and number = $3`, id, sealed, f.Row.Revision)
}
