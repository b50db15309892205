package queue_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Invented municipalities.
const hinata, minato = "998010", "998028"

var (
	bg        = context.Background()
	procedure = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(configs.Procedures()) })
)

// office is two municipalities with their staff, on a database of their own as the application role.
type office struct {
	*pgtest.Database
	t        testing.TB
	dossiers *dossier.Service
	service  *queue.Service

	parent, one, two, foreign, admin models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	cat, err := procedure()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	dossiers := dossier.New(db.App, cat, keys)
	o := &office{Database: db, t: t, dossiers: dossiers, service: queue.New(dossiers, queue.Options{}),
		parent: db.Person(t, "parent", models.RoleApplicant, ""),
		one:    db.Person(t, "reviewer-1", models.RoleReviewer, hinata), two: db.Person(t, "reviewer-2", models.RoleReviewer, hinata),
		foreign: db.Person(t, "reviewer-3", models.RoleReviewer, minato), admin: db.Person(t, "admin", models.RoleAdmin, hinata)}
	o.in(models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		for _, code := range []string{hinata, minato} {
			wrapped, err := dossiers.NewMunicipalityKey(bg, code)
			if err != nil {
				return err
			}
			if err := tx.PutMunicipality(&models.Municipality{Code: code, WrappedKey: wrapped, Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *office) in(actor models.Actor, fn func(tx *postgres.Tx) error) {
	o.t.Helper()
	if err := o.App.InTx(bg, actor, fn); err != nil {
		o.t.Fatal(err)
	}
}

// exec changes something behind the program's back.
func (o *office) exec(query string, args ...any) {
	o.t.Helper()
	conn, err := pgx.Connect(bg, o.SuperDSN)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = conn.Close(bg) }()
	if _, err := conn.Exec(bg, query, args...); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
}

// count reads one number behind the program's back.
func (o *office) count(query string, args ...any) (n int) {
	o.t.Helper()
	conn, err := pgx.Connect(bg, o.SuperDSN)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = conn.Close(bg) }()
	if err := conn.QueryRow(bg, query, args...).Scan(&n); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// filed adds a case of 山田 花子's that arrived at an instant; change, if not nil, alters it and what is written in it.
func (o *office) filed(at time.Time, change func(app *models.Application, applicant map[string]any)) *models.Application {
	o.t.Helper()
	id := models.NewID()
	key, wrapped, err := o.dossiers.NewApplicationKey(bg, id)
	if err != nil {
		o.t.Fatal(err)
	}
	receipt, revision, version, day := jp.NewReceiptNumber(), 1, "2024-10-01", jp.DateIn(at).Time()
	app := &models.Application{ID: id, Municipality: hinata, PersonID: o.parent.Person, Procedure: "child-allowance-claim", State: models.StateArrived,
		Version: 1, Revision: 1, Channel: models.ChannelOnline, ChildrenIndex: []byte(id), WrappedKey: wrapped, ReceiptNumber: &receipt,
		FiledRevision: &revision, PlanVersion: &version, ArrivedAt: &at, ClaimOn: &day, CreatedAt: at, UpdatedAt: at}
	applicant := map[string]any{"family_name": "山田", "given_name": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ",
		"birth_date": "1990-05-01", "address": map[string]any{"street": "秘密町1"}}
	if change != nil {
		change(app, applicant)
	}
	content := &dossier.Content{Form: map[string]any{"applicant": applicant}}
	municipality, err := o.dossiers.MunicipalityKey(bg, app.Municipality)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := dossier.FillQueueColumns(app, municipality, content); err != nil {
		o.t.Fatal(err)
	}
	sealed, err := dossier.SealContent(key, id, 1, content)
	if err != nil {
		o.t.Fatal(err)
	}
	o.in(o.parent, func(tx *postgres.Tx) error {
		return tx.AddApplication(app, &models.Revision{ApplicationID: id, Number: 1, Municipality: app.Municipality, PersonID: app.PersonID, Sealed: sealed,
			Filed: true, CreatedAt: at, UpdatedAt: at})
	})
	return app
}

func (o *office) item(app *models.Application, document string, state models.ItemState) {
	o.t.Helper()
	o.in(o.parent, func(tx *postgres.Tx) error {
		return tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: document, Subject: "applicant", Municipality: app.Municipality,
			PersonID: app.PersonID, Decision: "attach", Reason: "trial", State: state, Revision: 1, UpdatedAt: tx.Now})
	})
}

// list is one page.
func (o *office) list(actor models.Actor, f queue.Filter) []queue.Entry {
	o.t.Helper()
	if f.Limit == 0 {
		f.Limit = 50
	}
	page, _, err := o.service.List(bg, actor, f)
	if err != nil {
		o.t.Fatalf("%+v", err)
	}
	return page
}

func ids(page []queue.Entry) []string {
	out := make([]string, len(page))
	for i := range page {
		out[i] = page[i].ID
	}
	return out
}

func want(t testing.TB, err error, code string) *fault.Error {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%v, want %s", err, code)
	}
	return f
}

func request(key string, body any) dossier.Request {
	h := sha256.Sum256(fmt.Append(nil, body))
	return dossier.Request{Route: "POST /test", Key: key, BodyHash: h[:]}
}

// together runs n calls that begin at the same moment.
func together(n int, call func(i int)) {
	var begin, done sync.WaitGroup
	begin.Add(1)
	for i := range n {
		done.Go(func() {
			begin.Wait()
			call(i)
		})
	}
	begin.Done()
	done.Wait()
}
