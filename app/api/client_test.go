package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/models"
)

// answer is a response that has been read.
type answer struct {
	t      testing.TB
	asked  string
	Status int
	Header http.Header
	Body   []byte
}

var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// bearer is a sound token of a persona.
func bearer(t testing.TB, persona string) string {
	t.Helper()
	raw, _, err := identity.DevToken(persona)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// minted is a token that is wrong in one way.
func minted(t testing.TB, m provider.Minting) string {
	t.Helper()
	raw, err := identity.Mint(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// call sends a request as a persona, nobody if it is empty. body is nil, text that is sent as it is, or a value that is
// sent as JSON. headers come in pairs; every POST gets an Idempotency-Key of its own unless one is given.
func (w *world) call(who, method, path string, body any, headers ...string) answer {
	w.T.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.T.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(w.T.Context(), method, w.base+path, reader)
	if err != nil {
		w.T.Fatal(err)
	}
	if reader != nil && method != http.MethodPut {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+w.bearer(who))
	}
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", models.NewID())
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	w.T.Helper()
	got, err := client.Do(r)
	if err != nil {
		w.T.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer func() { _ = got.Body.Close() }()
	raw, err := io.ReadAll(got.Body)
	if err != nil {
		w.T.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	a := answer{t: w.T, asked: r.Method + " " + r.URL.Path, Status: got.StatusCode, Header: got.Header, Body: raw}
	if w.contract != nil {
		w.contract.holds(w.T, r, a)
	}
	return a
}

// ok checks the status and reads the body as an object.
func (a answer) ok(status int) map[string]any {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.Status, status, a.Body)
	}
	if len(a.Body) == 0 {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal(a.Body, &out); err != nil {
		a.t.Fatalf("%s: %v: %s", a.asked, err, a.Body)
	}
	return out
}

// refused checks that the answer is a whole problem document with this status and code, and gives it.
func (a answer) refused(status int, code string) map[string]any {
	a.t.Helper()
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Fatalf("%s: %d with Content-Type %q: %s", a.asked, a.Status, kind, a.Body)
	}
	var p map[string]any
	if err := json.Unmarshal(a.Body, &p); err != nil {
		a.t.Fatalf("%s: %v: %s", a.asked, err, a.Body)
	}
	if a.Status != status || p["code"] != code || p["status"] != float64(status) {
		a.t.Fatalf("%s: %d %v, want %d %s: %s", a.asked, a.Status, p["code"], status, code, a.Body)
	}
	for _, member := range []string{"type", "title", "detail", "request_id"} {
		if text, _ := p[member].(string); text == "" {
			a.t.Errorf("%s: no %s in %s", a.asked, member, a.Body)
		}
	}
	return p
}

// details are the errors of a problem document, each with all members as text.
func details(p map[string]any) []map[string]string {
	var out []map[string]string
	list, _ := p["errors"].([]any)
	for _, e := range list {
		one := map[string]string{}
		for name, value := range e.(map[string]any) {
			one[name], _ = value.(string)
		}
		out = append(out, one)
	}
	return out
}

// names checks that one of the errors has this code at this pointer, and that each says what to do.
func (a answer) names(p map[string]any, code, pointer string) {
	a.t.Helper()
	found := false
	for _, d := range details(p) {
		found = found || d["code"] == code && d["pointer"] == pointer
		if d["detail"] == "" {
			a.t.Errorf("%s: an error without text: %v", a.asked, d)
		}
	}
	if !found {
		a.t.Errorf("%s: no %s at %s: %s", a.asked, code, pointer, a.Body)
	}
}

// example is a procedure's example in a municipality, ready to be filed.
func (w *world) example(procedure, municipality string) map[string]any {
	w.T.Helper()
	page := w.call("", http.MethodGet, "/api/v1/procedures/"+procedure+"?municipality="+municipality, nil).ok(http.StatusOK)
	example := page["example"].(map[string]any)
	return map[string]any{"procedure": procedure, "municipality": municipality, "facts": example["facts"], "form": example["form"], "consents": []any{}}
}

// claim is a claim for a child who lives elsewhere in Japan: one document that the network can replace, one that nobody can.
func (w *world) claim(municipality string) map[string]any {
	w.T.Helper()
	c := w.example("child-allowance-claim", municipality)
	kid := c["facts"].(map[string]any)["children"].([]any)[0].(map[string]any)
	kid["lives_with_applicant"], kid["studying_abroad"], kid["municipality"] = false, false, "131016"
	return c
}

// draft begins an application and gives its id and ETag.
func (w *world) draft(who string, body map[string]any) (id, etag string) {
	w.T.Helper()
	got := w.call(who, http.MethodPost, "/api/v1/applications", body)
	return got.ok(http.StatusCreated)["id"].(string), got.Header.Get("ETag")
}
