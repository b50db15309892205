// Package pgtest gives a test an isolated, migrated database of a real PostgreSQL, connected as the roles that
// production uses.
package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// password of the three roles in test servers, which listen on loopback alone.
const password = "test-only"

// Database is one test's own database.
type Database struct {
	App   *postgres.DB // the application role: what the program uses
	Sweep *postgres.DB // the sweep role
	Name  string

	SuperDSN, OwnerDSN, AppDSN, SweepDSN string
}

// New makes a migrated database for one test and drops it when the test ends.
func New(t testing.TB) *Database {
	t.Helper()
	ctx := context.Background()
	super, err := Server()
	if err != nil {
		t.Fatalf("a PostgreSQL server for the test: %v (deploy/test.sh installs one)", err)
	}
	conn, err := pgx.Connect(ctx, super)
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	template, err := ensureTemplate(ctx, conn, super)
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	d := &Database{Name: "test_" + strings.ReplaceAll(models.NewID(), "-", "")}
	if err := postgres.EnsureDatabase(ctx, conn, d.Name, template); err != nil {
		t.Fatalf("create the test's database: %v", err)
	}
	for role, dsn := range map[string]*string{postgres.RoleOwner: &d.OwnerDSN, postgres.RoleApp: &d.AppDSN, postgres.RoleSweep: &d.SweepDSN} {
		if *dsn, err = postgres.DSNFor(super, role, password, d.Name); err != nil {
			t.Fatal(err)
		}
	}
	if d.SuperDSN, err = onDatabase(super, d.Name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { drop(t, super, d.Name) }) // after the connections have been given back
	d.App, d.Sweep = open(t, d.AppDSN), open(t, d.SweepDSN)
	return d
}

func onDatabase(dsn, name string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("connection URL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

func open(t testing.TB, dsn string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(context.Background(), postgres.Options{DSN: dsn, MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeWithin(t, db, 20*time.Second) })
	return db
}

// closeWithin closes the pool, which waits for every connection to be given back: a transaction that was left open
// would make it wait for ever, and is the test's failure.
func closeWithin(t testing.TB, db *postgres.DB, limit time.Duration) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); db.Close() }()
	select {
	case <-done:
	case <-time.After(limit):
		t.Errorf("the test leaks %d database connections", db.Pool().Stat().AcquiredConns())
	}
}

func drop(t testing.TB, super, name string) {
	conn, err := pgx.Connect(context.Background(), super)
	if err != nil {
		t.Errorf("drop %s: %v", name, err)
		return
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), fmt.Sprintf(`drop database if exists %s with (force)`, name)); err != nil {
		t.Errorf("drop %s: %v", name, err)
	}
}

// ensureTemplate migrates one database per state of the migrations; a test's database is a copy of it, which takes
// tens of milliseconds. Several test processes share it.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, super string) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(7030201719)`); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.Exec(ctx, `select pg_advisory_unlock(7030201719)`) }()
	var ready bool
	if err := conn.QueryRow(ctx, `select exists (select 1 from pg_database where datname = $1 and datistemplate)`, name).Scan(&ready); err != nil || ready {
		return name, err
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf(`drop database if exists %s with (force)`, name)); err != nil {
		return "", err
	}
	if err := postgres.Bootstrap(ctx, super, name, postgres.Passwords{Owner: password, App: password, Sweep: password}); err != nil {
		return "", err
	}
	owner, err := postgres.DSNFor(super, postgres.RoleOwner, password, name)
	if err != nil {
		return "", err
	}
	migrateCtx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := postgres.Migrate(migrateCtx, owner); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`alter database %s with is_template true allow_connections false`, name))
	return name, err
}

func templateName() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(postgres.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(postgres.Migrations(), path)
		_, _ = h.Write(append([]byte(path), body...))
		return err
	})
	return "onestop_template_" + hex.EncodeToString(h.Sum(nil)[:6]), err
}

// Person adds a person of the demo's kind and gives the actor that it acts as.
func (d *Database) Person(t testing.TB, subject string, role models.Role, municipality string) models.Actor {
	t.Helper()
	var id string
	err := d.App.InTx(context.Background(), models.Actor{Role: models.RolePublic, Purpose: "test"}, func(tx *postgres.Tx) (err error) {
		id, err = tx.PersonFor("test", subject)
		return err
	})
	if err != nil {
		t.Fatalf("person %s: %v", subject, err)
	}
	return models.Actor{Person: id, Role: role, Municipality: municipality, Purpose: "test", Request: "test"}
}
