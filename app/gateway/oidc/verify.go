package oidc

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// MaxTokenBytes is the longest token that is looked at. Real ones have 1 to 3 KB.
const MaxTokenBytes = 8 << 10

// tokenTypes are the values of the header "typ" of access tokens (RFC 9068 "at+jwt", and what providers used before).
var tokenTypes = []string{"", "jwt", "at+jwt", "application/at+jwt"}

// VerifyAccessToken checks a bearer token (without the word Bearer) and says whom it stands for: signature by a
// published key with an accepted algorithm, issuer, audience (APIAudience), expiry, not-before, subject. The slices of
// the Identity are shared with later callers: do not change their elements.
//
// Faults: Unauthorized (unauthorized) with a Reason… in Extra "reason"; Unavailable (unavailable) if the provider has
// to be asked for its keys and does not answer, since then nobody can say whether the token is good.
func (p *Provider) VerifyAccessToken(ctx context.Context, raw string) (Identity, error) {
	switch {
	case raw == "":
		return Identity{}, refused(ReasonMissing)
	case len(raw) > MaxTokenBytes:
		return Identity{}, refused(ReasonTooLarge)
	}
	known, err := p.remote.current(ctx)
	if err != nil {
		return Identity{}, unavailable(err)
	}
	key := sha256.Sum256([]byte(raw))
	if id, ok := p.cache.get(key, p.now(), known.generation); ok {
		return id, nil
	}
	id, generation, err := p.verify(ctx, raw)
	if err != nil {
		return Identity{}, err
	}
	p.cache.put(key, cached{identity: id, until: id.ExpiresAt.Add(p.cfg.Leeway), generation: generation})
	return id, nil
}

// verify does the whole check; the generation is that of the keys it was made with.
func (p *Provider) verify(ctx context.Context, raw string) (Identity, uint64, error) {
	payload, generation, err := p.payload(ctx, raw, tokenTypes)
	if err != nil {
		return Identity{}, 0, err
	}
	id, err := p.accessIdentity(payload)
	return id, generation, err
}

// payload lets out what a token of one of the types says, once its signature is good; the generation is that of the keys.
func (p *Provider) payload(ctx context.Context, raw string, types []string) (json.RawMessage, uint64, error) {
	tok, err := jwt.ParseSigned(raw, algorithms)
	var alg *jose.ErrUnexpectedSignatureAlgorithm
	switch {
	case errors.As(err, &alg):
		return nil, 0, refused(ReasonAlgorithm)
	case err != nil || len(tok.Headers) != 1:
		return nil, 0, refused(ReasonMalformed)
	}
	head := tok.Headers[0]
	if typ, _ := head.ExtraHeaders[jose.HeaderType].(string); !slices.Contains(types, strings.ToLower(typ)) {
		return nil, 0, refused(ReasonType)
	}
	keys, used, err := p.remote.keysFor(ctx, head.KeyID, head.Algorithm)
	if err != nil {
		return nil, 0, err
	}
	payload, err := open(tok, keys)
	return payload, used.generation, err
}

// open checks the signature and only then lets the payload out.
func open(tok *jwt.JSONWebToken, keys []publicKey) (json.RawMessage, error) {
	for _, k := range keys {
		var payload json.RawMessage
		err := tok.Claims(k.key, &payload)
		if err == nil {
			return payload, nil
		}
		if !errors.Is(err, jose.ErrCryptoFailure) {
			return nil, refused(ReasonMalformed)
		}
	}
	return nil, refused(ReasonSignature)
}

// accessIdentity checks the claims of an access token whose signature is good.
func (p *Provider) accessIdentity(payload []byte) (Identity, error) {
	c, err := readClaims(payload, &p.cfg)
	if err != nil {
		return Identity{}, err
	}
	if c.Expiry == nil {
		return Identity{}, refused(ReasonNoExpiry)
	}
	want := jwt.Expected{Issuer: p.cfg.Issuer, AnyAudience: jwt.Audience{p.cfg.APIAudience}, Time: p.now()}
	if err := c.ValidateWithLeeway(want, p.cfg.Leeway); err != nil {
		return Identity{}, refused(claimReason(err))
	}
	if !validSubject(c.Subject) {
		return Identity{}, refused(ReasonSubject)
	}
	// Some providers name the API as a second audience of ID tokens, which browsers see and logs keep. An access token
	// has no hash of an access token in it; Keycloak says "ID" besides.
	if c.AccessHash != "" || c.CodeHash != "" || c.Kind == "ID" {
		return Identity{}, refused(ReasonType)
	}
	return c.identity(&p.cfg), nil
}

func claimReason(err error) string {
	switch {
	case errors.Is(err, jwt.ErrInvalidIssuer):
		return ReasonIssuer
	case errors.Is(err, jwt.ErrInvalidAudience):
		return ReasonAudience
	case errors.Is(err, jwt.ErrExpired):
		return ReasonExpired
	case errors.Is(err, jwt.ErrNotValidYet), errors.Is(err, jwt.ErrIssuedInTheFuture):
		return ReasonNotYet
	}
	return ReasonMalformed
}

// earlier is the clock for the library's expiry check, which knows no leeway of its own.
func (p *Provider) earlier() time.Time { return p.now().Add(-p.cfg.Leeway) }
