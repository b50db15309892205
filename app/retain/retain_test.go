package retain_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const hinata = "998010"

// office is a municipality with one parent, who has drafts.
type office struct {
	*pgtest.Database
	t        testing.TB
	service  *retain.Service
	apply    *apply.Service
	parent   models.Actor
	super    *sql.DB
	dossiers *dossier.Service
	master   string // the keyset's path
}

func newOffice(t testing.TB) *office { return newOfficeWith(t, retain.Options{}) }

func newOfficeWith(t testing.TB, opt retain.Options) *office {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	o := &office{Database: pgtest.New(t), t: t, master: filepath.Join(t.TempDir(), "keys.json")}
	keys, err := seal.CreateKeyring(o.master)
	if err != nil {
		t.Fatal(err)
	}
	dossiers := dossier.New(o.App, cat, keys)
	o.dossiers = dossiers
	o.service, o.apply = retain.New(dossiers, o.Sweep, opt), apply.New(dossiers, apply.Options{DraftLifetime: time.Hour})
	o.parent = o.Person(t, "parent", models.RoleApplicant, "")
	if o.super, err = sql.Open("pgx", o.SuperDSN); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.super.Close() })
	err = o.App.InTx(context.Background(), models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		wrapped, err := dossiers.NewMunicipalityKey(context.Background(), hinata)
		if err != nil {
			return err
		}
		if err := tx.PutMunicipality(&models.Municipality{Code: hinata, WrappedKey: wrapped, Version: 1}); err != nil {
			return err
		}
		return tx.PutOffering(&models.Offering{Municipality: hinata, Procedure: "child-allowance-claim", Signature: models.SignatureLogin})
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) exec(statement string, args ...any) {
	o.t.Helper()
	if _, err := o.super.Exec(statement, args...); err != nil {
		o.t.Fatalf("%s: %v", statement, err)
	}
}

func value[T any](o *office, query string, args ...any) T {
	o.t.Helper()
	var out T
	if err := o.super.QueryRow(query, args...).Scan(&out); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return out
}

// draft begins a draft whose time is over, or not yet.
func (o *office) draft(over bool) *apply.View {
	o.t.Helper()
	v, err := o.apply.Create(context.Background(), o.parent, dossier.Request{Route: "test", Key: models.NewID(), BodyHash: []byte("x")},
		apply.Draft{Procedure: "child-allowance-claim", Municipality: hinata, OnDuplicate: apply.Separate})
	if err != nil {
		o.t.Fatal(err)
	}
	if over {
		o.exec(`update applications set expires_at = clock_timestamp() - interval '1 second', version = version + 1 where id = $1`, v.ID)
		v.Version++
	}
	return v
}

func (o *office) sweep() error { return o.service.Sweep(context.Background()) }

func (o *office) get(id string) *apply.View {
	o.t.Helper()
	v, err := o.apply.Get(context.Background(), o.parent, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func TestADraftThatNobodyCameBackTo(t *testing.T) {
	o := newOffice(t)
	over, open := o.draft(true), o.draft(false)
	for range 2 {
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	v := o.get(over.ID)
	last := v.Timeline[len(v.Timeline)-1]
	if v.State != models.StateExpired || last.Event != "expire" || last.Role != models.RoleSystem {
		t.Errorf("%s, %+v", v.State, last)
	}
	if now := o.get(open.ID); now.State != models.StateDraft || now.Version != open.Version {
		t.Errorf("a draft whose time is not over: %s", now.State)
	}
	if n := value[int](o, `select count(*) from river_job where kind = 'notify' and args->>'what' = 'draft-expired' and args->>'application' = $1`, over.ID); n != 1 {
		t.Errorf("%d notices", n)
	}
	for name, err := range map[string]error{
		"save": func() error {
			_, err := o.apply.Change(context.Background(), o.parent, over.ID, v.Version, apply.Patch(`{}`))
			return err
		}(),
		"file": func() error {
			_, err := o.apply.File(context.Background(), o.parent, dossier.Request{Route: "f", Key: "f", BodyHash: []byte("x")}, over.ID, nil)
			return err
		}(),
		"delete": o.apply.Delete(context.Background(), o.parent, over.ID, nil),
	} {
		if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whoever saves a draft at the moment at which it expires keeps it, or is told that it expired.
func TestASaveAtTheSameMoment(t *testing.T) {
	o := newOffice(t)
	kept := 0
	for range 12 {
		v := o.draft(true)
		var saved, swept error
		var begin, done sync.WaitGroup
		begin.Add(1)
		done.Go(func() {
			begin.Wait()
			_, saved = o.apply.Change(context.Background(), o.parent, v.ID, v.Version, apply.Patch(`{"consents":["local-tax"]}`))
		})
		done.Go(func() { begin.Wait(); swept = o.sweep() })
		begin.Done()
		done.Wait()
		if swept != nil {
			t.Fatal(swept)
		}
		now := o.get(v.ID)
		switch {
		case saved == nil && now.State == models.StateDraft && len(now.Consents) == 1:
			kept++
		case saved != nil && now.State == models.StateExpired:
			if code := fault.As(saved).Code; code != fault.CodeNotAllowedNow && code != fault.CodeStale {
				t.Error(saved)
			}
		default:
			t.Errorf("saved: %v, and it is %s", saved, now.State)
		}
	}
	t.Logf("%d of 12 were kept", kept)
}

// One draft that cannot be ended does not keep the others.
func TestOneThatFails(t *testing.T) {
	o := newOffice(t)
	stuck, other := o.draft(true), o.draft(true)
	o.exec(
		`create function stick() returns trigger language plpgsql as $$ begin if new.id = '` + stuck.ID + `' then raise exception 'stuck'; end if; return new; end $$`,
	)
	o.exec(`create trigger stick before update on applications for each row execute function stick()`)
	if err := o.sweep(); err == nil {
		t.Error("the failure is not told")
	}
	if a, b := o.get(stuck.ID).State, o.get(other.ID).State; a != models.StateDraft || b != models.StateExpired {
		t.Errorf("%s and %s", a, b)
	}
	o.exec(`drop trigger stick on applications`)
	if err := o.sweep(); err != nil || o.get(stuck.ID).State != models.StateExpired {
		t.Errorf("the next time: %v", err)
	}
}

func TestAnswersAndSessions(t *testing.T) {
	o := newOffice(t)
	o.draft(false)
	o.draft(false)
	o.exec(`update idempotency_keys set created_at = created_at - interval '24 hours 1 second' where key = (select min(key) from idempotency_keys)`)
	o.exec(`insert into sessions (token_digest, data, expires_at) values ('\x01', '', now() - interval '1 second'), ('\x02', '', now() + interval '1 hour')`)
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	if n, m := value[int](o, `select count(*) from idempotency_keys`), value[int](o, `select count(*) from sessions`); n != 1 || m != 1 {
		t.Errorf("%d answers and %d sessions are left", n, m)
	}
}
