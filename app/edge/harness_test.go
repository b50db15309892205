package edge

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
)

// tokens knows the tokens by heart, as a provider would by their signature.
type tokens map[string]oidc.Identity

func (k tokens) VerifyAccessToken(_ context.Context, raw string) (oidc.Identity, error) {
	id, ok := k[raw]
	switch {
	case raw == "provider-down":
		return id, fault.New(fault.Unavailable, fault.CodeUnavailable, "sign-in-silent").Note("down", "oidc")
	case !ok:
		return id, fault.New(fault.Unauthorized, fault.CodeUnauthorized, "sign-in-over").Note("reason", oidc.ReasonExpired)
	}
	id.Provider = "test"
	if id.Subject == "" {
		id.Subject = raw
	}
	return id, nil
}

// people makes an id of a subject.
type people struct{}

func (people) PersonFor(_ context.Context, provider, subject string) (string, error) {
	return provider + "/" + subject, nil
}

var knownTokens = tokens{
	"parent":       {Name: "青空 太郎", Roles: []string{"applicant"}},
	"hinata":       {Name: "審査 花子", Roles: []string{"reviewer@998010"}, SecondFactor: true},
	"hinata-one":   {Roles: []string{"reviewer@998010"}},
	"both":         {Roles: []string{"reviewer@998010", "reviewer@998028", "applicant"}, SecondFactor: true},
	"admin":        {Roles: []string{"admin@998010"}, SecondFactor: true},
	"national":     {Roles: []string{"admin@national"}, SecondFactor: true},
	"every-admin":  {Roles: []string{"admin@998028", "admin@national"}, SecondFactor: true},
	"national-one": {Roles: []string{"admin@national"}},
	"auditor":      {Roles: []string{"auditor"}, SecondFactor: true},
	"partner":      {Scopes: []string{"handover", "share:*"}},
	"nobody":       {},
}

// harness is an Edge that listens nowhere, and what it logs.
type harness struct {
	*Edge
	t   *testing.T
	log *casetest.Log
}

func newHarness(t *testing.T, change func(*Options)) *harness {
	t.Helper()
	log := &casetest.Log{}
	opt := Options{Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), Tokens: knownTokens, People: people{}}
	if change != nil {
		change(&opt)
	}
	e, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return &harness{Edge: e, t: t, log: log}
}

// answer is a response that has been read.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// problem reads the answer as a problem document and checks what is true of each.
func (a answer) problem() map[string]any {
	a.t.Helper()
	if ct := a.Header().Get("Content-Type"); ct != ContentTypeProblem {
		a.t.Fatalf("Content-Type %q, status %d: %s", ct, a.Code, a.Body)
	}
	var p map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &p); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	for _, member := range []string{"type", "title", "code", "detail", "request_id"} {
		if s, _ := p[member].(string); s == "" {
			a.t.Errorf("no %s in %s", member, a.Body)
		}
	}
	if p["status"] != float64(a.Code) {
		a.t.Errorf("member status %v, HTTP status %d", p["status"], a.Code)
	}
	if p["request_id"] != a.Header().Get(HeaderRequestID) {
		a.t.Error("request_id is not the header's")
	}
	return p
}

// call sends a request; headers come in pairs.
func (h *harness) call(method, target, body string, headers ...string) answer {
	h.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(h.t.Context(), method, target, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w, h.t}
}

// listen serves the Edge on a free port below those of clients' own connections and gives its address.
func (h *harness) listen(ctx context.Context) (address string, stopped <-chan error) {
	h.t.Helper()
	for port := 21_300; port < 32_000; port += 7 {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		done := make(chan error, 1)
		go func() { done <- h.Serve(ctx, l) }()
		return l.Addr().String(), done
	}
	h.t.Fatal("no free port")
	return "", nil
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

func want[T comparable](t *testing.T, what string, got, wanted T) {
	t.Helper()
	if got != wanted {
		t.Errorf("%s: got %v, want %v", what, got, wanted)
	}
}

// stream sends a body of unknown length.
func (h *harness) stream(method, target string, body io.Reader) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, target, body)
	r.ContentLength = -1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w, h.t}
}
