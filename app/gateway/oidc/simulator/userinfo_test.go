package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// askUserinfo asks with a token and returns the claims.
func askUserinfo(t *testing.T, s *Server, token string) (int, map[string]any) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Issuer+"/userinfo", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var claims map[string]any
	_ = json.NewDecoder(res.Body).Decode(&claims) // a refusal has no claims
	return res.StatusCode, claims
}

func TestUserinfo(t *testing.T) {
	s := start(t, func(o *Options) {
		o.Clients = append(o.Clients, Client{ID: "dev", Secret: "dev-secret"})
	})
	token, _, err := s.DevToken("reviewer-minato")
	if err != nil {
		t.Fatal(err)
	}
	status, got := askUserinfo(t, s, token)
	for name, want := range map[string]any{
		"sub": "reviewer-minato", "name": "波止場 渚", "family_name": "波止場", "given_name": "渚", "name#ja-Kana-JP": "ハトバ ナギサ",
		"family_name#ja-Kana-JP": "ハトバ", "given_name#ja-Kana-JP": "ナギサ", "birthdate": "1988-12-25", "email": "reviewer-minato@example.test", "email_verified": true,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v (status %d)", name, got[name], want, status)
		}
	}
	for name, m := range map[string]Minting{
		"expired":     {Persona: "parent-1", Claims: map[string]any{"exp": 1}},
		"foreign key": {Persona: "parent-1", ForeignKey: true},
		"alg none":    {Persona: "parent-1", Algorithm: AlgorithmNone},
	} {
		bad, err := s.Mint(m)
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := askUserinfo(t, s, bad); status == http.StatusOK {
			t.Errorf("%s: answered", name)
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/revoke", strings.NewReader(url.Values{"token": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("dev", "dev-secret")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if status, _ := askUserinfo(t, s, token); res.StatusCode != http.StatusOK || status == http.StatusOK {
		t.Errorf("revoking: %d, afterwards %d", res.StatusCode, status)
	}
}

func TestStartRefuses(t *testing.T) {
	busy := start(t, nil)
	for name, o := range map[string]Options{
		"no audience":        {Addr: freeAddr(t)},
		"an address in use":  {Addr: strings.TrimPrefix(busy.Issuer, "http://"), Audience: testAudience},
		"an issuer's path":   {Addr: freeAddr(t), Audience: testAudience, Issuer: "http://127.0.0.1:1/path"},
		"an issuer's query":  {Addr: freeAddr(t), Audience: testAudience, Issuer: "http://127.0.0.1:1?a=b"},
		"no issuer at all":   {Addr: freeAddr(t), Audience: testAudience, Issuer: "127.0.0.1"},
		"an unusable folder": {Addr: freeAddr(t), Audience: testAudience, DataDir: "/dev/null/x"},
	} {
		if s, err := Start(t.Context(), o); err == nil {
			_ = s.Close()
			t.Errorf("%s: it started", name)
		}
	}
}
