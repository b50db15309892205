package oidc

import (
	"context"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

func TestProviderDownAtStartThenUp(t *testing.T) {
	addr := freeAddr(t)
	p := newClient(t, addr, nil) // New succeeds though nobody listens
	wantUnavailable(t, p.Ready(t.Context()))
	_, err := p.VerifyAccessToken(t.Context(), "a.b.c")
	wantUnavailable(t, err)
	_, err = p.AuthURL(t.Context(), "s", "n", "v", "")
	wantUnavailable(t, err)

	dir := t.TempDir()
	s := startProvider(t, addr, dir)
	if err := p.Ready(t.Context()); err != nil {
		t.Fatalf("the provider is up: %v", err)
	}
	token := mint(t, s, simulator.Minting{})
	later := mint(t, s, simulator.Minting{Persona: "parent-2"})
	if _, err := p.VerifyAccessToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}

	_ = s.Close()
	wantUnavailable(t, p.Ready(t.Context()))
	for _, known := range []string{token, later} {
		if _, err := p.VerifyAccessToken(t.Context(), known); err != nil {
			t.Errorf("with the keys known, tokens are good while the provider is down: %v", err)
		}
	}
	again := startProvider(t, addr, dir)
	if err := p.Ready(t.Context()); err != nil {
		t.Errorf("up again: %v", err)
	}
	if _, err := p.VerifyAccessToken(t.Context(), mint(t, again, simulator.Minting{})); err != nil {
		t.Errorf("the keys outlive a restart: %v", err)
	}
}

func TestKeyRotationAndWithdrawal(t *testing.T) {
	s, p := startBoth(t)
	old := mint(t, s, simulator.Minting{})
	if _, err := p.VerifyAccessToken(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateKey(); err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"new key": mint(t, s, simulator.Minting{}), "old key": old} {
		if _, err := p.VerifyAccessToken(t.Context(), token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.WithdrawOldKeys(); err != nil {
		t.Fatal(err)
	}
	if err := p.Ready(t.Context()); err != nil { // learns of it, as the refresh after KeysMaxAge does
		t.Fatal(err)
	}
	_, err := p.VerifyAccessToken(t.Context(), old)
	wantRefusal(t, err, ReasonKey)
}

func TestUnknownKeyWhileTheProviderIsDown(t *testing.T) {
	s, p := startBoth(t)
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateKey(); err != nil {
		t.Fatal(err)
	}
	token := mint(t, s, simulator.Minting{})
	s.SetFaults(simulator.Faults{Down: true})
	_, err := p.VerifyAccessToken(t.Context(), token)
	wantUnavailable(t, err) // nobody can say that it is bad
	s.SetFaults(simulator.Faults{})
	if _, err := p.VerifyAccessToken(t.Context(), token); err != nil {
		t.Error(err)
	}
}

// counting puts a proxy before the simulator that counts what reaches it.
func counting(t *testing.T) (p *Provider, s *simulator.Server, asked *atomic.Int64) {
	front, back := freeAddr(t), freeAddr(t)
	s, err := simulator.Start(t.Context(), simulator.Options{Addr: back, Issuer: "http://" + front, Audience: testAudience})
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int64)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: back})
	server := &http.Server{Addr: front, ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		proxy.ServeHTTP(w, r)
	})}
	go func() { _ = server.ListenAndServe() }()
	t.Cleanup(func() { _ = server.Close(); _ = s.Close() })
	p = newClient(t, front, nil)
	for p.Ready(t.Context()) != nil { // until the proxy listens
		if t.Context().Err() != nil {
			t.Fatal("never ready")
		}
	}
	return p, s, asked
}

func TestStrangersCannotMakeUsFloodTheProvider(t *testing.T) {
	p, s, asked := counting(t)
	p.remote.minInterval = time.Hour
	asked.Store(0)
	unknown := mint(t, s, simulator.Minting{ForeignKey: true, KeyID: "unknown"})
	bad := mint(t, s, simulator.Minting{ForeignKey: true})
	for range 50 {
		_, err := p.VerifyAccessToken(t.Context(), unknown)
		wantRefusal(t, err, ReasonKey)
		_, err = p.VerifyAccessToken(t.Context(), bad)
		wantRefusal(t, err, ReasonSignature)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestManyWaitForOneAnswer(t *testing.T) {
	p, s, asked := counting(t)
	asked.Store(0)
	p.remote.good.Store(nil)
	p.remote.last.Store(nil)
	p.remote.minInterval = time.Hour
	s.SetFaults(simulator.Faults{Slow: 100 * time.Millisecond})
	token := mint(t, s, simulator.Minting{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := p.VerifyAccessToken(context.Background(), token); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := asked.Load(); n != 2 { // discovery and keys
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestASlowProviderDoesNotHoldACallerLongerThanItWants(t *testing.T) {
	s, p := startBoth(t)
	s.SetFaults(simulator.Faults{Slow: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	wantUnavailable(t, p.Ready(ctx))
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("waited %s", waited)
	}
}

func TestOldKeysAreFetchedAgainBehindTheCaller(t *testing.T) {
	p, s, asked := counting(t)
	p.remote.maxAge = 0
	p.remote.minInterval = 0
	token := mint(t, s, simulator.Minting{})
	asked.Store(0)
	if _, err := p.VerifyAccessToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for asked.Load() < 2 { // the test's deadline bounds it
		select {
		case <-t.Context().Done():
			t.Fatal("never asked")
		default:
		}
	}
}

func TestDiscoveryIsRefused(t *testing.T) {
	addr := freeAddr(t)
	var answer atomic.Pointer[string]
	server := &http.Server{Addr: addr, ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			_, _ = w.Write([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"small"},{"kty":"XYZ"}]}`))
			return
		}
		_, _ = w.Write([]byte(*answer.Load()))
	})}
	go func() { _ = server.ListenAndServe() }()
	t.Cleanup(func() { _ = server.Close() })
	p := newClient(t, addr, nil)
	base := "http://" + addr
	for name, doc := range map[string]string{
		"another issuer":            `{"issuer":"https://other.example","authorization_endpoint":"https://a.example","token_endpoint":"https://a.example","jwks_uri":"` + base + `/keys"}`,
		"a token endpoint in clear": `{"issuer":"` + base + `","authorization_endpoint":"https://a.example","token_endpoint":"http://a.example","jwks_uri":"` + base + `/keys"}`,
		"no endpoints":              `{"issuer":"` + base + `"}`,
		"not JSON":                  `<html>`,
		"no key that is accepted":   `{"issuer":"` + base + `","authorization_endpoint":"https://a.example","token_endpoint":"https://a.example","jwks_uri":"` + base + `/keys"}`,
	} {
		answer.Store(&doc)
		err := p.Ready(t.Context())
		wantUnavailable(t, err)
		t.Logf("%s: %v", name, err)
	}
}
