package partner_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const (
	hinata   = "998010"
	pregnant = "pregnancy-notification" // a procedure that needs no document
	kotori   = "ことり手帳アプリ（架空）"
)

var bg = context.Background()

// stage is the service with a simulated network, two sites and two parents.
type stage struct {
	*pgtest.Database
	dossiers       *dossier.Service
	apply          *apply.Service
	service        *partner.Service
	network        *network.Server
	site, other    models.Actor
	parent, second models.Actor
}

func setUp(t testing.TB) *stage {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Database: pgtest.New(t)}
	if s.network, err = network.Start(network.Options{Addr: "127.0.0.1:0", Delay: time.Millisecond, Data: &residents.Register{}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.network.Close() })
	s.dossiers = dossier.New(s.App, cat, keys)
	s.apply = apply.New(s.dossiers, apply.Options{DraftLifetime: time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour})
	s.service = s.with(nws.New(nws.Options{URL: s.network.URL()}))
	s.site, s.other = s.Person(t, "kotori", models.RolePartner, ""), s.Person(t, "hoken", models.RolePartner, "")
	s.parent, s.second = s.Person(t, "parent-1", models.RoleApplicant, ""), s.Person(t, "parent-2", models.RoleApplicant, "")
	s.in(t, s.Person(t, "admin", models.RoleNational, ""), func(tx *postgres.Tx) error {
		key, err := s.dossiers.NewMunicipalityKey(bg, hinata)
		if err != nil {
			return err
		}
		if err := tx.PutMunicipality(&models.Municipality{Code: hinata, NameJa: "ひなた市", WrappedKey: key, Version: 1}); err != nil {
			return err
		}
		return tx.PutOffering(&models.Offering{Municipality: hinata, Procedure: pregnant, Signature: models.SignatureLogin})
	})
	return s
}

// with is the service on another network.
func (s *stage) with(n partner.Network) *partner.Service {
	return partner.New(s.dossiers, s.Sweep, s.apply, n, partner.Options{PublicURL: "https://onestop.example/", Answer: 5 * time.Second})
}

func (s *stage) in(t testing.TB, actor models.Actor, fn func(tx *postgres.Tx) error) {
	t.Helper()
	if err := s.App.InTx(bg, actor, fn); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) super(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", s.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (s *stage) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := s.super(t).Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// value reads one value behind the service's back.
func value[T any](t testing.TB, s *stage, query string, args ...any) T {
	t.Helper()
	var out T
	if err := s.super(t).QueryRow(query, args...).Scan(&out); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

func request() dossier.Request {
	return dossier.Request{Route: "test", Key: models.NewID(), BodyHash: []byte("x")}
}

// sent is the procedure's example, as a site would prefill it.
func (s *stage) sent(t testing.TB) partner.Sent {
	t.Helper()
	today := jp.DateIn(time.Now())
	facts, form, err := s.dossiers.Catalogue.Version(pregnant, today).ExampleCase(hinata, today)
	if err != nil {
		t.Fatal(err)
	}
	return partner.Sent{Procedure: pregnant, Municipality: hinata, Facts: json.RawMessage(facts), Form: form, Source: "手帳 42"}
}

// handOver hands a person over and gives the link's id and secret.
func (s *stage) handOver(t testing.TB) (id, secret string) {
	t.Helper()
	link, err := s.service.HandOver(bg, s.site, request(), partner.Site{Name: kotori}, s.sent(t))
	if err != nil {
		t.Fatalf("%+v %+v", err, fault.As(err))
	}
	return link.ID, secretOf(t, link)
}

func secretOf(t testing.TB, link *partner.Link) string {
	t.Helper()
	u, err := url.Parse(link.URL)
	if err != nil || u.Host != "onestop.example" || len(u.Query().Get("secret")) < 40 {
		t.Fatalf("link %q: %v", link.URL, err)
	}
	return u.Query().Get("secret")
}

func (s *stage) accept(actor models.Actor, id, secret string) (*apply.View, error) {
	return partner.Accept[*apply.View](bg, s.service, s.apply, actor, request(), id, secret, "")
}

// refused checks the kind and the reason of a fault.
func refused(t testing.TB, err error, code string, reason fault.Reason) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code || f.Reason != reason {
		t.Errorf("got %+v, want %s %s", err, code, reason)
	}
}

func missing(t testing.TB, err error) {
	t.Helper()
	if !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("got %+v, want not-found", err)
	}
}
