package edge

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// HeaderActFor names the municipality for which a person with the same role in several wants to act ("998010", or
// "national" for an admin). Without it they act for the first, in the order of the codes.
const HeaderActFor = "Act-For"

// ActForCookie says the same for a browser session: a link and a form cannot send the header. It only chooses among roles
// that the person has; where none of them fits it, as on a page for another role, it says nothing.
const ActForCookie = "act-for"

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
	if kept := rec.actFor(*who); kept != "" {
		if narrowed := permission.as(*who, kept); len(narrowed) > 0 {
			choices = narrowed
		}
	}
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

// actFor is the place that a browser chose (ActForCookie); empty for anybody else, and where the header says it.
func (rec *record) actFor(who Principal) string {
	if !who.Session || rec.request.Header.Get(HeaderActFor) != "" {
		return ""
	}
	kept, err := rec.request.Cookie(ActForCookie)
	if err != nil {
		return ""
	}
	return kept.Value
}

// KeepActFor makes the browser act for a place from now on: a municipality's code or National; "" for none in particular.
// The cookie ends with the browser.
func (e *Edge) KeepActFor(c *gin.Context, place string) {
	age := 0
	if place == "" {
		age = -1
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name:     ActForCookie,
		Value:    place,
		Path:     "/",
		MaxAge:   age,
		HttpOnly: true,
		Secure:   e.secure,
		SameSite: http.SameSiteLaxMode,
	})
}

func denied(p Permission) error {
	if p.scope != "" {
		return fault.ErrForbidden.Note("scope", p.scope)
	}
	return fault.ErrForbidden
}

var (
	errNoCredentials = fault.New(fault.Unauthorized, fault.CodeUnauthorized, "sign-in-missing").Note("reason", reasonMissing)
	errSecondFactor  = fault.New(fault.Forbidden, fault.CodeSecondFactor, "")
)
