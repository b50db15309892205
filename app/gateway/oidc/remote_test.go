package oidc

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
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
	_, err = p.AuthURL(t.Context(), "s", "n", "v", "", AskUsual)
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

// serve runs a handler on a new address until the test ends.
func serve(t *testing.T, h http.HandlerFunc) (addr string) {
	t.Helper()
	addr = freeAddr(t)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return addr
}

// proxied is the simulator behind a proxy that tells of each request.
type proxied struct {
	*simulator.Server
	asked atomic.Int64
	each  chan struct{} // one value a request; full is fine
}

func startProxied(t *testing.T) (*Provider, *proxied) {
	t.Helper()
	back := freeAddr(t)
	x := &proxied{each: make(chan struct{}, 100)}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: back})
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		x.asked.Add(1)
		select {
		case x.each <- struct{}{}:
		default:
		}
		proxy.ServeHTTP(w, r)
	})
	var err error
	x.Server, err = simulator.Start(t.Context(), simulator.Options{Addr: back, Issuer: "http://" + front, Audience: testAudience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return newClient(t, front, nil), x
}

func TestStrangersCannotMakeUsFloodTheProvider(t *testing.T) {
	p, s := startProxied(t)
	p.remote.minInterval = time.Hour
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.asked.Store(0)
	unknown := mint(t, s.Server, simulator.Minting{ForeignKey: true, KeyID: "unknown"})
	bad := mint(t, s.Server, simulator.Minting{ForeignKey: true})
	for range 50 {
		_, err := p.VerifyAccessToken(t.Context(), unknown)
		wantRefusal(t, err, ReasonKey)
		_, err = p.VerifyAccessToken(t.Context(), bad)
		wantRefusal(t, err, ReasonSignature)
	}
	if n := s.asked.Load(); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestManyWaitForOneAnswer(t *testing.T) {
	p, s := startProxied(t)
	p.remote.minInterval = time.Hour
	s.SetFaults(simulator.Faults{Slow: 100 * time.Millisecond})
	token := mint(t, s.Server, simulator.Minting{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := p.VerifyAccessToken(context.Background(), token); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.asked.Load(); n != 2 { // discovery and keys
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
	p, s := startProxied(t)
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-s.each
	<-s.each // discovery and keys
	p.remote.maxAge = 0
	if _, err := p.VerifyAccessToken(t.Context(), mint(t, s.Server, simulator.Minting{})); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.each:
	case <-time.After(10 * time.Second):
		t.Error("the keys are not fetched again")
	}
}

func TestDiscoveryIsRefused(t *testing.T) {
	var document atomic.Pointer[string]
	addr := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/keys":
			_, _ = w.Write([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"small"},{"kty":"XYZ"}]}`))
		case "/moved":
			http.Redirect(w, r, "/keys", http.StatusFound)
		default:
			_, _ = w.Write([]byte(*document.Load()))
		}
	})
	p := newClient(t, addr, nil)
	base := "http://" + addr
	endpoints := func(issuer, token, keys string) string {
		return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":"https://a.example","token_endpoint":%q,"jwks_uri":%q}`, issuer, token, keys)
	}
	for name, tc := range map[string]struct{ document, says string }{
		"another issuer":            {endpoints("https://other.example", "https://a.example", base+"/keys"), "issuer URL"},
		"a token endpoint in clear": {endpoints(base, "http://a.example", base+"/keys"), "must be https"},
		"no endpoints":              {fmt.Sprintf(`{"issuer":%q}`, base), "absolute URL"},
		"not JSON":                  {`<html>`, "decode"},
		"no key that is accepted":   {endpoints(base, "https://a.example", base+"/keys"), "no key that is accepted"},
		"keys that have moved":      {endpoints(base, "https://a.example", base+"/moved"), "status 302"},
		"more than is read":         {`{"issuer":"` + strings.Repeat("x", maxAnswerBytes) + `"}`, "decode"},
	} {
		document.Store(&tc.document)
		err := p.Ready(t.Context())
		wantUnavailable(t, err)
		if err != nil && !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
