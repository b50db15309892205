package oidc

import (
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

const (
	testAudience = "kosodate-api"
	testClient   = "kosodate-web"
	testSecret   = "a secret with : and % and +"
	testCallback = "http://127.0.0.1:9/auth/callback"
	testGoodbye  = "http://127.0.0.1:9/"
)

// freeAddr finds a port below the range of clients' own connections.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(20000+rand.IntN(12000)))
		l, err := net.Listen("tcp", addr)
		if err == nil {
			_ = l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

// startProvider runs the simulator on addr.
func startProvider(t testing.TB, addr, dir string) *simulator.Server {
	t.Helper()
	s, err := simulator.Start(t.Context(), simulator.Options{
		Addr: addr, DataDir: dir, Audience: testAudience,
		Clients: []simulator.Client{{
			ID: testClient, Secret: testSecret,
			RedirectURLs: []string{testCallback}, PostLogoutRedirectURLs: []string{testGoodbye},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// newClient makes a Provider for the simulator at addr. Its questions are not held back, so that tests need not wait.
func newClient(t testing.TB, addr string, change func(*Config)) *Provider {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(testSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Name: "demo", Issuer: "http://" + addr, ClientID: testClient, ClientSecretFile: secret, RedirectURL: testCallback,
		APIAudience: testAudience, Scopes: []string{"profile", "email"}, MinRefresh: time.Nanosecond,
	}
	if change != nil {
		change(&cfg)
	}
	p, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func startBoth(t testing.TB) (*simulator.Server, *Provider) {
	t.Helper()
	addr := freeAddr(t)
	return startProvider(t, addr, ""), newClient(t, addr, nil)
}

func mint(t testing.TB, s *simulator.Server, m simulator.Minting) string {
	t.Helper()
	if m.Persona == "" {
		m.Persona = "parent-1"
	}
	token, err := s.Mint(m)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// wantRefusal checks for an Unauthorized fault of a reason.
func wantRefusal(t *testing.T, err error, reason string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Unauthorized || f.Code != fault.CodeUnauthorized || f.Extra["reason"] != reason || f.Reason == "" {
		t.Errorf("got %v, want unauthorized for reason %q", err, reason)
	}
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Extra["down"] != "oidc" {
		t.Errorf("got %v, want unavailable", err)
	}
}
