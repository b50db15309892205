package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/models"
)

// Two admins register a core system, one stops it at once, and another ends it for good.
func TestTwoAdminsMakeACoreSystem(t *testing.T) {
	w := newWorld(t)
	const systems = "/api/v1/admin/core-systems"
	m := newMachine()
	for name, c := range map[string]struct {
		change  func(map[string]any)
		pointer string
	}{
		"a private key": {func(b map[string]any) {
			raw, _ := json.Marshal(jose.JSONWebKey{Key: m.key})
			b["keys"] = string(raw)
		}, "/keys"},
		"no key":               {func(b map[string]any) { b["keys"] = "MIIB" }, "/keys"},
		"the whole world":      {func(b map[string]any) { b["networks"] = []any{"0.0.0.0/0"} }, "/networks"},
		"no network":           {func(b map[string]any) { b["networks"] = []any{} }, "/networks"},
		"an individual number": {func(b map[string]any) { b["name"] = "123456789018" }, "/name"},
	} {
		body := m.wanted("core:read")
		c.change(body)
		got := w.call("admin-hinata-1", http.MethodPost, systems, body)
		var p struct{ Errors []struct{ Pointer string } }
		if err := json.Unmarshal(got.Body, &p); err != nil || got.Status != http.StatusUnprocessableEntity || len(p.Errors) != 1 ||
			p.Errors[0].Pointer != c.pointer {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	m.id = w.call("admin-hinata-1", http.MethodPost, systems, m.wanted("core:read")).ok(http.StatusCreated)["id"].(string)
	at := systems + "/" + m.id
	token := func() answer { return w.asks(m.signed(t, m.claims(w.base+core.TokenPath))) }
	if p := token().refused(http.StatusUnauthorized, "unauthorized"); p["error"] != "invalid_client" {
		t.Errorf("before it is approved: %v", p)
	}
	w.call("admin-hinata-1", http.MethodPost, at+"/approve", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-2", http.MethodPost, at+"/approve", nil).ok(http.StatusOK)
	got := token().ok(http.StatusOK)
	if got["token_type"] != "Bearer" || got["scope"] != "core:read" || got["expires_in"] != float64(600) {
		t.Errorf("token: %v", got)
	}
	events := func() answer {
		return w.call("", http.MethodGet, "/api/v1/core/events", nil, "Authorization", "Bearer "+got["access_token"].(string))
	}
	events().ok(http.StatusOK)
	w.call("admin-hinata-2", http.MethodPost, at+"/stop", nil).ok(http.StatusOK)
	events().refused(http.StatusUnauthorized, "unauthorized") // at once, also with the token that it has
	token().refused(http.StatusUnauthorized, "unauthorized")
	w.call("admin-hinata-2", http.MethodPost, at+"/revoke", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-2", http.MethodPost, at+"/approve", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-1", http.MethodPost, at+"/revoke", nil).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodPost, at+"/approve", nil).refused(http.StatusConflict, "not-allowed-now")
	if n := casetest.Value[int](w, `select count(*) from audit_entries where object_id = $1 and action like '%core%'`, m.id); n != 5 {
		t.Errorf("%d entries in the trail, want propose, approve, token, stop, revoke", n)
	}
}

// What proves nothing gets no token, and an assertion is good once.
func TestWhoIsNoCoreSystemGetsNoToken(t *testing.T) {
	w := newWorld(t)
	w.bearer("core-hinata")
	m, other := w.machines["core-hinata"], newMachine()
	other.id = m.id
	sound := func() jwt.Claims { return m.claims(w.base + core.TokenPath) }
	with := func(change func(*jwt.Claims)) string {
		c := sound()
		change(&c)
		return m.signed(t, c)
	}
	for name, assertion := range map[string]string{
		"another key":      other.signed(t, sound()),
		"another audience": with(func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://elsewhere.example"} }),
		"another issuer":   with(func(c *jwt.Claims) { c.Issuer = "someone" }),
		"nobody":           with(func(c *jwt.Claims) { c.Subject, c.Issuer = models.NewID(), "x" }),
		"over":             with(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(time.Now().Add(-time.Minute)) }),
		"for too long":     with(func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(time.Now().Add(time.Hour)) }),
		"without end":      with(func(c *jwt.Claims) { c.Expiry = nil }),
		"without a name":   with(func(c *jwt.Claims) { c.ID = "" }),
		"not signed":       "eyJhbGciOiJub25lIn0." + strings.Split(m.signed(t, sound()), ".")[1] + ".",
		"no assertion":     "x",
	} {
		if p := w.asks(assertion).refused(http.StatusUnauthorized, "unauthorized"); p["error"] != "invalid_client" {
			t.Errorf("%s: %v", name, p)
		}
	}
	once := m.signed(t, sound())
	w.asks(once).ok(http.StatusOK)
	w.asks(once).refused(http.StatusUnauthorized, "unauthorized")
	w.asks(m.signed(t, sound()), "scope", "core:admin").refused(http.StatusBadRequest, "malformed")
	// Asked for reading alone, a token writes nothing, whatever its system may.
	reading := w.asks(m.signed(t, sound()), "scope", "core:read").ok(http.StatusOK)
	narrow := []string{"Authorization", "Bearer " + reading["access_token"].(string)}
	w.call("", http.MethodGet, "/api/v1/core/events", nil, narrow...).ok(http.StatusOK)
	w.call("", http.MethodPut, "/api/v1/core/cases/"+models.NewID()+"/acknowledgement", map[string]any{"state": "taken", "revision": 1}, narrow...).
		refused(http.StatusForbidden, "forbidden")
	if reading["scope"] != "core:read" {
		t.Errorf("it says %v", reading["scope"])
	}
	w.asks(m.signed(t, sound()), "grant_type", "password").refused(http.StatusBadRequest, "malformed")
	w.call("core-hinata-reader", http.MethodPut, "/api/v1/core/cases/"+models.NewID()+"/acknowledgement", map[string]any{"state": "taken", "revision": 1}).
		refused(http.StatusForbidden, "forbidden")

	far := newMachine()
	row, err := w.core.Propose(context.Background(), w.Admin("core 1", hinata), casetest.Once(), core.Wanted{Name: "遠方", Scopes: []string{"core:read"},
		Networks: []string{"203.0.113.0/28"}, PerSecond: 1, Keys: far.public(), Reason: "test"})
	casetest.Must(t, err)
	_, err = w.core.Approve(context.Background(), w.Admin("core 2", hinata), row.ID)
	casetest.Must(t, err)
	far.id = row.ID
	w.asks(far.signed(t, far.claims(w.base+core.TokenPath))).refused(http.StatusForbidden, "forbidden")
}

// A case from its arrival to its payment, as its core system takes it over, and as its clerk sees that.
func TestACoreSystemTakesACaseOverAndWritesBack(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(hinata))
	statement := pdf(900)
	w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/separate-custody-statement/child-1/files/statement.pdf", statement).
		ok(http.StatusCreated)
	filed := w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/file", nil).ok(http.StatusCreated)
	kinds, events := w.follows("core-hinata", 0)
	if !slices.Equal(kinds, []string{"arrived"}) || events[0].Subject != id || events[0].Source != "/municipalities/"+hinata {
		t.Fatalf("told %+v", events)
	}
	w.scanned(id)
	if kinds, _ = w.follows("core-hinata", 1); !slices.Equal(kinds, []string{"document-received"}) {
		t.Errorf("once the file is free of viruses: %v", kinds)
	}
	at := "/api/v1/core/cases/" + id
	found := w.call("core-hinata", http.MethodGet, "/api/v1/core/cases/"+filed["receipt_number"].(string), nil).ok(http.StatusOK)
	form := found["form"].(map[string]any)
	if found["id"] != id || form["children"] == nil || found["state"] != "arrived" {
		t.Errorf("the case: %v", found)
	}
	var path string
	for _, d := range found["documents"].([]any) {
		for _, f := range d.(map[string]any)["files"].([]any) {
			path = f.(map[string]any)["path"].(string)
		}
	}
	if got := w.call("core-hinata", http.MethodGet, path, nil); !bytes.Equal(got.Body, statement) {
		t.Errorf("the file: %d, %d bytes", got.Status, len(got.Body))
	}
	if z, _ := unzip(t, w.call("core-hinata", http.MethodGet, at+"/archive", nil).Body); z.File[len(z.File)-1].Name != "manifest.json" {
		t.Error("the archive is not whole")
	}
	bulk := w.call("core-hinata", http.MethodGet, "/api/v1/core/cases?ids="+id+","+models.NewID()+","+id, nil)
	lines := strings.Split(strings.TrimSpace(string(bulk.Body)), "\n")
	if bulk.Status != http.StatusOK || len(lines) != 3 || !strings.Contains(lines[0], id) || !strings.Contains(lines[1], `"status":404`) ||
		lines[2] != lines[0] {
		t.Errorf("in bulk: %d %s", bulk.Status, bulk.Body)
	}
	w.call("core-hinata", http.MethodGet, "/api/v1/core/cases?ids="+strings.Repeat(id+",", 101), nil).refused(http.StatusUnprocessableEntity, "invalid-request")

	// Refused, and then taken.
	ack := at + "/acknowledgement"
	w.call("core-hinata", http.MethodPut, ack, map[string]any{"state": "refused", "revision": 1}).refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("core-hinata", http.MethodPut, ack, map[string]any{"state": "taken", "revision": 7}).refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("core-hinata", http.MethodPut, ack, map[string]any{"state": "refused", "reason": "口座が見つかりません", "revision": 1}).ok(http.StatusNoContent)
	tasks := func() int {
		return casetest.Value[int](w, `select count(*) from review_tasks where application_id = $1 and kind = 'core-refused' and done_at is null`, id)
	}
	if tasks() != 1 {
		t.Error("a refusal waits for nobody")
	}
	w.call("core-hinata", http.MethodPut, ack, map[string]any{"state": "taken", "revision": 1}).ok(http.StatusNoContent)
	if tasks() != 0 {
		t.Error("it still waits")
	}
	// A clerk to whom the case was given has it still after the core system wrote to it.
	clerk := w.Reviewer("clerk", hinata).Person
	w.Exec(`insert into claims (application_id, municipality, person_id, fence, reviewer_id, expires_at)
		select id, municipality, person_id, 1, $2, now() from applications where id = $1`, id, clerk)
	w.call("core-hinata", http.MethodPut, at+"/residents/child-1", map[string]any{"resident": "0000123"}).ok(http.StatusNoContent)
	if has := casetest.Value[string](w, `select coalesce(reviewer_id::text, 'nobody') from claims where application_id = $1`, id); has != clerk {
		t.Errorf("the case is %s's", has)
	}
	w.call("core-hinata", http.MethodPut, at+"/residents/child-1", map[string]any{"resident": "123456789018"}).
		refused(http.StatusUnprocessableEntity, "individual-number")
	w.call("core-hinata", http.MethodPut, at+"/residents/child-9", map[string]any{"resident": "1"}).refused(http.StatusNotFound, "not-found")
	if r := w.call("core-hinata", http.MethodGet, at, nil).ok(http.StatusOK)["residents"].(map[string]any); r["child-1"] != "0000123" {
		t.Errorf("residents %v", r)
	}
	// By the rules of a clerk: its documents are not read yet.
	w.call("core-hinata", http.MethodPost, at+"/decision", map[string]any{"outcome": "approved"}).refused(http.StatusConflict, "not-allowed-now")
	w.call("core-minato", http.MethodGet, at, nil).refused(http.StatusNotFound, "not-found")
	w.call("core-minato", http.MethodPut, ack, map[string]any{"state": "taken", "revision": 1}).refused(http.StatusNotFound, "not-found")
	if kinds, _ := w.follows("core-minato", 0); len(kinds) != 0 {
		t.Errorf("another municipality's is told %v", kinds)
	}
	if n := casetest.Value[int](w, `select count(*) from audit_entries where role = 'core' and action in ('open-case', 'open-file', 'export-case')
		and subject_id is not null`); n < 6 {
		t.Errorf("%d reads are recorded", n)
	}
}

// The same key decides once, whatever became of the case since; payment follows an approval alone.
func TestACoreSystemDecidesOnce(t *testing.T) {
	w := newWorld(t)
	id := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)["id"].(string)
	at := "/api/v1/core/cases/" + id
	pay := func(day string) answer {
		return w.call("core-hinata", http.MethodPut, at+"/payment", map[string]any{"on": day})
	}
	pay("2026-12-25").refused(http.StatusConflict, "not-allowed-now")
	clerk := w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/applications/"+id+"/claim", nil).ok(http.StatusOK)
	decide := func(key string, body map[string]any) answer {
		return w.call("core-hinata", http.MethodPost, at+"/decision", body, "Idempotency-Key", key)
	}
	approved := map[string]any{"outcome": "approved"}
	decide("one", approved).refused(http.StatusConflict, "conflict") // a clerk has it
	fence := itoa(int64(clerk["fence"].(float64)))
	w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/applications/"+id+"/release", nil, "Fence", fence).ok(http.StatusNoContent)
	first := decide("one", approved).ok(http.StatusOK)
	if again := decide("one", approved).ok(http.StatusOK); again["document_number"] != first["document_number"] || first["letter"] == "" {
		t.Errorf("%v, then %v", first, again)
	}
	decide("one", map[string]any{"outcome": "rejected", "reason": "x"}).refused(http.StatusConflict, "idempotency-key-reused")
	decide("two", approved).refused(http.StatusConflict, "not-allowed-now")
	pay("2026-12-25").ok(http.StatusNoContent)
	pay("2026-12-25").ok(http.StatusNoContent)
	pay("2026-12-26").refused(http.StatusConflict, "not-allowed-now")
	if n := casetest.Value[int](w, `select count(*) from history where application_id = $1 and event = 'payment-started'`, id); n != 1 {
		t.Errorf("the parent is told %d times", n)
	}
	// A clerk reopens it; a late repetition of what was sent before does not decide it again.
	fence = itoa(int64(w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/applications/"+id+"/claim", nil).ok(http.StatusOK)["fence"].(float64)))
	w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/applications/"+id+"/reopen", map[string]any{"reason": "because"}, "Fence", fence).
		ok(http.StatusOK)
	w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/applications/"+id+"/release", nil, "Fence", fence).ok(http.StatusNoContent)
	decide("one", approved).ok(http.StatusOK)
	if state := casetest.Value[string](w, `select state from applications where id = $1`, id); state != "in-review" {
		t.Errorf("it is %s", state)
	}
	kinds, events := w.follows("core-hinata", 0)
	if !slices.Equal(kinds, []string{"arrived", "decided", "reopened"}) || events[1].Data.Detail != "approved" {
		t.Errorf("told %v %+v", kinds, events)
	}
}

// Of a protected person (支援措置) a core system is told nothing unless two admins said so; what it has taken before, it is told to hide.
func TestACoreSystemIsToldNothingOfProtectedPeople(t *testing.T) {
	w := newWorld(t)
	id := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)["id"].(string)
	at := "/api/v1/core/cases/" + id
	w.call("core-hinata", http.MethodPut, at+"/acknowledgement", map[string]any{"state": "taken", "revision": 1}).ok(http.StatusNoContent)
	w.Exec(`update applications set protected = true where id = $1`, id)
	for _, path := range []string{at, at + "/archive"} {
		w.call("core-hinata", http.MethodGet, path, nil).refused(http.StatusNotFound, "not-found")
	}
	w.call("core-hinata", http.MethodPost, at+"/decision", map[string]any{"outcome": "approved"}).refused(http.StatusNotFound, "not-found")
	if kinds, events := w.follows("core-hinata", 0); !slices.Equal(kinds, []string{"withheld", "protected"}) || events[0].Subject != "" ||
		events[1].Subject != id {
		t.Errorf("who has taken it is told %v %+v", kinds, events)
	}
	if kinds, events := w.follows("core-hinata-reader", 0); !slices.Equal(kinds, []string{"withheld", "withheld"}) || events[1].Subject != "" {
		t.Errorf("who has not is told %v %+v", kinds, events)
	}
	if kinds, _ := w.follows("core-hinata-named", 0); !slices.Equal(kinds, []string{"arrived", "protected"}) {
		t.Errorf("who may see it is told %v", kinds)
	}
	if found := w.call("core-hinata-named", http.MethodGet, at, nil).ok(http.StatusOK); found["protected"] != true {
		t.Errorf("%v", found)
	}
}
