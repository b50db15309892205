package guidance_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/guidance"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const minato, claim = "998028", "child-allowance-claim"

// nobody are people whom nobody asks for.
type nobody struct{}

func (nobody) PersonFor(context.Context, string, string) (string, error) { return "", nil }

// town is みなと町 on trial, which shows the note of R8, and its guidance.
type town struct {
	*pgtest.Database
	t       *testing.T
	operate *operate.Service
	handler http.Handler
}

func newTown(t *testing.T) *town {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &town{Database: pgtest.New(t), t: t}
	dossiers := dossier.New(w.App, cat, keys)
	w.operate = operate.New(dossiers, w.Sweep, operate.Thresholds{})
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), People: nobody{}, PublicURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := page.New(e, page.Options{Catalogue: cat, Address: "https://onestop.example"}, public.Area, guidance.Area)
	if err != nil {
		t.Fatal(err)
	}
	guidance.Mount(site, &usecase.Services{Catalogue: cat, Guide: guide.New(dossiers)})
	w.handler = e.Engine
	w.found(dossiers)
	return w
}

// found makes the municipality, its offering, and the trial.
func (w *town) found(dossiers *dossier.Service) {
	w.t.Helper()
	key, err := dossiers.NewMunicipalityKey(w.t.Context(), minato)
	if err != nil {
		w.t.Fatal(err)
	}
	admin := models.Actor{Role: models.RoleNational, Purpose: "test"}
	err = w.App.InTx(w.t.Context(), admin, func(tx *postgres.Tx) error {
		m := &models.Municipality{Code: minato, NameJa: "みなと町", NameKana: "ミナトマチ", NameEn: "Minato", OfficeJa: "福祉課", OfficePlain: "子どもの 係", OfficeEn: "Welfare",
			Telephone: "000-0002-0002", TrialNote: true, WrappedKey: key, Version: 1}
		if err := tx.PutMunicipality(m); err != nil {
			return err
		}
		return tx.PutOffering(&models.Offering{Municipality: minato, Procedure: claim, Signature: models.SignatureLogin, GuidanceJa: "窓口へどうぞ。<b>"})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	owner, err := postgres.Open(w.t.Context(), postgres.Options{DSN: w.OwnerDSN, MaxConns: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	defer owner.Close()
	from := time.Date(2017, 7, 18, 0, 0, 0, 0, time.UTC)
	history := []operate.Row{
		{Procedure: "*", Item: "*", Municipality: "*", Phase: "full", From: from},
		{Procedure: "*", Item: "*", Municipality: minato, Phase: "trial", From: from},
	}
	if err := w.operate.ImportHistory(w.t.Context(), owner, history); err != nil {
		w.t.Fatal(err)
	}
}

// approve switches みなと町 to full operation and gives the instant.
func (w *town) approve() time.Time {
	w.t.Helper()
	first, second := w.Person(w.t, "one", models.RoleAdmin, minato), w.Person(w.t, "two", models.RoleAdmin, minato)
	sum := sha256.Sum256(nil)
	c, err := w.operate.Propose(w.t.Context(), first, dossier.Request{Route: "r", Key: "k", BodyHash: sum[:]}, operate.Proposal{Reason: "r", Circular: "府番第1号",
		Rows: []operate.Row{{Procedure: "*", Item: "*", Municipality: minato, Phase: "full", From: time.Now()}}})
	if err == nil {
		c, err = w.operate.Approve(w.t.Context(), second, c.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Rows[0].From
}

func (w *town) get(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	out := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "ja")
	w.handler.ServeHTTP(out, r)
	return out
}

const note = "マイナンバー制度による情報連携が本格運用されるまで"

// TestR8TheGuidanceChangesByTheSwitchAlone: page, JSON and the part for other sites ask for the documents and show the note
// while the trial lasts, and neither from the instant of the switch on. Nothing is started again, and nobody edits a page.
func TestR8TheGuidanceChangesByTheSwitchAlone(t *testing.T) {
	w := newTown(t)
	paths := []string{"/guide/" + minato, "/guide/" + minato + "/" + claim, "/embed/" + minato + "/" + claim, "/guide/" + minato + "/" + claim + ".json"}
	for _, path := range paths {
		if got := w.get(path); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), note) || !strings.Contains(got.Body.String(), "000-0002-0002") {
			t.Errorf("on trial %s: %d %.200s", path, got.Code, got.Body)
		}
	}
	at := w.approve()
	if got := w.get(paths[3]).Header().Get("Cache-Control"); got != "public, max-age=0" && got != "public, max-age=1" {
		t.Errorf("a switch is known that comes in a second, and the answer may be kept: %s", got)
	}
	for !w.now().After(at) { // each look is a request to the database's server; its clock decides
	}
	for _, path := range paths {
		if got := w.get(path); got.Code != http.StatusOK || strings.Contains(got.Body.String(), note) {
			t.Errorf("in full operation %s: %d, the note is shown", path, got.Code)
		}
	}
	var said struct {
		Documents []struct {
			Needed bool
			Item   *struct{ Ja string }
		}
	}
	if err := json.Unmarshal(w.get(paths[3]).Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	for _, d := range said.Documents {
		if d.Item != nil && d.Needed {
			t.Errorf("still asked for: %+v", d)
		}
	}
}

func (w *town) now() (at time.Time) {
	w.t.Helper()
	err := w.App.InTx(w.t.Context(), models.Actor{Role: models.RolePublic, Purpose: "test"}, func(tx *postgres.Tx) error { at = tx.Now; return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

func TestThePartForOtherSitesCarriesNothingOfThisOne(t *testing.T) {
	w := newTown(t)
	got := w.get("/embed/" + minato + "/" + claim + "?lang=en")
	body, h := got.Body.String(), got.Header()
	if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors *") || strings.Contains(h.Get("Content-Security-Policy"), "script-src") {
		t.Errorf("policy %s", h.Get("Content-Security-Policy"))
	}
	if h.Get("Set-Cookie") != "" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("headers %v", h)
	}
	if strings.Contains(body, "<script") || strings.Contains(body, "<form") || !strings.Contains(body, `lang="en"`) {
		t.Errorf("the part holds more than it should: %.300s", body)
	}
	if page := w.get("/guide/" + minato + "/" + claim); strings.Contains(page.Header().Get("Content-Security-Policy"), "frame-ancestors *") ||
		!strings.Contains(page.Body.String(), "窓口へどうぞ。&lt;b&gt;") {
		t.Errorf("the page: %v", page.Header())
	}
	if got := w.get("/guide/" + minato + "/" + claim + ".json").Header().Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("the JSON is for %q", got)
	}
	for _, path := range []string{"/guide/998036", "/guide/998036/" + claim, "/guide/" + minato + "/none", "/embed/x/" + claim, "/guide/" + minato + "/" + claim + ".xml"} {
		if got := w.get(path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
