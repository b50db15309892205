package apply_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// stage is one test's own service on one database.
type stage struct {
	*pgtest.Database
	dossiers *dossier.Service
	service  *apply.Service
	keys     *seal.Keyring
	parent   models.Actor
}

var options = apply.Options{DraftLifetime: 90 * 24 * time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour}

const hinata, minato = "998010", "998028"

var jst = jp.JST

func setUp(t testing.TB) *stage {
	t.Helper()
	db := pgtest.New(t)
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	keys, err := seal.CreateKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Database: db, dossiers: dossier.New(db.App, cat, keys), keys: keys}
	s.service = apply.New(s.dossiers, options)
	s.parent = db.Person(t, "parent", models.RoleApplicant, "")
	s.municipalities(t, cat)
	return s
}

func (s *stage) municipalities(t testing.TB, cat *catalogue.Catalogue) {
	t.Helper()
	admin := s.Person(t, "admin", models.RoleNational, "")
	s.in(t, admin, func(tx *postgres.Tx) error {
		for _, code := range []string{hinata, minato} {
			key, err := s.dossiers.NewMunicipalityKey(context.Background(), code)
			if err != nil {
				return err
			}
			m := &models.Municipality{
				Code:        code,
				NameJa:      "ひなた市",
				NameKana:    "ひなたし",
				NameEn:      "Hinata",
				OfficeJa:    "子育て課",
				OfficePlain: "子育て課",
				OfficeEn:    "Children",
				Telephone:   "000-000-0000",
				WrappedKey:  key,
				Version:     1,
			}
			if err := tx.PutMunicipality(m); err != nil {
				return err
			}
			for _, p := range cat.Procedures() {
				if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: p.Code, Signature: models.SignatureLogin}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	s.phases(t, "trial", minato)
	s.phases(t, "full", "*")
}

// phases imports a row as history, as the owner alone may.
func (s *stage) phases(t testing.TB, phase, municipality string) {
	t.Helper()
	owner, err := postgres.Open(context.Background(), postgres.Options{DSN: s.OwnerDSN, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	err = owner.InTx(context.Background(), models.Actor{Role: models.RoleNational, Purpose: "seed"}, func(tx *postgres.Tx) error {
		return tx.AddPhaseRows(&models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "*", Municipality: municipality, Phase: phase,
			EffectiveFrom: time.Date(2017, 7, 18, 0, 0, 0, 0, jp.JST), Imported: true, RecordedAt: tx.Now})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *stage) in(t testing.TB, actor models.Actor, fn func(tx *postgres.Tx) error) {
	t.Helper()
	if err := s.App.InTx(context.Background(), actor, fn); err != nil {
		t.Fatal(err)
	}
}

// key makes a request of one body.
func key(k, body string) dossier.Request {
	h := sha256.Sum256([]byte(body))
	return dossier.Request{Route: "test", Key: k, BodyHash: h[:]}
}

// claim is a complete draft for which a municipality on trial needs a document and one in full operation does not.
func (s *stage) claim(t testing.TB, municipality string) apply.Draft {
	t.Helper()
	v := s.dossiers.Catalogue.Version("child-allowance-claim", jp.DateIn(time.Now()))
	facts, form, err := v.ExampleCase(municipality, jp.DateIn(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	var f map[string]any
	if err := json.Unmarshal(facts, &f); err != nil {
		t.Fatal(err)
	}
	child := f["children"].([]any)[0].(map[string]any)
	child["lives_with_applicant"], child["municipality"] = false, "131016"
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return apply.Draft{Procedure: "child-allowance-claim", Municipality: municipality, Facts: raw, Form: form, Consents: []string{},
		Declarations: []dossier.Declaration{{Document: "separate-custody-statement", Subject: "child-1", Kind: dossier.CannotProvide, Reason: "窓口で書きます"}}}
}

func want(t *testing.T, err error, code string) *fault.Error {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Code != code {
		t.Fatalf("%v, want %s", err, code)
	}
	return f
}

func TestFilingWholeFollowsThePhase(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	filed, err := s.service.FileWhole(ctx, s.parent, key("a", "1"), s.claim(t, hinata))
	if err != nil {
		t.Fatalf("%+v", err)
	}
	if !jp.ValidReceiptNumber(filed.ReceiptNumber) || filed.ArrivedAt.IsZero() {
		t.Errorf("filed: %+v", filed)
	}
	again, err := s.service.FileWhole(ctx, s.parent, key("a", "1"), s.claim(t, hinata))
	if err != nil || again.ReceiptNumber != filed.ReceiptNumber {
		t.Errorf("the same key: %+v %v", again, err)
	}
	_, err = s.service.FileWhole(ctx, s.parent, key("a", "2"), s.claim(t, hinata))
	want(t, err, fault.CodeIdempotencyReused)
	_, err = s.service.FileWhole(ctx, s.parent, key("b", "1"), s.claim(t, hinata))
	if f := want(t, err, fault.CodeDuplicate); f.Extra["id"] != filed.ID {
		t.Errorf("the first is not shown: %v", f.Extra)
	}
	_, err = s.service.FileWhole(ctx, s.parent, key("c", "1"), s.claim(t, minato))
	f := want(t, err, fault.CodeMissingDocuments)
	if len(f.Details) != 1 || f.Details[0].Document != "household-resident-record" || f.Details[0].Subject != "child-1" {
		t.Errorf("missing: %+v", f.Details)
	}
	view, err := s.service.Get(ctx, s.parent, filed.ID)
	if err != nil || view.State != models.StateArrived || view.ReceiptNumber != filed.ReceiptNumber ||
		len(view.Plan.Requirements) != len(filed.Plan.Requirements) ||
		len(view.Timeline) == 0 {
		t.Errorf("view: %+v %v", view, err)
	}
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	_, err = s.service.Get(ctx, stranger, filed.ID)
	want(t, err, fault.CodeNotFound)
}
