package edge

import (
	"slices"

	"kosodate.example/onestop/models"
)

var (
	// Oversight is who looks at figures over cases: an operations admin, within the own reach, or an auditor.
	Oversight = Permission{name: "oversight", as: func(p Principal, place string) []models.Actor {
		return append(admin(p, place), plain(models.RoleAuditor)(p, place)...)
	}}
	// MunicipalAdmin is an operations admin of a municipality, for what only the municipality itself can say.
	MunicipalAdmin = Permission{name: "municipal-admin", as: func(p Principal, place string) []models.Actor {
		return slices.DeleteFunc(admin(p, place), func(a models.Actor) bool { return a.Role != models.RoleAdmin })
	}}
)
