package faulttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/models"
)

// person is somebody with a token, who asks one server or another.
type person struct {
	t     testing.TB
	token string
}

var people atomic.Int64

// parent is a new parent, whom no other test and no other run of a loop knows.
func parent(t testing.TB) *person {
	t.Helper()
	return minted(t, provider.Minting{Persona: "load-0001", Claims: map[string]any{"sub": fmt.Sprintf("parent-%d", people.Add(1))}})
}

// admin is an operations admin of the country, 1 or 2.
func admin(t testing.TB, n int) *person {
	t.Helper()
	return minted(t, provider.Minting{Persona: fmt.Sprintf("admin-national-%d", n)})
}

func minted(t testing.TB, m provider.Minting) *person {
	t.Helper()
	token, err := shared.provider.Mint(m)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, token: token}
}

// answer is what came back; err if nothing did, or not all of it.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (a answer) String() string {
	if a.err != nil {
		return "no answer: " + a.err.Error()
	}
	return fmt.Sprintf("%d %s", a.status, a.body)
}

// read decodes the body.
func (a answer) read(t testing.TB, to any) {
	t.Helper()
	if err := json.Unmarshal(a.body, to); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
}

// want checks the status and decodes the body.
func (a answer) want(t testing.TB, status int, to any) {
	t.Helper()
	if a.err != nil || a.status != status {
		t.Fatalf("wanted %d, got %s", status, a)
	}
	if to != nil {
		a.read(t, to)
	}
}

// problem reads a problem document and wants its code.
func (a answer) problem(t testing.TB, status int, code string) map[string]any {
	t.Helper()
	var p map[string]any
	a.want(t, status, &p)
	if p["code"] != code || !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
		t.Fatalf("wanted the problem %s, got %s", code, a)
	}
	return p
}

// plain is a client without kept connections: each request is one connection, and nothing is sent twice behind our back.
var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}

type header map[string]string

// keyed is a header with an Idempotency-Key.
func keyed(key string) header { return header{"Idempotency-Key": key} }

// newKey is a key that nobody used.
func newKey() string { return models.NewID() }

// ask sends one request. body is nil, an io.Reader, bytes, or what is sent as JSON.
func (p *person) ask(method, at string, h header, body any) answer {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		reader = b
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return answer{err: err}
		}
		reader = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, at, reader)
	if err != nil {
		return answer{err: err}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	r.Header.Set("Accept-Language", "en")
	for k, v := range h {
		if k == "Content-Length" {
			_, _ = fmt.Sscan(v, &r.ContentLength)
			continue
		}
		r.Header.Set(k, v)
	}
	return send(r)
}

func send(r *http.Request) answer {
	res, err := plain.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, header: res.Header, body: body, err: err}
}

func (p *person) get(base, path string) answer { return p.ask(http.MethodGet, base+path, nil, nil) }

func (p *person) post(base, path, key string, body any) answer {
	return p.ask(http.MethodPost, base+path, keyed(key), body)
}

// put uploads a file of so many bytes that body gives.
func (p *person) put(base, path string, body io.Reader, size int) answer {
	return p.ask(http.MethodPut, base+path, header{"Content-Type": "application/pdf", "Content-Length": fmt.Sprint(size)}, body)
}

// filePath is where a file of the claim's residence record is put.
func filePath(application, document, name string) string {
	return "/api/v1/applications/" + application + "/documents/" + document + "/child-1/files/" + url.PathEscape(name)
}
