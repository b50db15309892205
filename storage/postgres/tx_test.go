package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

var errTest = errors.New("the use case fails")

const settings = `select concat_ws('|', current_setting('app.role', true), current_setting('app.person', true), current_setting('app.municipality', true),
	current_setting('app.purpose', true), current_setting('app.request', true))`

// single opens a pool of one connection, so that the next transaction surely gets the connection of the one before.
func single(t testing.TB, d *pgtest.Database) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(bg, postgres.Options{DSN: d.AppDSN, MaxConns: 1, StatementTimeout: 20 * time.Second, LockTimeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// idle fails the test if a connection has not come back to the pool.
func idle(t testing.TB, db *postgres.DB) {
	t.Helper()
	if n := db.Pool().Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections were not given back", n)
	}
}

func TestActorIsSetForOneTransaction(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	person := models.NewID()
	actor := models.Actor{Person: person, Role: models.RoleReviewer, Municipality: hinata, Purpose: "review", Request: "r-1"}
	var backend int
	must(t, db, actor, func(tx *postgres.Tx) error {
		var got string
		if err := tx.SQL().QueryRow(settings).Scan(&got); err != nil {
			return err
		}
		if got != "reviewer|"+person+"|"+hinata+"|review|r-1" {
			t.Errorf("settings %q", got)
		}
		return tx.SQL().QueryRow(`select pg_backend_pid()`).Scan(&backend)
	})
	// A rolled back one leaves nothing either.
	if err := db.InTx(bg, actor, func(*postgres.Tx) error { return errTest }); err != errTest {
		t.Errorf("result %v", err)
	}
	conn, err := db.Pool().Acquire(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	var left string
	var same int
	if err := conn.QueryRow(bg, settings).Scan(&left); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(bg, `select pg_backend_pid()`).Scan(&same); err != nil || same != backend {
		t.Fatalf("another connection: %d and %d, %v", backend, same, err)
	}
	if strings.Trim(left, "|") != "" {
		t.Errorf("the next user of the connection finds %q", left)
	}
}

func TestClockIsTheDatabasesReadOnce(t *testing.T) {
	d := pgtest.New(t)
	must(t, d.App, models.Actor{}, func(tx *postgres.Tx) error {
		var later time.Time
		if err := tx.SQL().QueryRow(`select clock_timestamp()`).Scan(&later); err != nil {
			return err
		}
		if later.Before(tx.Now) || later.Sub(tx.Now) > time.Minute || tx.Now.Location() != time.UTC {
			t.Errorf("now %v, the server says %v", tx.Now, later)
		}
		return nil
	})
}

func TestFailureTakesAllBack(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	begin := func(tx *postgres.Tx) error {
		app, rev := newDraft(tx, hinata)
		if err := tx.AddApplication(app, rev); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		return tx.Enqueue(task.Scan{Municipality: hinata, Application: app.ID})
	}
	nothing := func(name string) {
		t.Helper()
		idle(t, db)
		if n := rowsOf(t, d.SuperDSN, `select (select count(*) from applications) + (select count(*) from river_job)`); n != 0 {
			t.Errorf("%s: %d rows are left", name, n)
		}
	}
	if err := db.InTx(bg, parent, func(tx *postgres.Tx) error { _ = begin(tx); return errTest }); err != errTest {
		t.Errorf("an error: %v", err)
	}
	nothing("an error")
	func() {
		defer func() {
			if recover() != "lost" {
				t.Error("the panic did not pass through")
			}
		}()
		_ = db.InTx(bg, parent, func(tx *postgres.Tx) error { _ = begin(tx); panic("lost") })
	}()
	nothing("a panic")
	ctx, cancel := context.WithCancel(bg)
	err := db.InTx(ctx, parent, func(tx *postgres.Tx) error {
		err := begin(tx)
		cancel()
		return err
	})
	if err == nil {
		t.Error("a cancelled call committed")
	}
	must(t, db, parent, func(*postgres.Tx) error { return nil }) // waits for the only connection
	nothing("a cancelled call")
	must(t, db, parent, begin)
	if n := rowsOf(t, d.SuperDSN, `select count(*) from river_job where kind = 'scan'`); n != 1 {
		t.Errorf("%d jobs after the commit", n)
	}
}

func TestEnqueueAtWaits(t *testing.T) {
	d := pgtest.New(t)
	must(t, d.App, models.System(hinata, "test"), func(tx *postgres.Tx) error {
		if err := tx.Enqueue(); err != nil {
			return err
		}
		if err := tx.Enqueue(task.Sweep{}, task.Scan{File: "f"}); err != nil {
			return err
		}
		return tx.EnqueueAt(tx.Now.Add(time.Hour), task.Remind{Document: "income"})
	})
	got := pairs(t, d.SuperDSN, `select kind, state::text from river_job`)
	if got["scan"] != "available" || got["sweep"] != "available" || got["remind"] != "scheduled" {
		t.Errorf("jobs %v", got)
	}
}

// A guarded change of a version that someone else has changed is a conflict, and takes the rest of the batch back.
func TestGuardedChange(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	app := addDraft(t, d, parent, hinata)
	stale := *app
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		tx.ChangeApplication(app, postgres.Columns(app, postgres.Changes{"late": true})...)
		return nil
	})
	if app.Version != 2 || app.UpdatedAt.IsZero() {
		t.Errorf("version %d", app.Version)
	}
	err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		tx.ChangeRevision(app.ID, 1, []byte("lost"), false)
		tx.ChangeApplication(&stale, postgres.Columns(&stale, postgres.Changes{"late": false})...)
		return nil
	})
	if !isConflict(err) || fault.KindOf(err) != fault.Conflict {
		t.Errorf("a stale change: %v", err)
	}
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		rev, err := tx.Revision(app.ID, 1)
		if err == nil && string(rev.Sealed) != "{}" {
			t.Errorf("the batch was not taken back: %s", rev.Sealed)
		}
		got, err := tx.LockApplication(app.ID)
		if err == nil && (!got.Late || got.Version != 2) {
			t.Errorf("application %+v", got)
		}
		return err
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	w := newWorld(t)
	must(t, w.App, w.a.parent, func(tx *postgres.Tx) error {
		for _, id := range []string{models.NewID(), "", "x", "../" + w.a.draft.ID, strings.ToUpper(w.a.draft.ID), w.b.draft.ID} {
			_, plain := tx.Application(id)
			_, locked := tx.LockApplication(id)
			_, file := tx.File(id, id)
			_, change := tx.PhaseChange(id)
			for name, err := range map[string]error{"application": plain, "lock": locked, "file": file, "change": change} {
				if !isNotFound(err) {
					t.Errorf("%s %q: %v", name, id, err)
				}
			}
		}
		_, municipality := tx.Municipality("998036")
		_, offering := tx.Offering(hinata, "nursery")
		if !isNotFound(municipality) || !isNotFound(offering) {
			t.Errorf("municipality %v, offering %v", municipality, offering)
		}
		return nil
	})
}
