package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// A program that came before its migrations is not ready, and is as soon as they were run; a newer schema is no fault.
func TestTheSchemaIsAtLeastTheProgramsOwn(t *testing.T) {
	d := pgtest.New(t)
	if err := d.App.Migrated(bg); err != nil {
		t.Error(err)
	}
	steps := stepper(t, d.OwnerDSN)
	if _, err := steps.Down(bg); err != nil {
		t.Fatal(err)
	}
	if err := d.App.Migrated(bg); !errors.Is(err, postgres.ErrOldSchema) {
		t.Errorf("one migration is missing: %v", err)
	}
	if _, err := steps.DownTo(bg, 91); err != nil { // before the schema could tell its version
		t.Fatal(err)
	}
	if err := d.App.Migrated(bg); !errors.Is(err, postgres.ErrOldSchema) {
		t.Errorf("an old schema: %v", err)
	}
	if err := postgres.Migrate(bg, d.OwnerDSN); err != nil {
		t.Fatal(err)
	}
	if err := d.App.Migrated(bg); err != nil {
		t.Error(err)
	}
	exec(t, d.SuperDSN, `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	if err := d.App.Migrated(bg); err != nil {
		t.Errorf("a newer schema: %v", err)
	}
}

// A migration that has to wait for somebody's long transaction does not make everybody wait behind it.
func TestAMigrationGivesWay(t *testing.T) {
	d := pgtest.New(t)
	if _, err := stepper(t, d.OwnerDSN).DownTo(bg, 87); err != nil { // 88 alters applications
		t.Fatal(err)
	}
	direct(t, d.SuperDSN, func(long *pgx.Conn) {
		tx, err := long.Begin(bg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(bg, `select count(*) from applications`); err != nil {
			t.Fatal(err)
		}
		migrated := make(chan error, 1)
		go func() { migrated <- postgres.Migrate(bg, d.OwnerDSN) }()
		direct(t, d.SuperDSN, func(other *pgx.Conn) {
			waiting := func() (n int) {
				if err := other.QueryRow(bg, `select count(*) from pg_locks where relation = 'applications'::regclass and not granted`).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			for late := time.Now().Add(time.Minute); waiting() == 0; {
				if time.Now().After(late) {
					t.Fatal("the migration waits for nobody")
				}
			}
			if _, err := other.Exec(bg, `set statement_timeout = '20s'; select count(*) from applications`); err != nil {
				t.Errorf("everybody waits behind the migration: %v", err)
			}
		})
		if err := tx.Rollback(bg); err != nil {
			t.Fatal(err)
		}
		if err := <-migrated; err != nil {
			t.Error(err)
		}
	})
	if err := d.App.Migrated(bg); err != nil {
		t.Error(err)
	}
}
