package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Providers are all that are trusted, each with a name and an issuer of its own. A token is judged by the one that it says it is of.
type Providers struct{ all []*Provider }

// NewProviders makes them. Two of one issuer would be two opinions on the same token, and two of one name would mix up people.
func NewProviders(ctx context.Context, configs []Config) (*Providers, error) {
	if len(configs) == 0 {
		return nil, errors.New("oidc: no provider is configured")
	}
	out := &Providers{}
	for _, cfg := range configs {
		for _, other := range out.all {
			if other.cfg.Name == cfg.Name || other.cfg.Issuer == cfg.Issuer {
				return nil, fmt.Errorf("oidc: the providers %q and %q share their name or their issuer", other.cfg.Name, cfg.Name)
			}
		}
		p, err := New(ctx, cfg)
		if err != nil {
			return nil, fmt.Errorf("provider %q: %w", cfg.Name, err)
		}
		out.all = append(out.all, p)
	}
	return out, nil
}

// All are the providers in the order in which they are configured.
func (s *Providers) All() []*Provider { return s.all }

// First is the first that lets an audience in; the very first if there is none.
func (s *Providers) First(a Audience) *Provider {
	for _, p := range s.all {
		if p.Serves(a) {
			return p
		}
	}
	return s.all[0]
}

// VerifyAccessToken is Provider.VerifyAccessToken by the provider whose name the token bears. Faults: the same.
func (s *Providers) VerifyAccessToken(ctx context.Context, raw string) (Identity, error) {
	p, err := s.of(raw)
	if err != nil {
		return Identity{}, err
	}
	return p.VerifyAccessToken(ctx, raw)
}

// VerifyLogoutToken is Provider.VerifyLogoutToken by the provider whose name the token bears. Faults: the same.
func (s *Providers) VerifyLogoutToken(ctx context.Context, raw string) (Ended, error) {
	p, err := s.of(raw)
	if err != nil {
		return Ended{}, err
	}
	return p.VerifyLogoutToken(ctx, raw)
}

// of reads which provider a token says it is of: nothing is believed yet, that one judges it.
func (s *Providers) of(raw string) (*Provider, error) {
	if len(s.all) == 1 {
		return s.all[0], nil
	}
	if len(raw) > MaxTokenBytes {
		return nil, refused(ReasonTooLarge)
	}
	parts := strings.Split(raw, ".")
	var said struct {
		Issuer string `json:"iss"`
	}
	if len(parts) != 3 {
		return nil, refused(ReasonMalformed)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &said) != nil {
		return nil, refused(ReasonMalformed)
	}
	for _, p := range s.all {
		if p.cfg.Issuer == said.Issuer {
			return p, nil
		}
	}
	return nil, refused(ReasonIssuer)
}
