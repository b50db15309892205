// Package casetest is where a test of a use case begins: a country of invented municipalities on a database of its own,
// a parent, and what happens to a case before the test looks at it. Its verbs are the field's: a municipality is on trial,
// a case is filed and held, the network answers, a request is refused.
//
// What stands here goes through public use cases where there is one, and into the tables only where the test needs what no
// use case leaves. Nothing of it changes what a test asserts.
package casetest

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the connection behind the program's back

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// The municipalities, all invented.
const (
	Hinata = "998010" // ひなた市
	Minato = "998028" // みなと町
	Mori   = "998036" // もり村
)

var places = map[string]models.Municipality{
	Hinata: {NameJa: "ひなた市", NameKana: "ひなたし", NameEn: "Hinata City", OfficeJa: "子育て支援課", OfficePlain: "子どもの 係",
		OfficeEn: "Childcare Support Division", Telephone: "000-0001-0001"},
	Minato: {NameJa: "みなと町", NameKana: "みなとまち", NameEn: "Minato Town", OfficeJa: "福祉課", OfficePlain: "子どもの 係",
		OfficeEn: "Welfare Division", Telephone: "000-0002-0002"},
	Mori: {NameJa: "もり村", NameKana: "もりむら", NameEn: "Mori Village", OfficeJa: "住民福祉課", OfficePlain: "村の 係",
		OfficeEn: "Residents' Division", Telephone: "000-0003-0003"},
}

// National is whoever sets the country up.
var National = models.Actor{Role: models.RoleNational, Purpose: "test"}

// Lifetimes are how long drafts and announced documents wait in every world.
var Lifetimes = apply.Options{DraftLifetime: 90 * 24 * time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour}

var procedures = sync.OnceValues(func() (*shelf.BuiltIn, error) { return shelf.LoadBuiltIn(configs.Procedures()) })

// BuiltIn is the edition that comes with the product, loaded once a process.
func BuiltIn(t testing.TB) *shelf.BuiltIn {
	t.Helper()
	b, err := procedures()
	Must(t, err)
	return b
}

// Catalogue is that of BuiltIn.
func Catalogue(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	return BuiltIn(t).Catalogue
}

// World is one test's country. The services in it hold nothing but the database, the catalogue and the keys; what a test
// is about it makes for itself, on Dossiers.
type World struct {
	*pgtest.Database
	T        testing.TB
	Keyset   string // the path of the keyring's file
	Keys     *seal.Keyring
	Dossiers *dossier.Service
	Apply    *apply.Service
	Parent   models.Actor

	super func() (*sql.DB, error)
}

// New makes a country in which these municipalities offer every procedure and one parent lives. No phase is decided on yet:
// Trial, Full and Suspended do that.
func New(t testing.TB, municipalities ...string) *World {
	t.Helper()
	w := &World{Database: pgtest.New(t), T: t, Keyset: filepath.Join(t.TempDir(), "keyset.json")}
	w.super = sync.OnceValues(func() (*sql.DB, error) { // closed with the outer test, before its database is dropped
		db, err := sql.Open("pgx", w.SuperDSN)
		if err == nil {
			t.Cleanup(func() { _ = db.Close() })
		}
		return db, err
	})
	var err error
	if w.Keys, err = seal.CreateKeyring(w.Keyset); err != nil {
		t.Fatal(err)
	}
	w.Dossiers = dossier.New(w.App, BuiltIn(t), w.Keys)
	w.Apply = apply.New(w.Dossiers, Lifetimes)
	w.Parent = w.Person(t, "parent", models.RoleApplicant, "")
	w.In(National, func(tx *postgres.Tx) error {
		for _, code := range municipalities {
			if err := w.found(tx, code); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// found makes a municipality that offers everything.
func (w *World) found(tx *postgres.Tx, code string) (err error) {
	m := places[code]
	m.Code, m.Version, m.TrialNote = code, 1, true
	if m.WrappedKey, err = w.Dossiers.NewMunicipalityKey(context.Background(), code); err != nil {
		return err
	}
	if err := tx.PutMunicipality(&m); err != nil {
		return err
	}
	for _, p := range Catalogue(w.T).Procedures() {
		if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: p.Code, Signature: models.SignatureLogin}); err != nil {
			return err
		}
	}
	return tx.AddLetterSettings(Letters(code))
}

// Letters are what the letters of a municipality say.
func Letters(code string) *models.LetterSettings {
	name := places[code].NameJa
	return &models.LetterSettings{Municipality: code, Version: 1, Prefix: strings.TrimRight(name, "市町村") + "子", MayorTitle: name + "長", MayorName: "首長　五郎",
		Address: "〒000-0000　" + name + "中央1-1", Contact: "平日 8時30分から17時15分まで", Seal: models.SealSpace,
		Appeal: "この決定があったことを知った日の翌日から起算して3か月以内に、" + name + "長に対して審査請求をすることができます。",
		Suit:   "この決定があったことを知った日の翌日から起算して6か月以内に、" + name + "を被告として、決定の取消しの訴えを提起することができます。"}
}

// Within is the same world for a test within the test: what fails there is the inner test's failure.
func (w *World) Within(t testing.TB) *World {
	inner := *w
	inner.T = t
	return &inner
}

// In runs a transaction of the actor's that has to succeed.
func (w *World) In(actor models.Actor, fn func(tx *postgres.Tx) error) {
	w.T.Helper()
	Must(w.T, w.App.InTx(context.Background(), actor, fn))
}

// behind is a connection that sees and changes everything, behind the program's back.
func (w *World) behind() (testing.TB, *sql.DB) {
	w.T.Helper()
	db, err := w.super()
	Must(w.T, err)
	return w.T, db
}

// Exec changes something behind the program's back.
func (w *World) Exec(statement string, args ...any) {
	w.T.Helper()
	_, db := w.behind()
	if _, err := db.Exec(statement, args...); err != nil {
		w.T.Fatalf("%s: %v", statement, err)
	}
}

// Super is the connection behind the program's back, for what Exec and Value do not do.
func (w *World) Super() *sql.DB {
	w.T.Helper()
	_, db := w.behind()
	return db
}

// Value reads one value behind the program's back. w is a World or a test's own struct around one.
func Value[T any](w interface{ behind() (testing.TB, *sql.DB) }, query string, args ...any) T {
	t, db := w.behind()
	t.Helper()
	var out T
	if err := db.QueryRow(query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// Now is the database's clock, which decides.
func (w *World) Now() time.Time {
	w.T.Helper()
	return Value[time.Time](w, `select clock_timestamp()`)
}
