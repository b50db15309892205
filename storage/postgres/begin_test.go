package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// A transaction in which a statement failed does not commit, even if the use case says nothing of it.
func TestCommitOfAFailedTransactionIsAnError(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	err := db.InTx(bg, models.Actor{}, func(tx *postgres.Tx) error {
		if _, err := tx.SQL().Exec(`select 1 / 0`); err == nil {
			t.Error("a division by zero")
		}
		return nil
	})
	if !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Errorf("result %v", err)
	}
	idle(t, db)
	must(t, db, models.Actor{}, func(*postgres.Tx) error { return nil })
}

// A transaction that was begun ends with its call, in each of the ways in which it can end.
func TestNoTransactionIsLeftOpen(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	status := func(name string) {
		t.Helper()
		conn, err := db.Pool().Acquire(bg)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
		if s := conn.Conn().PgConn().TxStatus(); s != 'I' {
			t.Errorf("%s: the next user finds transaction status %c", name, s)
		}
	}
	must(t, db, models.Actor{}, func(*postgres.Tx) error { return nil })
	status("a commit")
	_ = db.InTx(bg, models.Actor{}, func(*postgres.Tx) error { return errTest })
	status("a rollback")
	// The settings are the first statement: a person who is no UUID lets a later one fail, a zero byte lets them fail.
	if err := db.InTx(bg, models.Actor{Person: "\x00"}, func(*postgres.Tx) error { return nil }); err == nil {
		t.Error("a zero byte is taken")
	}
	status("failed settings")
	ctx, cancel := context.WithCancel(bg)
	_ = db.InTx(ctx, models.Actor{}, func(tx *postgres.Tx) error { cancel(); return tx.Flush() })
	status("a cancelled call")
}

// Whoever uses the pool without InTx has transactions of the same kind.
func TestBeginTravelsWithTheFirstStatement(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d).Std()
	for name, first := range map[string]func(tx *sql.Tx) error{
		"exec": func(tx *sql.Tx) error { _, err := tx.Exec(`select set_config('app.role', 'x', true)`); return err },
		"query": func(tx *sql.Tx) error {
			var x string
			return tx.QueryRow(`select set_config('app.role', 'x', true)`).Scan(&x)
		},
		"prepare": func(tx *sql.Tx) error {
			s, err := tx.Prepare(`select set_config('app.role', 'x', true)`)
			return errors.Join(err, run(s))
		},
	} {
		tx, err := db.BeginTx(bg, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := first(tx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var role string
		if err := tx.QueryRow(`select current_setting('app.role')`).Scan(&role); err != nil || role != "x" {
			t.Errorf("%s: a setting of the transaction is %q, %v", name, role, err)
		}
		if err := tx.Commit(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	tx, err := db.BeginTx(bg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil { // nothing was asked, nothing was begun
		t.Error(err)
	}
	if _, err := db.BeginTx(bg, &sql.TxOptions{ReadOnly: true}); err == nil {
		t.Error("another kind of transaction was begun as the usual one")
	}
}

func run(s *sql.Stmt) error {
	if s == nil {
		return nil
	}
	_, err := s.Exec()
	return errors.Join(err, s.Close())
}
