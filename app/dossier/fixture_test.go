package dossier_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const hinata = "998010"

// office is one municipality with its database and two nodes of the program on it.
type office struct {
	*pgtest.Database
	t               testing.TB
	dossiers, other *dossier.Service
	parent          models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	keys, err := seal.CreateKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	same, err := seal.LoadKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	db := pgtest.New(t)
	o := &office{Database: db, t: t, dossiers: dossier.New(db.App, cat, keys), other: dossier.New(db.App, cat, same)}
	o.parent = db.Person(t, "parent", models.RoleApplicant, "")
	o.in(models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		wrapped, err := o.dossiers.NewMunicipalityKey(context.Background(), hinata)
		if err != nil {
			return err
		}
		return tx.PutMunicipality(&models.Municipality{Code: hinata, WrappedKey: wrapped, Version: 1})
	})
	return o
}

func (o *office) in(actor models.Actor, fn func(tx *postgres.Tx) error) {
	o.t.Helper()
	if err := o.App.InTx(context.Background(), actor, fn); err != nil {
		o.t.Fatal(err)
	}
}

// value reads one value behind the program's back.
func value[T any](o *office, query string, args ...any) T {
	o.t.Helper()
	db, err := sql.Open("pgx", o.SuperDSN)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var out T
	if err := db.QueryRow(query, args...).Scan(&out); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return out
}

// application adds an application of the parent's in a state.
func (o *office) application(state models.ApplicationState) *models.Application {
	o.t.Helper()
	ctx := context.Background()
	id := models.NewID()
	key, wrapped, err := o.dossiers.NewApplicationKey(ctx, id)
	if err != nil {
		o.t.Fatal(err)
	}
	sealed, err := dossier.SealContent(key, id, 1, &dossier.Content{Consents: []string{"local-tax"}})
	if err != nil {
		o.t.Fatal(err)
	}
	app := &models.Application{ID: id, Municipality: hinata, PersonID: o.parent.Person, Procedure: "child-allowance-claim", State: state, Version: 1,
		Revision: 1, Channel: models.ChannelOnline, ChildrenIndex: []byte(id), WrappedKey: wrapped}
	o.in(o.parent, func(tx *postgres.Tx) error {
		app.CreatedAt, app.UpdatedAt = tx.Now, tx.Now
		until := tx.Now.Add(time.Hour)
		if app.ExpiresAt = &until; state != models.StateDraft && state != models.StateExpired {
			receipt, revision, version, day := "R-"+id, 1, "2024-10-01", tx.Now
			app.ReceiptNumber, app.FiledRevision, app.PlanVersion, app.ArrivedAt, app.ClaimOn = &receipt, &revision, &version, &day, &day
		}
		return tx.AddApplication(app, &models.Revision{ApplicationID: id, Number: 1, Municipality: hinata, PersonID: o.parent.Person, Sealed: sealed,
			CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
	return app
}

func request(key, body string) dossier.Request {
	h := sha256.Sum256([]byte(body))
	return dossier.Request{Route: "POST /test", Key: key, BodyHash: h[:]}
}

func want(t testing.TB, err error, code string) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Code != code {
		t.Errorf("%v, want %s", err, code)
	}
}

// together runs n calls that begin at the same moment.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var begin, done sync.WaitGroup
	begin.Add(1)
	for i := range n {
		done.Go(func() {
			begin.Wait()
			errs[i] = call(i)
		})
	}
	begin.Done()
	done.Wait()
	return errs
}
