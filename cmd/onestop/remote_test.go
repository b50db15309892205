package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/edition"
)

// answers is a service that answers by path, and remembers what was sent.
func answers(t *testing.T, of map[string]string) (base string, sent map[string]*http.Request) {
	t.Helper()
	sent = map[string]*http.Request{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := r.Method + " " + r.URL.Path
		body, _ := io.ReadAll(r.Body)
		sent[at] = r.Clone(context.Background())
		sent[at].Body = io.NopCloser(bytes.NewReader(body))
		text, there := of[at]
		if !there {
			w.WriteHeader(http.StatusUnprocessableEntity)
			text = `{"title": "Not right", "detail": "See below.", "errors": [{"detail": "claim.yaml, line 3: no such fact"}]}`
		}
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	return server.URL, sent
}

// TestARefusalNamesEachFault: what the service says is wrong reaches the person, with the token from a file and a key of its own.
func TestARefusalNamesEachFault(t *testing.T) {
	base, sent := answers(t, nil)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := carryOut(t, catalogueCommand(), "", "approve", "x", "--server", base+"/", "--token-file", token)
	if err == nil || err.Error() != "Not right: See below.\n  claim.yaml, line 3: no such fact" {
		t.Errorf("%v", err)
	}
	r := sent["POST /api/v1/admin/editions/x/approve"]
	if r == nil || r.Header.Get("Authorization") != "Bearer secret" || len(r.Header.Get("Idempotency-Key")) != 36 {
		t.Errorf("sent %+v", r)
	}
	if _, err := carryOut(t, catalogueCommand(), "", "list"); err == nil || !strings.Contains(err.Error(), "--server") {
		t.Errorf("without a server: %v", err)
	}
	for _, clear := range []string{"http://onestop.example", "onestop.example", "ftp://127.0.0.2.example"} {
		if _, err := carryOut(t, catalogueCommand(), "", "list", "--server", clear, "--token-file", token); err == nil || !strings.Contains(err.Error(), "https://") {
			t.Errorf("a token in clear to %s: %v", clear, err)
		}
	}
}

// TestAnExportIsWhatItsDigestSays: the edition in force is written, and one whose files are others is refused.
func TestAnExportIsWhatItsDigestSays(t *testing.T) {
	b, err := edition.New(map[string][]byte{"_edition.yaml": []byte("scope: \"998010\"\ntitle: {ja: a, plain: a, en: a}\n")})
	if err != nil {
		t.Fatal(err)
	}
	zip, err := b.Zip()
	if err != nil {
		t.Fatal(err)
	}
	list := `{"items": [{"scope": "998010", "digest": "` + b.Digest() + `", "from": "2026-01-01T00:00:00+09:00"},
		{"scope": "998010", "digest": "later", "from": "2999-01-01T00:00:00+09:00"}, {"scope": "*", "digest": "forged", "from": "2020-01-01T00:00:00+09:00"}]}`
	base, _ := answers(t, map[string]string{"GET /api/v1/editions": list, "GET /api/v1/editions/" + b.Digest(): string(zip),
		"GET /api/v1/editions/forged": string(zip)})
	dir := filepath.Join(t.TempDir(), "own")
	if out, err := carryOut(t, catalogueCommand(), "", "export", dir, "--server", base, "--local", "998010"); err != nil ||
		!strings.Contains(out, b.Digest()) {
		t.Errorf("%s %v", out, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "_edition.yaml")); err != nil || !bytes.Equal(text, b.File("_edition.yaml")) {
		t.Errorf("%s %v", text, err)
	}
	if _, err := carryOut(t, catalogueCommand(), "", "export", filepath.Join(t.TempDir(), "x"), "--server", base); err == nil ||
		!strings.Contains(err.Error(), "forged") {
		t.Errorf("another's files: %v", err)
	}
	if _, err := carryOut(t, catalogueCommand(), "", "export", filepath.Join(t.TempDir(), "x"), "--server", base, "--local", "998028"); err == nil {
		t.Error("a municipality without an edition")
	}
}
