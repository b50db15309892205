package account

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Holder is what the sign-in says about the person; the names of the members are those of a token's identity.
type Holder struct {
	Name         string   // to greet with
	Roles        []string // "applicant", "reviewer@998010", "admin@national", "auditor"
	Scopes       []string
	SecondFactor bool
}

// Profile is what a person sees of their own account.
type Profile struct {
	Person       string // UUID
	Name         string
	Roles        []Role // in the order of the roles' names
	Scopes       []string
	SecondFactor bool // signed in with two factors
	NeedsSecond  bool // has a role that asks for two, and signed in with one
}

// Role is one role of a person, with the municipality's names if it is of one.
type Role struct {
	Role           models.Role
	Municipality   string // six digits, or empty
	NameJa, NameEn string // of the municipality; empty if it does not use the service
}

// Me is the account of the person who asks. Fault: Unavailable (unavailable).
func (a *Accounts) Me(ctx context.Context, actor models.Actor, who Holder) (*Profile, error) {
	p := &Profile{Person: actor.Person, Name: who.Name, Scopes: slices.Clone(who.Scopes), SecondFactor: who.SecondFactor}
	placed := false
	for _, r := range slices.Sorted(slices.Values(who.Roles)) {
		role := readRole(r)
		placed = placed || role.Municipality != ""
		p.Roles = append(p.Roles, role)
		p.NeedsSecond = p.NeedsSecond || (role.Role != models.RoleApplicant && !who.SecondFactor)
	}
	if !placed {
		return p, nil // parents need no look-up
	}
	var all []models.Municipality
	err := a.db.InTx(ctx, actor.For("account"), func(tx *postgres.Tx) (err error) {
		all, err = tx.Municipalities()
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range p.Roles {
		at := slices.IndexFunc(all, func(m models.Municipality) bool { return m.Code == p.Roles[i].Municipality })
		if at >= 0 {
			p.Roles[i].NameJa, p.Roles[i].NameEn = all[at].NameJa, all[at].NameEn
		}
	}
	return p, nil
}

// readRole reads a role as tokens carry it.
func readRole(r string) Role {
	kind, place, _ := strings.Cut(r, "@")
	if kind == string(models.RoleAdmin) && place == "national" {
		return Role{Role: models.RoleNational}
	}
	return Role{Role: models.Role(kind), Municipality: place}
}
