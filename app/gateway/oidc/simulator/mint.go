package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Algorithms of Minting beside the usual RS256: what an attacker tries.
const (
	AlgorithmNone  = "none"  // no signature at all
	AlgorithmHS256 = "HS256" // the published key, which everybody has, as the shared secret
)

// Minting describes an access token, sound but for what is asked for. It is how tests obtain tokens that are wrong.
type Minting struct {
	Persona string // whose token
	// Claims replace those of a sound token; nil removes one. {"exp": past}, {"iss": "https://other.example"},
	// {"aud": "other"}, {"amr": nil} …
	Claims     map[string]any
	Algorithm  string // "" is RS256
	KeyID      string // "" is the signing key's
	ForeignKey bool   // sign with a key that was never published
	Type       string // header "typ"; "" is "JWT"
}

// DevToken is a sound access token for a persona, as if it had signed in just now, staff with their second factor.
// expiresIn says for how long it is good. It fails for an unknown persona.
func (s *Server) DevToken(persona string) (token string, expiresIn time.Duration, err error) {
	token, err = s.Mint(Minting{Persona: persona})
	return token, s.storage.lifetime, err
}

// Mint makes an access token. It fails for an unknown persona.
func (s *Server) Mint(m Minting) (string, error) {
	c, err := s.soundClaims(m.Persona)
	if err != nil {
		return "", err
	}
	maps.Copy(c, m.Claims)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("mint: %w", err)
	}
	if m.Algorithm == AlgorithmNone {
		head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
		return head + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", nil
	}
	key, err := s.mintingKey(m)
	if err != nil {
		return "", fmt.Errorf("mint: %w", err)
	}
	typ := jose.ContentType(m.Type)
	if typ == "" {
		typ = "JWT"
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(typ))
	if err != nil {
		return "", fmt.Errorf("mint: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("mint: %w", err)
	}
	return signed.CompactSerialize()
}

func (s *Server) soundClaims(persona string) (map[string]any, error) {
	p, ok := PersonaByKey(persona)
	if !ok {
		return nil, fmt.Errorf("mint: unknown persona %q", persona)
	}
	now := time.Now()
	c, err := privateClaims(persona, append([]string{}, p.Scopes...))
	if err != nil {
		return nil, err
	}
	maps.Copy(c, map[string]any{
		"iss": s.Issuer, "sub": persona, "aud": []string{s.storage.audience}, "jti": rand.Text(), "client_id": "dev",
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(s.storage.lifetime).Unix(),
	})
	switch {
	case p.Kind == KindPartner:
		c["client_id"] = persona
	case p.Staff():
		c["amr"], c["auth_time"] = amrTwoFactors, now.Unix()
	default:
		c["amr"], c["auth_time"] = amrOneFactor, now.Unix()
	}
	return c, nil
}

// mintingKey is the key to sign with, right or wrong.
func (s *Server) mintingKey(m Minting) (jose.SigningKey, error) {
	jwk := s.storage.keys.current()
	alg := jose.RS256
	switch {
	case m.Algorithm == AlgorithmHS256:
		der, err := x509.MarshalPKIXPublicKey(jwk.Public().Key)
		if err != nil {
			return jose.SigningKey{}, err
		}
		jwk.Key, alg = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), jose.HS256
	case m.Algorithm != "":
		alg = jose.SignatureAlgorithm(strings.ToUpper(m.Algorithm))
	}
	if m.ForeignKey {
		foreign, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return jose.SigningKey{}, err
		}
		jwk.Key = foreign
	}
	if m.KeyID != "" {
		jwk.KeyID = m.KeyID
	}
	return jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: jwk.Key, KeyID: jwk.KeyID}}, nil
}
