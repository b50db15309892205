package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func isUnavailable(err error) bool {
	f := fault.As(err)
	return f != nil && f.Kind == fault.Unavailable && f.Code == fault.CodeUnavailable && f.Extra["component"] == "database"
}

// kill ends the connection under a transaction, as a crash or a restart of the server does.
func kill(t testing.TB, d *pgtest.Database, tx *postgres.Tx) {
	t.Helper()
	var backend int
	if err := tx.SQL().QueryRow(`select pg_backend_pid()`).Scan(&backend); err != nil {
		t.Fatal(err)
	}
	end(t, d, backend)
}

// end returns when the session is gone.
func end(t testing.TB, d *pgtest.Database, backend int) {
	t.Helper()
	if n := rowsOf(t, d.SuperDSN, `select count(*) where pg_terminate_backend($1, 10000)`, backend); n != 1 {
		t.Fatal("the session did not end")
	}
}

func TestConnectionLostInATransaction(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	queue := func(tx *postgres.Tx) error { app, rev := newDraft(tx, hinata); return tx.AddApplication(app, rev) }
	for name, fn := range map[string]func(tx *postgres.Tx) error{
		"at a read":   func(tx *postgres.Tx) error { kill(t, d, tx); _, err := tx.Municipalities(); return err },
		"at a flush":  func(tx *postgres.Tx) error { _ = queue(tx); kill(t, d, tx); return tx.Flush() },
		"at a job":    func(tx *postgres.Tx) error { kill(t, d, tx); return tx.EnqueueAt(tx.Now, task.Sweep{}) },
		"at a commit": func(tx *postgres.Tx) error { _ = queue(tx); _ = tx.Flush(); kill(t, d, tx); return nil },
		"unheeded":    func(tx *postgres.Tx) error { kill(t, d, tx); _, _ = tx.Municipalities(); return nil },
	} {
		if err := db.InTx(bg, parent, fn); !isUnavailable(err) {
			t.Errorf("%s: %v", name, err)
		}
		// The pool takes the broken connection away beside; its only place is free for the next one.
		must(t, db, parent, func(tx *postgres.Tx) error { _, err := tx.Municipalities(); return err })
		idle(t, db)
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from applications`); n != 0 {
		t.Errorf("%d drafts are there", n)
	}
}

// A connection that was cut while it lay in the pool costs at most one call an answer of "try again".
func TestConnectionLostInThePool(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	var backend int
	must(t, db, models.Actor{}, func(tx *postgres.Tx) error {
		return tx.SQL().QueryRow(`select pg_backend_pid()`).Scan(&backend)
	})
	end(t, d, backend)
	if err := db.InTx(bg, models.Actor{}, func(*postgres.Tx) error { return nil }); err != nil && !isUnavailable(err) {
		t.Errorf("the first call after: %v", err)
	}
	must(t, db, models.Actor{}, func(*postgres.Tx) error { return nil })
	idle(t, db)
}

func TestServerIsDown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a port that nobody answers on, once closed
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	db, err := postgres.Open(bg, postgres.Options{DSN: "postgres://onestop_app:secret-of-the-test@" + address + "/x"})
	if err != nil {
		t.Fatalf("Open fails while the server is down: %v", err)
	}
	defer db.Close()
	if err := db.Ready(bg); err == nil {
		t.Error("ready without a server")
	}
	if err := db.InTx(bg, models.Actor{}, func(*postgres.Tx) error { return nil }); !isUnavailable(err) {
		t.Errorf("result %v", err)
	}
	if _, err := postgres.Open(bg, postgres.Options{DSN: "postgres://u:secret-of-the-test@%zz/x"}); err == nil ||
		strings.Contains(err.Error(), "secret-of-the-test") {
		t.Errorf("a malformed URL: %v", err)
	}
}

// What takes too long is "unavailable", so that nobody waits for ever and the caller may try again.
func TestTimesRunOut(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	app := addDraft(t, d, parent, hinata)
	hasty, err := postgres.Open(bg, postgres.Options{DSN: d.AppDSN, MaxConns: 1, StatementTimeout: 300 * time.Millisecond, LockTimeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hasty.Close)
	sleep := func(tx *postgres.Tx) error { _, err := tx.SQL().Exec(`select pg_sleep(5)`); return err }
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		if _, err := tx.LockApplication(app.ID); err != nil {
			return err
		}
		if err := hasty.InTx(bg, parent, func(tx *postgres.Tx) error { _, err := tx.LockApplication(app.ID); return err }); !isUnavailable(err) {
			t.Errorf("a lock that is held: %v", err)
		}
		return nil
	})
	if err := hasty.InTx(bg, parent, sleep); !isUnavailable(err) {
		t.Errorf("a slow statement: %v", err)
	}
	must(t, hasty, parent, func(*postgres.Tx) error { // it has the only connection
		ctx, cancel := context.WithTimeout(bg, 50*time.Millisecond)
		defer cancel()
		if err := hasty.InTx(ctx, parent, func(*postgres.Tx) error { return nil }); !isUnavailable(err) {
			t.Errorf("no connection free: %v", err)
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(bg, 100*time.Millisecond)
	defer cancel()
	if err := d.App.InTx(ctx, parent, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, `select pg_sleep(5)`)
		return err
	}); !isUnavailable(err) {
		t.Errorf("the call's own deadline: %v", err)
	}
}

func TestCancelledCall(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	ctx, cancel := context.WithCancel(bg)
	err := db.InTx(ctx, models.Actor{}, func(tx *postgres.Tx) error {
		time.AfterFunc(10*time.Millisecond, cancel)
		_, err := tx.SQL().ExecContext(ctx, `select pg_sleep(5)`)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled under a statement: %v", err)
	}
	if err := db.InTx(ctx, models.Actor{}, func(*postgres.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	must(t, db, models.Actor{}, func(*postgres.Tx) error { return nil })
	idle(t, db)
}

// The name of what was violated is found under whatever the use cases wrap around it.
func TestViolatedThroughWrapping(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	addDraft(t, d, parent, hinata)
	err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		app, rev := newDraft(tx, hinata)
		return tx.AddApplication(app, rev)
	})
	wrapped := fmt.Errorf("draft: %w", fault.ErrConflict.Because(fmt.Errorf("again: %w", err)))
	for _, e := range []error{err, wrapped} {
		if got := postgres.Violated(e); got != "applications_one_open_draft" {
			t.Errorf("%v: violated %q", e, got)
		}
	}
	for _, e := range []error{nil, errTest, fault.ErrConflict, postgres.ErrUnavailable} {
		if got := postgres.Violated(e); got != "" || postgres.LatePhaseRow(e) {
			t.Errorf("%v: violated %q", e, got)
		}
	}
}

// A database that takes no writes (a standby that somebody connected to, a server that was made read-only) is no fault of the request: it is
// unavailable, and says so before anybody files.
func TestAReadOnlyDatabaseIsUnavailable(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	if err := d.App.Ready(bg); err != nil {
		t.Fatal(err)
	}
	exec(t, d.SuperDSN, fmt.Sprintf(`alter role %s in database %s set default_transaction_read_only = on`, postgres.RoleApp, d.Name))
	db := single(t, d)
	if err := db.Ready(bg); err == nil || !strings.Contains(err.Error(), "no writes") {
		t.Errorf("ready: %v", err)
	}
	err := db.InTx(bg, parent, func(tx *postgres.Tx) error { app, rev := newDraft(tx, hinata); return tx.AddApplication(app, rev) })
	if !isUnavailable(err) {
		t.Errorf("a write: %v", err)
	}
}
