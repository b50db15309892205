package edge

import (
	"slices"
	"strings"

	"kosodate.example/onestop/models"
)

// Permission says who may use a route. The route table of app/api gives each route exactly one.
type Permission struct {
	name  string
	open  bool                                           // no sign-in needed
	scope string                                         // what another site's token must be good for
	as    func(p Principal, place string) []models.Actor // the actors that the principal may be here, best first
}

// The permissions of security.md, "Identity". Where a person has several roles, the route decides as which one they act.
var (
	// Public is open to all; who asks is not even looked at.
	Public = Permission{name: "public", open: true}
	// Applicant is a parent.
	Applicant = Permission{name: "applicant", as: plain(models.RoleApplicant)}
	// Reviewer is a reviewer of a municipality.
	Reviewer = Permission{name: "reviewer", as: placed(models.RoleReviewer)}
	// Admin is an operations admin of a municipality, or of the whole country, who then acts as models.RoleNational.
	Admin = Permission{name: "admin", as: admin}
	// NationalAdmin is an operations admin of the whole country alone.
	NationalAdmin = Permission{name: "national", as: func(p Principal, _ string) []models.Actor {
		return slices.DeleteFunc(admin(p, National), func(a models.Actor) bool { return a.Role != models.RoleNational })
	}}
	// Auditor reads the audit trail.
	Auditor = Permission{name: "auditor", as: plain(models.RoleAuditor)}
	// SignedIn is anybody who has signed in: a parent as such, staff as what they are.
	SignedIn = Permission{name: "signed-in", as: anyRole}
)

// Scope is another site's program whose token is good for a scope: "handover", "share:…" (R14).
func Scope(scope string) Permission {
	return Permission{name: "scope:" + scope, scope: scope, as: func(p Principal, _ string) []models.Actor {
		if !p.HasScope(scope) {
			return nil
		}
		return []models.Actor{{Role: models.RolePartner}}
	}}
}

// ScopeOf is another site's program whose token is good for at least one scope of a family ("share" for "share:…"): which one
// a request needs, its handler asks of the Principal, since it stands in the path or the body.
func ScopeOf(family string) Permission {
	return Permission{name: "scope:" + family + ":…", scope: family + ":…", as: func(p Principal, _ string) []models.Actor {
		if !slices.ContainsFunc(p.Scopes, func(s string) bool { return strings.HasPrefix(s, family+":") }) {
			return nil
		}
		return []models.Actor{{Role: models.RolePartner}}
	}}
}

// Core is a municipality's core system (基幹システム) with a scope, and nobody else: no person's token is good for it, and its own for nothing else.
func Core(scope string) Permission {
	return Permission{name: scope, scope: scope, as: func(p Principal, _ string) []models.Actor {
		if p.Machine == nil || !slices.Contains(p.Machine.Scopes, scope) {
			return nil
		}
		return []models.Actor{{Role: models.RoleCore, Municipality: p.Machine.Municipality}}
	}}
}

// String is the permission's name, for tables of routes: "public", "applicant", "reviewer", "scope:handover".
func (p Permission) String() string { return p.name }

// IsPublic says whether the route is open to all.
func (p Permission) IsPublic() bool { return p.open }

func plain(role models.Role) func(Principal, string) []models.Actor {
	return func(p Principal, _ string) []models.Actor {
		if !slices.Contains(p.Roles, string(role)) {
			return nil
		}
		return []models.Actor{{Role: role}}
	}
}

// placed gives one actor a municipality; a wanted place leaves only that one.
func placed(role models.Role) func(Principal, string) []models.Actor {
	return func(p Principal, place string) []models.Actor {
		var out []models.Actor
		for _, at := range p.Places(string(role)) {
			if at != National && (place == "" || place == at) {
				out = append(out, models.Actor{Role: role, Municipality: at})
			}
		}
		return out
	}
}

// admin puts the wider reach first, unless a municipality was asked for.
func admin(p Principal, place string) []models.Actor {
	var out []models.Actor
	if (place == "" || place == National) && slices.Contains(p.Places("admin"), National) {
		out = append(out, models.Actor{Role: models.RoleNational})
	}
	return append(out, placed(models.RoleAdmin)(p, place)...)
}

func anyRole(p Principal, place string) []models.Actor {
	out := plain(models.RoleApplicant)(p, place)
	out = append(out, placed(models.RoleReviewer)(p, place)...)
	out = append(out, admin(p, place)...)
	out = append(out, plain(models.RoleAuditor)(p, place)...)
	if len(out) == 0 && len(p.Scopes) > 0 && len(p.Roles) == 0 {
		out = append(out, models.Actor{Role: models.RolePartner})
	}
	return out
}

// needsSecondFactor says which roles may not act on one factor (security.md, "Identity").
func needsSecondFactor(r models.Role) bool {
	switch r {
	case models.RoleReviewer, models.RoleAdmin, models.RoleNational, models.RoleAuditor:
		return true
	default: // the others go on below
	}
	return false
}
