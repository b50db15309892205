package simulator

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// DefaultTokenLifetime is how long access tokens are good for.
const DefaultTokenLifetime = time.Hour

// Options say how the provider starts.
type Options struct {
	Addr     string   // where to listen, "127.0.0.1:8081"
	Issuer   string   // the URL by which browsers and the program reach it, without a path; empty is http://Addr
	DataDir  string   // the folder that keeps the signing keys; empty keeps them in memory
	Audience string   // the audience of access tokens: the client's Config.APIAudience. Required
	Clients  []Client // who may use it

	TokenLifetime time.Duration // of access tokens; zero is DefaultTokenLifetime
	Faults        Faults        // faults to start with
}

// Server is a provider that runs.
type Server struct {
	Issuer string // as tokens and discovery carry it

	storage *storage
	faults  faultSwitch
	http    *http.Server
	done    chan struct{}
}

// Start listens and serves until Close, or until ctx ends. When it returns, the provider answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Audience == "" {
		return nil, errors.New("oidc simulator: Audience is empty")
	}
	keys, err := openKeyring(o.DataDir)
	if err != nil {
		return nil, fmt.Errorf("oidc simulator: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("oidc simulator: %w", err)
	}
	s := &Server{Issuer: o.Issuer, done: make(chan struct{}), storage: newStorage(o, keys)}
	if s.Issuer == "" {
		s.Issuer = "http://" + listener.Addr().String()
	}
	s.faults.set(o.Faults)
	handler, err := s.handler()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("oidc simulator: %w", err), listener.Close())
	}
	s.http = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // always ErrServerClosed or the listener's end, both of which are wanted
	}()
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

func newStorage(o Options, keys *keyring) *storage {
	st := &storage{
		keys:     keys,
		audience: o.Audience,
		lifetime: o.TokenLifetime,
		signIns:  map[string]signIn{},
		codes:    map[string]issuedCode{},
		revoked:  map[string]time.Time{},
	}
	if st.lifetime == 0 {
		st.lifetime = DefaultTokenLifetime
	}
	for _, c := range o.Clients {
		st.clients = append(st.clients, client{c})
	}
	return st
}

// handler puts the library, the pages and the controls together.
func (s *Server) handler() (http.Handler, error) {
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || (u.Path != "" && u.Path != "/") {
		return nil, errors.New("the issuer must be a URL without a path")
	}
	conf := &op.Config{
		CodeMethodS256:           true,
		AuthMethodPost:           true,
		DefaultLogoutRedirectURI: "/signed-out",
		SupportedUILocales:       []language.Tag{language.Japanese, language.English},
		SupportedClaims: []string{
			"sub",
			"iss",
			"aud",
			"exp",
			"iat",
			"nbf",
			"amr",
			"auth_time",
			"name",
			"family_name",
			"given_name",
			"birthdate",
			"email",
			rolesClaim,
		},
		SupportedScopes: []string{"openid", "profile", "email", "address", "phone", "handover", "share:*"},
	}
	if _, err := rand.Read(conf.CryptoKey[:]); err != nil {
		return nil, err
	}
	provider, err := op.NewProvider(conf, s.storage, op.StaticIssuer(s.Issuer), op.WithAllowInsecure(), op.WithCORSOptions(nil))
	if err != nil {
		return nil, err
	}
	pages, err := newPages(s.storage)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", provider)
	pages.routes(mux)
	outer := http.NewServeMux()
	outer.Handle("/", s.faults.inFrontOf(mux))
	outer.Handle("/control/faults", &s.faults) // works while everything else is down
	// No other site may post a choice or a fault with the browser of whoever has the demo open.
	return http.MaxBytesHandler(http.NewCrossOriginProtection().Handler(outer), 64<<10), nil
}

// RotateKey makes a new signing key; the older ones are still published.
func (s *Server) RotateKey() error { return s.storage.keys.rotate() }

// WithdrawOldKeys publishes only the newest key from now on, as a provider does whose key was stolen.
func (s *Server) WithdrawOldKeys() error { return s.storage.keys.withdrawOld() }

// Close stops at once, requests under way included. It may be called twice.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}
