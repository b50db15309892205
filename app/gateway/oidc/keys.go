package oidc

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const (
	minRSABits = 2048
	// maxKeys bounds how many signatures are tried for a token that does not name its key.
	maxKeys = 32
)

// publicKey is one key of the provider with the algorithms that it may be used for.
type publicKey struct {
	id         string
	thumbprint string
	algorithms []jose.SignatureAlgorithm
	key        crypto.PublicKey
}

// fetchKeys reads a JWK Set (RFC 7517). Keys that we do not understand or do not accept are passed over, as section 5
// asks; a set without any usable key is an error.
func fetchKeys(ctx context.Context, client *http.Client, url string) ([]publicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("keys: status %d", res.StatusCode)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	var keys []publicKey
	for _, raw := range set.Keys {
		var jwk jose.JSONWebKey
		if json.Unmarshal(raw, &jwk) != nil {
			continue
		}
		if k, ok := accept(jwk); ok && len(keys) < maxKeys {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("keys: the provider publishes no key that is accepted")
	}
	return keys, nil
}

// accept keeps a public signing key of sufficient strength.
func accept(jwk jose.JSONWebKey) (publicKey, bool) {
	if !jwk.Valid() || !jwk.IsPublic() || (jwk.Use != "" && jwk.Use != "sig") {
		return publicKey{}, false
	}
	var algs []jose.SignatureAlgorithm
	switch k := jwk.Key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() >= minRSABits {
			algs = []jose.SignatureAlgorithm{jose.RS256, jose.PS256}
		}
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			algs = []jose.SignatureAlgorithm{jose.ES256}
		}
	case ed25519.PublicKey:
		algs = []jose.SignatureAlgorithm{jose.EdDSA}
	}
	if jwk.Algorithm != "" {
		algs = slices.DeleteFunc(algs, func(a jose.SignatureAlgorithm) bool { return string(a) != jwk.Algorithm })
	}
	sum, err := jwk.Thumbprint(crypto.SHA256)
	if len(algs) == 0 || err != nil {
		return publicKey{}, false
	}
	return publicKey{id: jwk.KeyID, thumbprint: string(sum), algorithms: algs, key: jwk.Key}, true
}

// matching are the keys that may have made a signature. A token that names no key may be by any of them.
func (s *snapshot) matching(kid, alg string) []publicKey {
	var found []publicKey
	for _, k := range s.keys {
		if (kid == "" || k.id == kid) && slices.Contains(k.algorithms, jose.SignatureAlgorithm(alg)) {
			found = append(found, k)
		}
	}
	return found
}

// withdrawn says whether a key of before is missing now.
func withdrawn(before, now []publicKey) bool {
	return slices.ContainsFunc(before, func(b publicKey) bool {
		return !slices.ContainsFunc(now, func(n publicKey) bool { return n.thumbprint == b.thumbprint && n.id == b.id })
	})
}

// keysFor finds the keys for a token. A key that is not known yet (the provider has rotated) is asked for, which
// minInterval bounds. Faults: Unauthorized with ReasonKey; Unavailable if the provider could not be asked.
func (r *remote) keysFor(ctx context.Context, kid, alg string) ([]publicKey, *snapshot, error) {
	s, err := r.current(ctx)
	if err != nil {
		return nil, nil, unavailable(err)
	}
	keys := s.matching(kid, alg)
	if len(keys) == 0 {
		if s, err = r.refresh(ctx); err != nil {
			return nil, nil, unavailable(err)
		}
		if keys = s.matching(kid, alg); len(keys) == 0 {
			return nil, nil, refused(ReasonKey)
		}
	}
	return keys, s, nil
}

// VerifySignature lets the library's ID token verifier use these keys. It returns the payload of a token whose
// signature fits.
func (r *remote) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	jws, err := jose.ParseSigned(raw, algorithms)
	if err != nil || len(jws.Signatures) != 1 {
		return nil, refused(ReasonMalformed)
	}
	head := jws.Signatures[0].Header
	keys, _, err := r.keysFor(ctx, head.KeyID, head.Algorithm)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if payload, err := jws.Verify(k.key); err == nil {
			return payload, nil
		}
	}
	return nil, refused(ReasonSignature)
}

var _ coreos.KeySet = (*remote)(nil)
