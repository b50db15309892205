package api_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/models"
)

// machine is a core system's program: its key, and once it is registered its client id and token.
type machine struct {
	key       *ecdsa.PrivateKey
	id, token string
}

func newMachine() *machine {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return &machine{key: key}
}

// public is its key as it is registered.
func (m *machine) public() string {
	raw, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: m.key.Public(), KeyID: "1"}}})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func (m *machine) wanted(scopes ...any) map[string]any {
	return map[string]any{"name": "住民情報システム", "scopes": scopes, "networks": []any{"127.0.0.0/8", "::1/128"}, "per_second": 100, "sees_protected": false,
		"keys": m.public(), "reason": "because"}
}

// claims are those of a sound assertion.
func (m *machine) claims(audience string) jwt.Claims {
	now := time.Now()
	return jwt.Claims{Issuer: m.id, Subject: m.id, Audience: jwt.Audience{audience}, ID: models.NewID(), IssuedAt: jwt.NewNumericDate(now),
		Expiry: jwt.NewNumericDate(now.Add(time.Minute))}
}

func (m *machine) signed(t testing.TB, c jwt.Claims) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: m.key}, nil)
	casetest.Must(t, err)
	raw, err := jwt.Signed(signer).Claims(c).Serialize()
	casetest.Must(t, err)
	return raw
}

// asks for a token with an assertion.
func (w *world) asks(assertion string, more ...string) answer {
	w.T.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return w.call("", http.MethodPost, "/api/v1/core/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// bearer is a token of a persona, or of a core system: core-hinata, core-minato, core-hinata-reader, core-hinata-named.
func (w *world) bearer(who string) string {
	w.T.Helper()
	if !strings.HasPrefix(who, "core-") {
		return bearer(w.T, who)
	}
	m := w.machines[who]
	if m == nil {
		m = w.registered(who)
		w.machines[who] = m
	}
	return m.token
}

func (w *world) registered(who string) *machine {
	w.T.Helper()
	m := newMachine()
	place := map[bool]string{true: minato, false: hinata}[strings.HasPrefix(who, "core-minato")]
	wanted := core.Wanted{Name: who, Scopes: []string{"core:read", "core:write", "core:intake"}, Networks: []string{"127.0.0.1"}, PerSecond: 100, Keys: m.public(),
		Reason: "test", SeesProtected: strings.HasSuffix(who, "-named")}
	if strings.HasSuffix(who, "-reader") {
		wanted.Scopes = wanted.Scopes[:1]
	}
	row, err := w.core.Propose(context.Background(), w.Admin("core 1", place), casetest.Once(), wanted)
	casetest.Must(w.T, err)
	_, err = w.core.Approve(context.Background(), w.Admin("core 2", place), row.ID)
	casetest.Must(w.T, err)
	m.id = row.ID
	m.token = w.asks(m.signed(w.T, m.claims(w.base+core.TokenPath))).ok(http.StatusOK)["access_token"].(string)
	return m
}

type told struct {
	ID, Type, Subject, Source string
	Data                      struct{ State, Detail, Receipt string }
}

// follows reads the feed from a place to its end.
func (w *world) follows(who string, after int64) (kinds []string, events []told) {
	w.T.Helper()
	var page struct {
		Items []told
		Next  json.Number
	}
	got := w.call(who, http.MethodGet, "/api/v1/core/events?after="+json.Number(itoa(after)).String(), nil)
	got.ok(http.StatusOK)
	casetest.Must(w.T, json.Unmarshal(got.Body, &page))
	for _, e := range page.Items {
		kinds = append(kinds, strings.TrimPrefix(e.Type, "kosodate.case."))
	}
	return kinds, page.Items
}

func itoa(n int64) string { raw, _ := json.Marshal(n); return string(raw) }
