package linkage_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	people "kosodate.example/onestop/app/gateway/directory/simulator"
	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const (
	hinata = "998010" // in full operation
	minato = "998028" // on trial

	claim    = "child-allowance-claim"
	passport = "pension-enrolment" // the document that item pension replaces
	record   = "household-resident-record"
)

// stage is a municipality's service with a simulated network and directory.
type stage struct {
	*pgtest.Database
	dossiers *dossier.Service
	apply    *apply.Service
	service  *linkage.Service
	network  *network.Server
	people   *people.Server
	known    *residents.Register
	parent   models.Actor
	reviewer models.Actor
}

var quick = linkage.Options{Retry: 10 * time.Millisecond, RetryMost: 40 * time.Millisecond, ByHand: 10 * time.Millisecond, GiveUpAfter: time.Minute,
	BreakAfter: 3, BreakFor: 30 * time.Millisecond, OwnTime: 5 * time.Second}

func setUp(t testing.TB, opt linkage.Options) *stage {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	known := &residents.Register{}
	s := &stage{Database: pgtest.New(t), known: known}
	if s.network, err = network.Start(network.Options{Addr: "127.0.0.1:0", Delay: time.Millisecond, Data: known}); err != nil {
		t.Fatal(err)
	}
	if s.people, err = people.Start(people.Options{Addr: "127.0.0.1:0", Data: known}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(s.network.Close(), s.people.Close()) })
	s.dossiers = dossier.New(s.App, cat, keys)
	s.apply = apply.New(s.dossiers, apply.Options{DraftLifetime: time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour})
	s.service = linkage.New(s.dossiers, s.Sweep, nws.New(nws.Options{URL: s.network.URL()}), directory.New(directory.Options{URL: s.people.URL()}), opt)
	s.parent = s.Person(t, "parent", models.RoleApplicant, "")
	s.reviewer = s.Person(t, "reviewer", models.RoleReviewer, minato)
	s.municipalities(t, cat)
	return s
}

func (s *stage) municipalities(t testing.TB, cat *catalogue.Catalogue) {
	t.Helper()
	s.in(t, s.Person(t, "admin", models.RoleNational, ""), func(tx *postgres.Tx) error {
		for _, code := range []string{hinata, minato} {
			key, err := s.dossiers.NewMunicipalityKey(context.Background(), code)
			if err != nil {
				return err
			}
			if err := tx.PutMunicipality(&models.Municipality{Code: code, NameJa: "市", WrappedKey: key, Version: 1}); err != nil {
				return err
			}
			for _, p := range cat.Procedures() {
				if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: p.Code, Signature: models.SignatureLogin}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	s.phase(t, "full", "*")
	s.phase(t, "trial", minato)
}

// phase adds a row for every procedure and item as imported history.
func (s *stage) phase(t testing.TB, phase, municipality string) {
	t.Helper()
	s.exec(
		t,
		`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, '*', '*', $2, $3, clock_timestamp() - interval '1 second', true)`,
		models.NewID(),
		municipality,
		phase,
	)
}

func (s *stage) in(t testing.TB, actor models.Actor, fn func(tx *postgres.Tx) error) {
	t.Helper()
	if err := s.App.InTx(context.Background(), actor, fn); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("pgx", s.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// value reads one value behind the service's back.
func value[T any](t testing.TB, s *stage, query string, args ...any) T {
	t.Helper()
	db, err := sql.Open("pgx", s.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var out T
	if err := db.QueryRow(query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// file files the example claim for a child who lives with a grandparent elsewhere and is under three, so that two items can
// be asked for; change adapts it. Documents that are asked for are declared to follow.
func (s *stage) file(t testing.TB, municipality string, change func(facts, form map[string]any)) string {
	t.Helper()
	raw, form, err := s.dossiers.Catalogue.Version(claim, jp.DateIn(time.Now())).ExampleCase(municipality, jp.DateIn(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]any
	if err := json.Unmarshal(raw, &facts); err != nil {
		t.Fatal(err)
	}
	child := facts["children"].([]any)[0].(map[string]any)
	child["lives_with_applicant"], child["municipality"] = false, "131016"
	facts["applicant"].(map[string]any)["pension"] = "employees"
	child["birth_date"] = "2024-08-15" // the simulator knows her
	if change != nil {
		change(facts, form)
	}
	body, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	draft := apply.Draft{Procedure: claim, Municipality: municipality, Facts: body, Form: form, OnDuplicate: "separate"}
	for _, doc := range []dossier.DocumentRef{{Document: record, Subject: "child-1"}, {Document: passport, Subject: "applicant"}, {Document: "separate-custody-statement", Subject: "child-1"}} {
		draft.Declarations = append(
			draft.Declarations,
			dossier.Declaration{Document: doc.Document, Subject: doc.Subject, Kind: dossier.WillFollow, Reason: "あとで出します"},
		)
	}
	filed, err := s.apply.FileWhole(context.Background(), s.parent, request("file"), draft)
	if err != nil {
		t.Fatalf("%+v %+v", err, fault.As(err).Details)
	}
	return filed.ID
}

// fileChildcare files an application that needs consent to ask for the parents' tax, and has it.
func (s *stage) fileChildcare(t testing.TB, municipality string) string {
	t.Helper()
	const procedure = "childcare-certification"
	raw, form, err := s.dossiers.Catalogue.Version(procedure, jp.DateIn(time.Now())).ExampleCase(municipality, jp.DateIn(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]any
	if err := json.Unmarshal(raw, &facts); err != nil {
		t.Fatal(err)
	}
	facts["guardians"].([]any)[0].(map[string]any)["jan1_municipality"] = "131016"
	body, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	draft := apply.Draft{Procedure: procedure, Municipality: municipality, Facts: body, Form: form, Consents: []string{"local-tax"}, OnDuplicate: "separate"}
	for _, d := range []string{"income-certificate", "employment-certificate", "medical-certificate", "maternity-handbook", "self-employment-proof"} {
		for _, who := range []string{"guardian-1", "guardian-2"} {
			draft.Declarations = append(draft.Declarations, dossier.Declaration{Document: d, Subject: who, Kind: dossier.WillFollow, Reason: "あとで出します"})
		}
	}
	filed, err := s.apply.FileWhole(context.Background(), s.parent, request("file"), draft)
	if err != nil {
		t.Fatalf("%+v %+v", err, fault.As(err).Details)
	}
	return filed.ID
}

func request(route string) dossier.Request {
	return dossier.Request{Route: route, Key: models.NewID(), BodyHash: []byte("x")}
}

// review claims a case and accepts it.
func (s *stage) review(t testing.TB, id string) (fence int64) {
	t.Helper()
	reviewer := s.staff(t, id)
	s.in(t, reviewer, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		c, _, err := tx.Claim(app, reviewer.Person, tx.Now.Add(time.Hour))
		if err != nil {
			return err
		}
		fence = c.Fence
		return s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventAccept})
	})
	return fence
}

// staff is the reviewer in whose municipality a case is.
func (s *stage) staff(t testing.TB, id string) models.Actor {
	t.Helper()
	r := s.reviewer
	r.Municipality = value[string](t, s, `select municipality from applications where id = $1`, id)
	return r
}

// paper hands a document in on paper.
func (s *stage) paper(t testing.TB, id, document, subject string) {
	t.Helper()
	s.change(t, id, document, subject, lifecycle.ItemReceive, func(i *models.PlanItem) postgres.Assignment { return postgres.Set(&i.Paper, true) })
}

func (s *stage) change(t testing.TB, id, document, subject string, event lifecycle.ItemEvent, changes ...func(*models.PlanItem) postgres.Assignment) {
	t.Helper()
	s.in(t, s.staff(t, id), func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(id)
		if err != nil {
			return err
		}
		sheet, err := s.dossiers.Sheet(tx, app)
		if err != nil {
			return err
		}
		e, err := sheet.Item(document, subject)
		if err != nil {
			return err
		}
		var set []postgres.Assignment
		for _, c := range changes {
			set = append(set, c(e.Row))
		}
		return s.dossiers.MoveItem(tx, app, e, event, set...)
	})
}

// read types what a document says, before the answer came.
func (s *stage) read(t testing.TB, id, document, subject string, said *dossier.Said) {
	t.Helper()
	f, err := s.dossiers.Open(context.Background(), s.staff(t, id), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := dossier.SealSaid(f.Key, said, dossier.ReadingCell(id, document, subject, 1))
	if err != nil {
		t.Fatal(err)
	}
	s.in(t, s.staff(t, id), func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(id)
		if err != nil {
			return err
		}
		sheet, err := s.dossiers.Sheet(tx, app)
		if err != nil {
			return err
		}
		e, err := sheet.Item(document, subject)
		if err != nil {
			return err
		}
		tx.ChangePlanItem(e.Row, postgres.Set(&e.Row.Read, true))
		return tx.AddReading(
			&models.Reading{ApplicationID: id, Document: document, Subject: subject, Number: 1, Municipality: app.Municipality, PersonID: app.PersonID,
				ReaderID: s.reviewer.Person, Sealed: sealed, At: tx.Now},
		)
	})
}

func (s *stage) ask(t testing.TB, id string, fence int64, refs ...dossier.DocumentRef) []linkage.Asked {
	t.Helper()
	asked, err := s.service.Ask(context.Background(), s.staff(t, id), request("ask "+id), id, fence, refs)
	if err != nil {
		t.Fatalf("%+v %+v", err, fault.As(err))
	}
	return asked
}

// work does an inquiry's job until it is done, as the queue does.
func (s *stage) work(t testing.TB, municipality, inquiry string) {
	t.Helper()
	s.until(t, municipality, inquiry, func() bool { return false })
}

// until does an inquiry's job until it is done or enough says so.
func (s *stage) until(t testing.TB, municipality, inquiry string, enough func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for !enough() {
		err := s.service.Inquire(ctx, task.Inquire{Municipality: municipality, Inquiry: inquiry})
		var later task.Later
		if !errors.As(err, &later) {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		select {
		case <-time.After(min(later.After, 100*time.Millisecond)):
		case <-ctx.Done():
			t.Fatalf("inquiry %s is not done", inquiry)
		}
	}
}

func (s *stage) state(t testing.TB, id, document string) string {
	t.Helper()
	return value[string](t, s, `select state from plan_items where application_id = $1 and document = $2`, id, document)
}
