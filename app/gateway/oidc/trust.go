package oidc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Audience is a kind of people, or programs, that a provider lets in.
type Audience string

// The audiences.
const (
	Parents  Audience = "parents"  // may be applicants, and nothing else
	Staff    Audience = "staff"    // may be reviewers, admins and auditors
	Programs Audience = "programs" // may have scopes: other sites (R14)
)

// Audiences are all of them.
var Audiences = []Audience{Parents, Staff, Programs}

const applicant = "applicant"

// Group gives the members of a group at the provider roles here.
type Group struct {
	Group string   // as the provider writes it: a name, a path, an id
	Roles []string // "reviewer@998010", "admin@national"
}

// SecondFactor says what else than two methods in "amr" proves a second factor. Each list may be empty.
type SecondFactor struct {
	AMR    []string // methods of which one is enough
	ACR    []string // values of "acr" of which one is enough
	Claim  string   // a claim's name, or a JSON Pointer to it …
	Values []string // … and its values of which one is enough
}

// ValidRole says whether a role is one that the program knows.
func ValidRole(role string) bool { return validRole(role) }

// Serves says whether the provider may let somebody of an audience in.
func (p *Provider) Serves(a Audience) bool { return p.cfg.serves(a) }

func (c *Config) serves(a Audience) bool { return len(c.For) == 0 || slices.Contains(c.For, a) }

// checkTrust refuses a table that would silently give nothing, or the wrong people something.
func (c *Config) checkTrust() error {
	for _, a := range c.For {
		if !slices.Contains(Audiences, a) {
			return fmt.Errorf("oidc: For: %q is no audience", a)
		}
	}
	if c.DefaultRole != "" && (c.DefaultRole != applicant || !c.serves(Parents) || c.serves(Programs)) {
		return fmt.Errorf("oidc: DefaultRole is %s or empty, and of a provider for parents that lets no programs in", applicant)
	}
	for _, g := range c.Groups {
		if bad := slices.IndexFunc(g.Roles, func(r string) bool { return !validRole(r) || c.Withheld(r) }); g.Group == "" || len(g.Roles) == 0 || bad >= 0 {
			return fmt.Errorf("oidc: Groups: %q gives no role, or one that this provider may not give", g.Group)
		}
	}
	return nil
}

// Withheld says whether a role is none that this provider may give, whatever its tokens say: who runs a provider for parents must not be
// able to make a clerk.
func (c *Config) Withheld(role string) bool {
	if role == applicant {
		return !c.serves(Parents)
	}
	return !c.serves(Staff)
}

// trusted leaves of an identity what the provider may say.
func (c *Config) trusted(id Identity) Identity {
	roles := id.Roles
	if c.DefaultRole != "" {
		roles = append(slices.Clone(roles), c.DefaultRole)
	}
	id.Roles = sorted(slices.DeleteFunc(slices.Clone(roles), c.Withheld))
	if !c.serves(Programs) {
		id.Scopes = nil
	}
	return id
}

// groupRoles are the roles of the groups that a payload names.
func (c *Config) groupRoles(payload []byte) []string {
	if len(c.Groups) == 0 {
		return nil
	}
	var roles []string
	in := textsAt(payload, c.GroupsClaim)
	for _, g := range c.Groups {
		if slices.Contains(in, g.Group) {
			roles = append(roles, g.Roles...)
		}
	}
	return roles
}

// proved says whether a payload proves the second factor in one of the ways that were configured.
func (s *SecondFactor) proved(payload []byte) bool {
	for claim, enough := range map[string][]string{"amr": s.AMR, "acr": s.ACR, s.Claim: s.Values} {
		if len(enough) > 0 && slices.ContainsFunc(textsAt(payload, claim), func(v string) bool { return slices.Contains(enough, v) }) {
			return true
		}
	}
	return false
}

// valueAt finds what stands under a member's name ("roles") or a JSON Pointer ("/realm_access/roles"); nil for nothing.
func valueAt(payload []byte, claim string) json.RawMessage {
	path := []string{claim}
	if strings.HasPrefix(claim, "/") {
		path = strings.Split(claim[1:], "/")
	}
	at := json.RawMessage(payload)
	for _, member := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(at, &object) != nil {
			return nil
		}
		at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(member)]
	}
	return at
}

// textsAt reads a claim that is a text, a list of texts, or another plain value, as it is written. A text is one value here: names of groups
// have spaces in them.
func textsAt(payload []byte, claim string) []string {
	raw := valueAt(payload, claim)
	var one string
	var many []string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &one) == nil:
		return []string{one}
	case json.Unmarshal(raw, &many) == nil:
		return many
	case raw[0] == '{' || raw[0] == '[':
		return nil
	}
	return []string{string(raw)}
}
