package oidc

import (
	"cmp"
	"context"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// algorithms are the signatures that are accepted. All are asymmetric: with HS256 the public key, which everybody has,
// would be the secret, and "none" is no signature at all.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256, jose.EdDSA}

// Provider is one OpenID Connect provider that is trusted. It is safe for concurrent use.
type Provider struct {
	cfg    Config
	remote *remote
	cache  *tokenCache
	now    func() time.Time
}

// New checks cfg and returns a Provider. It asks the provider nothing: discovery happens with the first need and
// is tried again until it succeeds, so the program starts and stays up while the provider is down (Ready tells).
// An error means that the configuration itself is wrong.
func New(_ context.Context, cfg Config) (*Provider, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	p := &Provider{cfg: cfg, cache: newTokenCache(cfg.MaxCachedTokens), now: time.Now}
	p.remote = newRemote(cfg, func() time.Time { return p.now() })
	return p, nil
}

// Name is the provider's stable key, the first half of a person's identity.
func (p *Provider) Name() string { return p.cfg.Name }

// Label is what people call it in a language, in Japanese if nothing was said in another, and its name if nothing was said at all.
func (p *Provider) Label(lang string) string {
	return cmp.Or(p.cfg.Labels[lang], p.cfg.Labels["ja"], p.cfg.Name)
}

// Ready asks the provider for its configuration and its keys, at most once per MinRefresh, and returns nil if it
// answered. Otherwise a fault of kind Unavailable (code unavailable, Extra "down": "oidc"). Tokens whose keys are known
// are verified all the same while it is not ready: only signing in needs the provider.
func (p *Provider) Ready(ctx context.Context) error {
	if _, err := p.remote.refresh(ctx); err != nil {
		return unavailable(err)
	}
	return nil
}
