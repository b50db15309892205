package guidance_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/guidance"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const minato, claim = casetest.Minato, casetest.Claim

// nobody are people whom nobody asks for.
type nobody struct{}

func (nobody) PersonFor(context.Context, string, string) (string, error) { return "", nil }

// town is みなと町 on trial, which shows the note of R8, and its guidance.
type town struct {
	*casetest.World
	operate *operate.Service
	handler http.Handler
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{World: casetest.New(t, minato)}
	w.Full("*", "*")
	w.Trial("*", minato)
	w.In(casetest.National, func(tx *postgres.Tx) error {
		return tx.PutOffering(&models.Offering{Municipality: minato, Procedure: claim, Signature: models.SignatureLogin, GuidanceJa: "窓口へどうぞ。<b>"})
	})
	w.operate = operate.New(w.Dossiers, w.Sweep, operate.Thresholds{})
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), People: nobody{}, PublicURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := page.New(e, page.Options{Address: "https://onestop.example"}, public.Area, guidance.Area)
	if err != nil {
		t.Fatal(err)
	}
	guidance.Mount(site, &usecase.Services{Dossiers: w.Dossiers, Guide: guide.New(w.Dossiers)})
	w.handler = e.Engine
	return w
}

// approve switches みなと町 to full operation and gives the instant.
func (w *town) approve() time.Time {
	w.T.Helper()
	first, second := w.Admin("one", minato), w.Admin("two", minato)
	c, err := w.operate.Propose(w.T.Context(), first, casetest.Once(), operate.Proposal{Reason: "r", Circular: "府番第1号",
		Rows: []operate.Row{{Procedure: "*", Item: "*", Municipality: minato, Phase: "full", From: time.Now()}}})
	if err == nil {
		c, err = w.operate.Approve(w.T.Context(), second, c.ID)
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return c.Rows[0].From
}

func (w *town) get(path string) *httptest.ResponseRecorder {
	w.T.Helper()
	out := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(w.T.Context(), http.MethodGet, path, nil)
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
	for !w.Now().After(at) { // each look is a request to the database's server; its clock decides
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
	for _, path := range []string{"/guide/998036", "/guide/998036/" + claim, "/guide/" + minato + "/none", "/embed/x/" + claim,
		"/guide/" + minato + "/" + claim + ".xml"} {
		if got := w.get(path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}
