package oidc

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/jwt"
)

// validSubject says whether a subject can name a person: visible characters, which no database or log takes for anything else.
func validSubject(s string) bool {
	return s != "" && len(s) <= maxSubject && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// maxSubject is the length that OpenID Connect Core, section 2, allows a subject.
const maxSubject = 255

// Identity is what a verified token says about its holder.
type Identity struct {
	Provider     string    // Config.Name; with Subject the key of a person
	Subject      string    // the provider's stable identifier of the person or program, at most 255 bytes
	Name         string    // the name to greet with; may be empty, and is never used to decide anything
	Roles        []string  // "applicant", "reviewer@998010", "admin@998010", "admin@national", "auditor"; sorted, no others
	Scopes       []string  // what the token may be used for; sorted
	AMR          []string  // how the person proved who they are (RFC 8176)
	SecondFactor bool      // whether it was proved that there were two factors; staff need it (security.md)
	ExpiresAt    time.Time // the token's end
	AuthTime     time.Time // when the person signed in; zero if the provider does not say
	ClientID     string    // for which client the token was issued
	SessionID    string    // the provider's name of its session ("sid"), which it says again when it ends it; may be empty
	Profile      Profile   // of an applicant who signs in with a browser; an access token has none
}

// HasScope says whether the token may be used for a scope. A token for "share:*" may be used for every "share:…" (R14).
func (i Identity) HasScope(scope string) bool {
	if slices.Contains(i.Scopes, scope) {
		return true
	}
	family, _, found := strings.Cut(scope, ":")
	return found && slices.Contains(i.Scopes, family+":*")
}

// claims are the members of a token that are read.
type claims struct {
	jwt.Claims
	Name      string           `json:"name"`
	Preferred string           `json:"preferred_username"`
	Scope     words            `json:"scope"`
	Scp       words            `json:"scp"` // what some providers call it
	AMR       words            `json:"amr"`
	AuthTime  *jwt.NumericDate `json:"auth_time"`
	ClientID  string           `json:"client_id"`
	Party     string           `json:"azp"`

	// What only ID tokens carry.
	AccessHash string `json:"at_hash"`
	CodeHash   string `json:"c_hash"`
	Kind       string `json:"typ"`

	roles   []string
	second  bool   // two factors are proved
	session string // "sid"
}

// words reads a list that is given as an array or as words in one string: both are in use for scopes and roles.
type words []string

// UnmarshalJSON refuses what is neither.
func (w *words) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*w = strings.Fields(one)
		return nil
	}
	var many []string
	err := json.Unmarshal(b, &many)
	*w = many
	return err
}

// readClaims decodes a payload whose signature is good. Faults: Unauthorized with ReasonMalformed.
func readClaims(payload []byte, cfg *Config) (claims, error) {
	var c claims
	if json.Unmarshal(payload, &c) != nil {
		return claims{}, refused(ReasonMalformed)
	}
	c.roles = append(readRoles(payload, cfg.RolesClaim), cfg.groupRoles(payload)...)
	c.second = twoFactors(c.AMR) || cfg.SecondFactor.proved(payload)
	if sid := textsAt(payload, "sid"); len(sid) == 1 {
		c.session = sid[0]
	}
	return c, nil
}

// readRoles finds the roles under a member's name or a JSON Pointer. A token without them, or with something else in
// their place, has no role: that is never a reason to trust it more.
func readRoles(payload []byte, claim string) []string {
	at := valueAt(payload, claim)
	var listed words
	if len(at) == 0 || json.Unmarshal(at, &listed) != nil {
		return nil
	}
	return sorted(slices.DeleteFunc(listed, func(r string) bool { return !validRole(r) }))
}

// validRole knows the roles of security.md. Whether the municipality exists is not known here.
func validRole(role string) bool {
	kind, place, placed := strings.Cut(role, "@")
	switch {
	case !placed:
		return kind == "applicant" || kind == "auditor"
	case kind == "admin":
		return place == "national" || sixDigits(place)
	default:
		return kind == "reviewer" && sixDigits(place)
	}
}

func sixDigits(s string) bool {
	return len(s) == 6 && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Clip(slices.Compact(list))
}

// identity is the last step: the claims have been checked.
func (c claims) identity(cfg *Config) Identity {
	id := Identity{
		Provider:     cfg.Name,
		Subject:      c.Subject,
		Name:         c.Name,
		Roles:        c.roles,
		Scopes:       sorted(append(slices.Clone([]string(c.Scope)), c.Scp...)),
		AMR:          slices.Clip([]string(c.AMR)),
		SecondFactor: c.second,
		SessionID:    c.session,
		ExpiresAt:    c.Expiry.Time(),
		ClientID:     c.ClientID,
	}
	if id.Name == "" {
		id.Name = c.Preferred
	}
	if id.ClientID == "" {
		id.ClientID = c.Party
	}
	if c.AuthTime != nil {
		id.AuthTime = c.AuthTime.Time()
	}
	return cfg.trusted(id)
}

// factorOf sorts the methods of RFC 8176 into what a person knows, has and is.
var factorOf = map[string]string{
	"pwd": "knows", "pin": "knows", "kba": "knows",
	"otp": "has", "sms": "has", "tel": "has", "hwk": "has", "swk": "has", "sc": "has", "pop": "has",
	"face": "is", "fpt": "is", "iris": "is", "retina": "is", "vbm": "is",
}

// twoFactors is true for "mfa", or for methods of two different kinds: a password and a PIN are one factor twice.
func twoFactors(amr []string) bool {
	first := ""
	for _, method := range amr {
		if method == "mfa" {
			return true
		}
		kind := factorOf[method]
		if kind != "" && first != "" && kind != first {
			return true
		}
		if first == "" {
			first = kind
		}
	}
	return false
}
