package simulator

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (s *Server) post(t *testing.T, body string, header ...string) int {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/control/faults", strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode
}

func TestFaults(t *testing.T) {
	s := start(t, nil)
	discovery := func(ctx context.Context) (int, error) {
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.Issuer+"/.well-known/openid-configuration", nil)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	if code := s.post(t, `{"down":true}`); code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	if code, err := discovery(t.Context()); err != nil || code != http.StatusServiceUnavailable {
		t.Errorf("down: %d %v", code, err)
	}
	if code := s.post(t, `{"slow":"1m"}`); code != http.StatusOK {
		t.Fatalf("status %d", code)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := discovery(ctx); err == nil {
		t.Error("slow: it answered at once")
	}
	s.SetFaults(Faults{})
	if code, err := discovery(t.Context()); err != nil || code != http.StatusOK {
		t.Errorf("well again: %d %v", code, err)
	}
	for name, body := range map[string]string{"no JSON": "x", "unknown member": `{"dwon":true}`, "no duration": `{"slow":"x"}`, "too slow": `{"slow":"2h"}`} {
		if code := s.post(t, body); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code := s.post(t, `{"down":true}`, "Sec-Fetch-Site", "cross-site"); code != http.StatusForbidden {
		t.Errorf("another site's page can switch faults: %d", code)
	}
}
