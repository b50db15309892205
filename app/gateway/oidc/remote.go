package oidc

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// maxAnswerBytes bounds what is read of one answer of the provider.
const maxAnswerBytes = 1 << 20

// remote is what is known of the provider: its endpoints and its keys. Reading needs no lock; asking is done once for
// all who wait, and not more often than MinRefresh.
type remote struct {
	issuer      string
	allowHTTP   bool
	minInterval time.Duration
	maxAge      time.Duration
	client      *http.Client
	now         func() time.Time

	asking singleflight.Group
	good   atomic.Pointer[snapshot] // the last good answer; nil before the first
	last   atomic.Pointer[attempt]  // the last attempt, good or not
}

// snapshot is one good answer. It is never changed once published.
type snapshot struct {
	endpoint   oauth2.Endpoint
	endSession string
	scopes     []string                                                            // that it says it knows
	saysIssuer bool                                                                // in the parameter "iss" of the callback (RFC 9207)
	userinfo   func(context.Context, oauth2.TokenSource) (*coreos.UserInfo, error) // nil if it has no such endpoint
	keys       []publicKey
	fetched    time.Time
	generation uint64 // grows when a key was withdrawn, which makes every cached token with an older one worthless
}

type attempt struct {
	at  time.Time
	err error
}

func newRemote(cfg Config, now func() time.Time) *remote {
	return &remote{
		issuer:      cfg.Issuer,
		allowHTTP:   cfg.AllowHTTP,
		minInterval: cfg.MinRefresh,
		maxAge:      cfg.KeysMaxAge,
		now:         now,
		client: &http.Client{
			Timeout:   cfg.Timeout,
			Transport: boundedTransport{http.DefaultTransport},
			// A redirect would carry the code, the secret and our trust to an address that nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// current is the last good answer, however old: a provider that is down does not make good tokens bad. If it is older
// than maxAge, a new one is fetched behind the caller's back. With no answer yet it asks now.
func (r *remote) current(ctx context.Context) (*snapshot, error) {
	s := r.good.Load()
	if s == nil {
		return r.refresh(ctx)
	}
	if r.now().Sub(s.fetched) > r.maxAge && !r.tooSoon() {
		r.asking.DoChan("", r.ask) // the channel is buffered: nobody has to read it
	}
	return s, nil
}

// refresh asks the provider, or returns the last attempt's result if that was less than minInterval ago.
func (r *remote) refresh(ctx context.Context) (*snapshot, error) {
	if r.tooSoon() {
		return r.good.Load(), r.last.Load().err
	}
	select {
	case res := <-r.asking.DoChan("", r.ask):
		if res.Err != nil {
			return nil, res.Err
		}
		return res.Val.(*snapshot), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *remote) tooSoon() bool {
	a := r.last.Load()
	return a != nil && r.now().Sub(a.at) < r.minInterval
}

// ask runs apart from any caller's context, since others wait for the same answer; the client's timeout bounds it.
func (r *remote) ask() (any, error) {
	if r.tooSoon() { // somebody else's question was answered between our look at the clock and now
		return r.good.Load(), r.last.Load().err
	}
	s, err := r.discover(coreos.ClientContext(context.Background(), r.client))
	if err == nil {
		s.fetched = r.now()
		if old := r.good.Load(); old != nil {
			s.generation = old.generation
			if withdrawn(old.keys, s.keys) {
				s.generation++
			}
		}
		r.good.Store(s)
	}
	r.last.Store(&attempt{at: r.now(), err: err})
	return s, err
}

func (r *remote) discover(ctx context.Context) (*snapshot, error) {
	found, err := coreos.NewProvider(ctx, r.issuer)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	var more struct {
		JWKS        string   `json:"jwks_uri"`
		EndSession  string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		Scopes      []string `json:"scopes_supported"`
		SaysIssuer  bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	s := &snapshot{endpoint: found.Endpoint(), endSession: more.EndSession, scopes: more.Scopes, saysIssuer: more.SaysIssuer}
	if checkURL(found.UserInfoEndpoint(), r.allowHTTP) == nil {
		s.userinfo = found.UserInfo
	}
	for _, u := range []string{s.endpoint.AuthURL, s.endpoint.TokenURL, more.JWKS} {
		if err := checkURL(u, r.allowHTTP); err != nil {
			return nil, fmt.Errorf("discovery: endpoint: %w", err)
		}
	}
	// Decided here and not tried out: the library would learn it by a failed attempt, and that burns the code.
	s.endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(more.AuthMethods) > 0 && !slices.Contains(more.AuthMethods, "client_secret_basic") {
		s.endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	s.keys, err = fetchKeys(ctx, r.client, more.JWKS)
	return s, err
}

// boundedTransport cuts answers off, so that a provider gone mad cannot fill our memory.
type boundedTransport struct{ next http.RoundTripper }

func (t boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswerBytes), res.Body}
	}
	return res, err
}
