package job_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// program finds one of PostgreSQL's programs, which come with the server that the tests run on.
func program(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s: it comes with PostgreSQL", name)
	}
	slices.Sort(found)
	return found[len(found)-1]
}

func on(t testing.TB, dsn, database string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}

// dump makes a backup of the database as pg_dump does.
func (p *plant) dump() string {
	p.T.Helper()
	path := filepath.Join(p.T.TempDir(), "backup")
	if out, err := exec.Command(program(p.T, "pg_dump"), "--format=custom", "--file="+path, p.SuperDSN).CombinedOutput(); err != nil {
		p.T.Fatalf("%v: %s", err, out)
	}
	return path
}

// restored is the program on a database and a bucket from backups, with the keys as they are now.
type restored struct {
	t          testing.TB
	app, owner *postgres.DB
	super      *sql.DB
	keys       *seal.Keyring
	dossiers   *dossier.Service
	documents  *document.Service
	retain     *retain.Service
}

func (p *plant) restored(backup string, bucket map[string][]byte) *restored {
	p.T.Helper()
	t := p.T
	name := "restored_" + strings.ReplaceAll(models.NewID(), "-", "")
	p.Exec(`create database ` + name + ` owner onestop_owner`)
	t.Cleanup(func() { p.Exec(`drop database ` + name + ` with (force)`) })
	if out, err := exec.Command(program(t, "pg_restore"), "--exit-on-error", "--dbname="+on(t, p.SuperDSN, name), backup).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	open := func(dsn string) *postgres.DB {
		db, err := postgres.Open(context.Background(), postgres.Options{DSN: on(t, dsn, name), MaxConns: 3})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return db
	}
	r := &restored{t: t, app: open(p.AppDSN), owner: open(p.OwnerDSN)}
	sweep := open(p.SweepDSN)
	var err error
	if r.super, err = sql.Open("pgx", on(t, p.SuperDSN, name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.super.Close() })
	if r.keys, err = seal.LoadKeyring(p.Keyset); err != nil {
		t.Fatal(err)
	}
	r.dossiers = dossier.New(r.app, casetest.BuiltIn(t), r.keys)
	r.documents = document.New(r.dossiers, sweep, &store{objects: bucket}, cleaner{}, document.Options{MaxSize: 1 << 20, MaxFiles: 20})
	r.retain = retain.New(r.dossiers, sweep, kept())
	return r
}

func (r *restored) bytes(query string, args ...any) []byte {
	r.t.Helper()
	var out []byte
	if err := r.super.QueryRow(query, args...).Scan(&out); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	return out
}

func (r *restored) text(query string, args ...any) string { return string(r.bytes(query, args...)) }

func (r *restored) names(query string, args ...any) []string {
	r.t.Helper()
	rows, err := r.super.Query(query, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, one)
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
	return out
}

// noOtherKeyOpens tries every sealed column of the case's rows with keys that are still had, in the place where it lies.
func (r *restored) noOtherKeyOpens(id string, keys ...seal.Key) {
	r.t.Helper()
	columns := r.names(
		`select table_name || '.' || column_name from information_schema.columns c where table_schema = 'public' and column_name like 'sealed%'
			and data_type = 'bytea'
		and exists (select from information_schema.columns a where a.table_schema = 'public' and a.table_name = c.table_name and a.column_name = 'application_id')`,
	)
	columns = append(columns, "applications.sealed_summary")
	tried := 0
	for _, column := range columns {
		table, name, _ := strings.Cut(column, ".")
		of := "application_id"
		if table == "applications" {
			of = "id"
		}
		for _, hex := range r.names(fmt.Sprintf(`select encode(%q, 'hex') from %q where %s = $1 and %q is not null`, name, table, of, name), id) {
			sealed := r.bytes(`select decode($1, 'hex')`, hex)
			tried++
			for _, k := range keys {
				for _, row := range []string{id, id + "/1", id + "/d/s/1", id + "/d/s", id + "/applicant"} {
					if _, err := k.OpenErasable(sealed, seal.Cell{Table: table, Column: name, Row: row}); err == nil {
						r.t.Errorf("%s opens", column)
					}
				}
			}
		}
	}
	if tried < 14 {
		r.t.Errorf("%d sealed things were tried", tried)
	}
}
