package simulator

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	signInLifetime = 15 * time.Minute // time enough to read the page
	codeLifetime   = time.Minute
	maxSignIns     = 10_000
)

var errUnknown = errors.New("unknown or expired")

// storage keeps what the library asks to keep: sign-ins under way and their codes, in memory.
type storage struct {
	keys     *keyring
	clients  []client
	audience string
	lifetime time.Duration

	mu      sync.Mutex
	signIns map[string]signIn
	codes   map[string]issuedCode
	revoked map[string]time.Time // token id → when it may be forgotten
}

type issuedCode struct {
	signIn string
	at     time.Time
}

// CreateAuthRequest begins a sign-in. PKCE with S256 is required of every client.
func (s *storage) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if slices.Contains(r.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrLoginRequired() // nobody is ever signed in here: each time a persona is chosen
	}
	if r.CodeChallenge == "" || r.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	}
	in := signIn{
		id:          rand.Text(),
		clientID:    r.ClientID,
		redirectURL: r.RedirectURI,
		state:       r.State,
		nonce:       r.Nonce,
		challenge:   r.CodeChallenge,
		scopes:      r.Scopes,
		locales:     r.UILocales,
		responder:   r.ResponseMode,
		audience:    s.audience,
		began:       time.Now(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	if len(s.signIns) >= maxSignIns {
		return nil, oidc.ErrServerError().WithDescription("too many sign-ins under way")
	}
	s.signIns[in.id] = in
	return in, nil
}

// sweep forgets what is over. The caller holds the lock.
func (s *storage) sweep() {
	now := time.Now()
	for id, in := range s.signIns {
		if now.Sub(in.began) > signInLifetime {
			delete(s.signIns, id)
		}
	}
	for code, c := range s.codes {
		if now.Sub(c.at) > codeLifetime {
			delete(s.codes, code)
		}
	}
	for id, until := range s.revoked {
		if now.After(until) {
			delete(s.revoked, id)
		}
	}
}

func (s *storage) find(id string) (signIn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ok := s.signIns[id]
	if !ok || time.Since(in.began) > signInLifetime {
		return signIn{}, errUnknown
	}
	return in, nil
}

// change applies a step of the page to a sign-in. A sign-in that is done cannot be turned into another person's.
func (s *storage) change(id string, step func(*signIn)) (signIn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ok := s.signIns[id]
	if !ok || in.done || time.Since(in.began) > signInLifetime {
		return signIn{}, errUnknown
	}
	step(&in)
	s.signIns[id] = in
	return in, nil
}

// AuthRequestByID finds a sign-in that is under way.
func (s *storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	return s.find(id)
}

// AuthRequestByCode takes a code, which is good once and for a minute, even if what follows fails.
func (s *storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	c, ok := s.codes[code]
	delete(s.codes, code)
	s.mu.Unlock()
	if !ok || time.Since(c.at) > codeLifetime {
		return nil, errUnknown
	}
	return s.find(c.signIn)
}

// SaveAuthCode remembers a code.
func (s *storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = issuedCode{signIn: id, at: time.Now()}
	return nil
}

// DeleteAuthRequest ends a sign-in.
func (s *storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.signIns, id)
	return nil
}

// CreateAccessToken names a token. It is a JWT, so nothing has to be kept.
func (s *storage) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return rand.Text(), time.Now().Add(s.lifetime), nil
}

// CreateAccessAndRefreshTokens is never asked for: no client is registered for refresh tokens.
func (s *storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, oidc.ErrUnsupportedGrantType()
}

// TokenRequestByRefreshToken knows none.
func (s *storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, op.ErrInvalidRefreshToken
}

// GetRefreshTokenInfo knows none.
func (s *storage) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

// TerminateSession has nothing to end: there is no session, each sign-in asks again.
func (s *storage) TerminateSession(context.Context, string, string) error { return nil }

// RevokeToken makes userinfo refuse a token.
func (s *storage) RevokeToken(_ context.Context, tokenID, _, _ string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	s.revoked[tokenID] = time.Now().Add(s.lifetime)
	return nil
}

// SigningKey, SignatureAlgorithms and KeySet hand out the keys.
func (s *storage) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{s.keys.current()}, nil
}

// SignatureAlgorithms is the one that every client understands.
func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is what /keys publishes.
func (s *storage) KeySet(context.Context) ([]op.Key, error) { return s.keys.published(), nil }

// Health is always good.
func (s *storage) Health(context.Context) error { return nil }
