package edge

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/models"
)

// TokenVerifier checks bearer tokens. Faults: Unauthorized with Extra "reason"; Unavailable if nobody can say.
type TokenVerifier interface {
	VerifyAccessToken(ctx context.Context, raw string) (oidc.Identity, error)
}

// People finds the person of a provider's subject, made at the first sign-in: a UUID. Fault: Unavailable.
type People interface {
	PersonFor(ctx context.Context, provider, subject string) (string, error)
}

// Principal is who asks: a signed-in person, or another site's program.
type Principal struct {
	Person       string   `json:"person"` // UUID
	Name         string   `json:"name"`   // to greet with; decides nothing, is never stored in clear or logged
	Roles        []string `json:"roles"`  // "applicant", "reviewer@998010", "admin@998010", "admin@national", "auditor"
	Scopes       []string `json:"scopes"`
	SecondFactor bool     `json:"second_factor"`
	Provider     string   `json:"provider"`
	Subject      string   `json:"subject"`
	// Profile is what the sign-in says of a person who can apply: it fills in fields, decides nothing, and is kept in the sealed session alone.
	Profile   oidc.Profile `json:"profile,omitzero"`
	ExpiresAt time.Time
	Session   bool `json:"-"` // by a browser session, not a bearer token
	// Machine is the municipality's core system that asks, by a token of ours: it has no role of a person's, and nobody with one is it.
	Machine *core.Machine `json:"-"`
}

// Machines finds the core system (基幹システム) of a token, from where it comes. Faults: Unauthorized; Forbidden from an address that is not listed;
// Unavailable.
type Machines interface {
	Machine(ctx context.Context, token string, from netip.Addr) (*core.Machine, error)
}

// National is the place of an admin of the whole country, instead of a municipality.
const National = "national"

// Places are the municipalities (or National) where the principal has a role, sorted: "reviewer" → ["998010"].
func (p Principal) Places(role string) []string {
	var places []string
	for _, r := range p.Roles {
		if place, ok := strings.CutPrefix(r, role+"@"); ok {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	return places
}

// HasScope says whether the token may be used for a scope; "share:*" covers every "share:…" (R14).
func (p Principal) HasScope(scope string) bool {
	return oidc.Identity{Scopes: p.Scopes}.HasScope(scope)
}

// Staff says whether any of the roles needs a second factor (security.md, "Identity").
func (p Principal) Staff() bool {
	return slices.ContainsFunc(p.Roles, func(r string) bool { return r != string(models.RoleApplicant) })
}

// Identify says who asks: by the bearer token if there is one, else by the browser session; nil for nobody. It does the
// work once a request. Pages open to all call it to greet; other routes get it with their permission.
//
// Faults: Unauthorized (unauthorized, with a reason) for a token that is sent and bad; Unavailable (unavailable) if the
// provider or the database has to be asked and does not answer.
func (e *Edge) Identify(ctx context.Context) (*Principal, error) {
	rec := recordFrom(ctx)
	if rec == nil {
		return nil, nil
	}
	if !rec.identified {
		rec.identified = true
		rec.principal, rec.identity = e.identify(ctx, rec)
	}
	return rec.principal, rec.identity
}

func (e *Edge) identify(ctx context.Context, rec *record) (*Principal, error) {
	raw, bearer := bearerToken(rec.request)
	switch {
	case bearer && e.opt.Machines != nil && strings.HasPrefix(raw, models.CoreTokenPrefix):
		m, err := e.opt.Machines.Machine(ctx, raw, rec.client)
		if err != nil {
			return nil, err
		}
		return &Principal{Person: m.ID, Name: m.Name, Machine: m, Provider: models.ProviderCore, Subject: m.ID}, nil
	case bearer && e.opt.Tokens != nil:
		id, err := e.opt.Tokens.VerifyAccessToken(ctx, raw)
		if err != nil {
			return nil, err
		}
		return e.principal(ctx, id)
	case bearer:
		return nil, fault.ErrUnauthorized
	case e.sessions != nil:
		p, err := e.sessions.load(ctx, rec, e.now())
		if err != nil || p == nil {
			return nil, err
		}
		return e.recheck(ctx, rec, p)
	}
	return nil, nil
}

// principal finds the person of a verified identity.
func (e *Edge) principal(ctx context.Context, id oidc.Identity) (*Principal, error) {
	person, err := e.opt.People.PersonFor(ctx, id.Provider, id.Subject)
	if err != nil {
		return nil, err
	}
	return &Principal{
		Person:       person,
		Name:         id.Name,
		Roles:        id.Roles,
		Scopes:       id.Scopes,
		SecondFactor: id.SecondFactor,
		Provider:     id.Provider,
		Subject:      id.Subject,
		Profile:      id.Profile,
		ExpiresAt:    id.ExpiresAt,
	}, nil
}
