package core

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// TokenPath is where a core system gets its tokens.
const TokenPath = "/api/v1/core/token" //nolint:gosec // an address, no secret

const (
	tokenLife = 10 * time.Minute
	// longestAssertion is how far ahead an assertion may end: so long it has to be remembered.
	longestAssertion = 5 * time.Minute
	leeway           = 30 * time.Second
	longestJTI       = 200
)

// Asked is a request for a token: client credentials, signed by the client's key (RFC 6749, 4.4; RFC 7523).
type Asked struct {
	Assertion string
	Scope     string     // separated by spaces; empty for all that the system has
	From      netip.Addr // where the request came from
}

// Token is an access token.
type Token struct {
	Value  string
	Scopes []string
	Life   time.Duration
}

// Machine is a core system that has shown a token.
type Machine struct {
	ID, Municipality, Name string
	Scopes                 []string
	PerSecond              int
}

var (
	errAssertion = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "core-assertion").Note("error", "invalid_client")
	errUsed      = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "core-assertion-used").Note("error", "invalid_client")
	errScope     = fault.New(fault.Malformed, fault.CodeMalformed, "core-scope-asked").Note("error", "invalid_scope")
	errAddress   = fault.New(fault.Forbidden, fault.CodeForbidden, "core-address").Note("error", "unauthorized_client")
)

// Token gives a core system a token for its assertion, once. Errors, each with the member error of RFC 6749: unauthorized for an assertion that proves
// nothing, without saying whether there is such a system; forbidden from an address that is not listed; malformed for a scope that it does not have.
func (s *Service) Token(ctx context.Context, in Asked) (*Token, error) {
	tok, err := jwt.ParseSigned(in.Assertion, algorithms)
	if err != nil {
		return nil, errAssertion.Because(err)
	}
	var claims jwt.Claims
	if err := tok.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return nil, errAssertion.Because(err)
	}
	system, now, err := s.client(ctx, claims.Subject)
	if err != nil {
		return nil, err
	}
	if err := s.proves(tok, system, now, &claims); err != nil {
		return nil, errAssertion.Because(err)
	}
	if !comesFrom(system, in.From) {
		return nil, errAddress
	}
	scopes := strings.Fields(system.Scopes)
	if wanted := strings.Fields(in.Scope); len(wanted) > 0 {
		if slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(scopes, w) }) {
			return nil, errScope
		}
		scopes = slices.Compact(slices.Sorted(slices.Values(wanted)))
	}
	return s.give(ctx, system, &claims, scopes)
}

// client is the approved system of a client id, and the time. Error: unauthorized.
func (s *Service) client(ctx context.Context, id string) (system *models.CoreSystem, now time.Time, err error) {
	err = s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "core-token"}, func(tx *postgres.Tx) (err error) {
		now = tx.Now
		system, err = tx.CoreClient(id)
		return err
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, now, errAssertion
	}
	return system, now, err
}

// proves says whether an assertion was made by the system's key, for us, now (RFC 7523, 3).
func (s *Service) proves(tok *jwt.JSONWebToken, system *models.CoreSystem, now time.Time, claims *jwt.Claims) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(system.Keys), &set); err != nil {
		return err
	}
	err := jose.ErrCryptoFailure
	for _, key := range set.Keys {
		var read jwt.Claims
		if err = tok.Claims(key.Key, &read); err == nil {
			*claims = read
			break
		}
	}
	if err != nil {
		return err
	}
	err = claims.ValidateWithLeeway(jwt.Expected{Issuer: system.ID, Subject: system.ID, Time: now,
		AnyAudience: jwt.Audience{s.opt.PublicURL + TokenPath, s.opt.PublicURL}}, leeway)
	switch {
	case err != nil:
		return err
	case claims.Expiry == nil || claims.Expiry.Time().Sub(now) > longestAssertion+leeway:
		return jwt.ErrExpired
	case claims.ID == "" || len(claims.ID) > longestJTI:
		return jwt.ErrInvalidID
	}
	return nil
}

// give remembers the assertion and the token's digest; the token itself is nowhere kept.
func (s *Service) give(ctx context.Context, system *models.CoreSystem, claims *jwt.Claims, scopes []string) (*Token, error) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails (crypto/rand)
	out := &Token{Value: tokenOf(scopes, base64.RawURLEncoding.EncodeToString(secret[:])), Scopes: scopes, Life: tokenLife}
	actor := models.Actor{Person: system.ID, Role: models.RoleCore, Municipality: system.Municipality, Purpose: "core-token"}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		digest := digestOf(out.Value)
		fresh, err := tx.AddCoreToken(system.ID, digestOf(claims.ID), claims.Expiry.Time().Add(2*leeway), digest, tx.Now.Add(tokenLife))
		if err != nil {
			return err
		}
		if !fresh {
			return errUsed
		}
		return note(tx, "core-token", system)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Machine is the core system of a token, from where it comes. Errors: unauthorized for a token that is over, or whose system was stopped; forbidden from an
// address that is not listed.
func (s *Service) Machine(ctx context.Context, token string, from netip.Addr) (*Machine, error) {
	var system *models.CoreSystem
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "core-token"}, func(tx *postgres.Tx) (err error) {
		system, err = tx.CoreToken(digestOf(token))
		return err
	})
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil, fault.New(fault.Unauthorized, fault.CodeUnauthorized, "core-token-over").Note("reason", "token-over")
	case err != nil:
		return nil, err
	case !comesFrom(system, from):
		return nil, errAddress
	}
	return &Machine{
		ID:           system.ID,
		Municipality: system.Municipality,
		Name:         system.Name,
		Scopes:       scopesIn(token, strings.Fields(system.Scopes)),
		PerSecond:    system.PerSecond,
	}, nil
}

// A token names its scopes, and its digest is of all of it: what was asked for reading alone is good for no more (core_read.…, core_read-write.…).
func tokenOf(scopes []string, secret string) string {
	short := make([]string, len(scopes))
	for i, scope := range scopes {
		short[i] = strings.TrimPrefix(scope, "core:")
	}
	return models.CoreTokenPrefix + strings.Join(short, "-") + "." + secret
}

// scopesIn are those of a system's scopes that a token names.
func scopesIn(token string, scopes []string) []string {
	named, _, _ := strings.Cut(strings.TrimPrefix(token, models.CoreTokenPrefix), ".")
	given := strings.Split(named, "-")
	return slices.DeleteFunc(scopes, func(scope string) bool { return !slices.Contains(given, strings.TrimPrefix(scope, "core:")) })
}

func digestOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func comesFrom(system *models.CoreSystem, from netip.Addr) bool {
	from = from.Unmap()
	return slices.ContainsFunc(strings.Fields(system.Networks), func(text string) bool {
		network, err := netip.ParsePrefix(text)
		return err == nil && network.Contains(from)
	})
}
