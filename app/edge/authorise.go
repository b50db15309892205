package edge

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// HeaderActFor names the municipality for which a person with the same role in several wants to act ("998010", or
// "national" for an admin). Without it they act for the first, in the order of the codes.
const HeaderActFor = "Act-For"

// Authorise says as whom the request may use a route with the permission. The actor carries the role that the route
// asks for, its municipality, the request id, and the route's operation id as purpose.
//
// Faults: Unauthorized (unauthorized) without credentials or with bad ones; Forbidden (forbidden) if no role fits
// (for a scope, Extra "scope" names it); Forbidden (second-factor-required) for staff who signed in with one factor;
// Unavailable (unavailable).
func (e *Edge) Authorise(ctx context.Context, permission Permission) (models.Actor, error) {
	rec := recordFrom(ctx)
	if rec == nil {
		return models.Actor{}, fault.ErrUnauthorized
	}
	actor := models.Actor{Role: models.RolePublic, Purpose: rec.operation, Request: rec.id}
	if permission.open {
		return actor, nil
	}
	who, err := e.Identify(ctx)
	switch {
	case err != nil:
		return models.Actor{}, err
	case who == nil:
		return models.Actor{}, errNoCredentials
	case permission.as == nil:
		return models.Actor{}, fault.ErrForbidden // the zero Permission lets nobody in
	}
	choices := permission.as(*who, rec.request.Header.Get(HeaderActFor))
	if len(choices) == 0 {
		return models.Actor{}, denied(permission)
	}
	role := choices[0]
	rec.role = role.Role
	if needsSecondFactor(role.Role) && !who.SecondFactor {
		return models.Actor{}, errSecondFactor
	}
	actor.Person, actor.Role, actor.Municipality = who.Person, role.Role, role.Municipality
	return actor, nil
}

func denied(p Permission) error {
	if p.scope != "" {
		return fault.ErrForbidden.Note("scope", p.scope)
	}
	return fault.ErrForbidden
}

var (
	errNoCredentials = fault.ErrUnauthorized.Note("reason", reasonMissing)
	errSecondFactor  = fault.New(fault.Forbidden, fault.CodeSecondFactor, "Staff sign in with a second factor. Sign in again with one.")
)
