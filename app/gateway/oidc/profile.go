package oidc

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Profile is what the provider says of a person besides who it is: what stands on the card with which they sign in. It fills in
// fields that the person looks through, and decides nothing. Every member may be empty.
type Profile struct {
	Name       string `json:"name,omitempty"`        // the whole of it, where the provider does not tell its parts
	FamilyName string `json:"family_name,omitempty"` // as registered
	GivenName  string `json:"given_name,omitempty"`
	FamilyKana string `json:"family_kana,omitempty"`
	GivenKana  string `json:"given_kana,omitempty"`
	Birthdate  string `json:"birthdate,omitempty"` // YYYY-MM-DD
	Sex        string `json:"sex,omitempty"`       // as the provider writes it
	PostalCode string `json:"postal_code,omitempty"`
	Address    string `json:"address,omitempty"` // prefecture, municipality and street in one
	Phone      string `json:"phone,omitempty"`
	Email      string `json:"email,omitempty"`
}

// ProfileClaims names the claims that Profile is read from, by a member's name or a JSON Pointer. Empty is the standard one (OpenID Connect
// Core 5.1), in kana with the language tag of 5.2.
type ProfileClaims struct {
	Name, FamilyName, GivenName, FamilyKana, GivenKana, Birthdate, Sex, PostalCode, Address, Phone, Email string
}

const (
	maxClaim    = 300             // characters; what is longer is no fact of a card
	profileTime = 3 * time.Second // how long a sign-in waits for what only spares typing
)

// The claims of OpenID Connect Core 5.1; those in kana and in ideographs carry a language tag (5.2), and win over those without.
const (
	kanaTag = "#ja-Kana-JP"
	haniTag = "#ja-Hani-JP"
)

// readProfile reads the claims of an ID token or of userinfo. What is of another type, or too long, is not there: nobody is kept
// from signing in by it.
func readProfile(payload []byte, names ProfileClaims) Profile {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(payload, &all) // of what is no object nothing is read
	own := func(name string) string {
		for _, tagged := range []string{name + haniTag, name + "#ja", name} {
			if v := claim(all, tagged); v != "" {
				return v
			}
		}
		return ""
	}
	out := Profile{
		Name:       own("name"),
		FamilyName: own("family_name"),
		GivenName:  own("given_name"),
		FamilyKana: claim(all, "family_name"+kanaTag),
		GivenKana:  claim(all, "given_name"+kanaTag),
		Birthdate:  claim(all, "birthdate"),
		Sex:        claim(all, "gender"),
		Phone:      claim(all, "phone_number"),
		Email:      claim(all, "email"),
	}
	out.PostalCode, out.Address = readAddress(all)
	for _, own := range []struct {
		to   *string
		name string
	}{
		{&out.Name, names.Name}, {&out.FamilyName, names.FamilyName}, {&out.GivenName, names.GivenName}, {&out.FamilyKana, names.FamilyKana},
		{&out.GivenKana, names.GivenKana}, {&out.Birthdate, names.Birthdate}, {&out.Sex, names.Sex}, {&out.PostalCode, names.PostalCode},
		{&out.Address, names.Address}, {&out.Phone, names.Phone}, {&out.Email, names.Email},
	} {
		if own.name != "" {
			*own.to = fact(valueAt(payload, own.name))
		}
	}
	return out
}

// readAddress puts an address (OpenID Connect Core 5.1.1) together as people write it in Japan, from the large to the small.
func readAddress(all map[string]json.RawMessage) (postalCode, address string) {
	var parts map[string]json.RawMessage
	for _, tagged := range []string{"address", "address#ja", "address" + haniTag} {
		var one map[string]json.RawMessage
		if json.Unmarshal(all[tagged], &one) == nil && len(one) > 0 {
			parts = one
		}
	}
	for _, name := range []string{"region", "locality", "street_address"} {
		address += claim(parts, name)
	}
	if address == "" {
		address = claim(parts, "formatted")
	}
	return claim(parts, "postal_code"), strings.Join(strings.FieldsFunc(address, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

func claim(all map[string]json.RawMessage, name string) string { return fact(all[name]) }

func fact(raw json.RawMessage) string {
	var v string
	if json.Unmarshal(raw, &v) != nil || utf8.RuneCountInString(v) > maxClaim {
		return ""
	}
	return strings.TrimSpace(v)
}

// over are the facts of p where there are any, else those of the other.
func (p Profile) over(other Profile) Profile {
	for _, pair := range [][2]*string{
		{&p.Name, &other.Name}, {&p.Birthdate, &other.Birthdate}, {&p.Sex, &other.Sex}, {&p.Phone, &other.Phone}, {&p.Email, &other.Email},
	} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
	if p.FamilyName+p.GivenName == "" {
		p.FamilyName, p.GivenName = other.FamilyName, other.GivenName
	}
	if p.FamilyKana+p.GivenKana == "" {
		p.FamilyKana, p.GivenKana = other.FamilyKana, other.GivenKana
	}
	if p.Address == "" {
		p.PostalCode, p.Address = other.PostalCode, other.Address
	}
	return p
}

// withProfile adds what is known of somebody who can apply. Most providers say it at their userinfo endpoint alone, and there it should
// be: an ID token goes through addresses when the person signs out. That it cannot be had is no error: the person types it.
func (p *Provider) withProfile(ctx context.Context, s *snapshot, id Identity, token *coreos.IDToken, access *oauth2.Token) Identity {
	if !slices.Contains(id.Roles, applicant) {
		return id
	}
	var payload rawClaims
	if token.Claims(&payload) == nil {
		id.Profile = readProfile(payload, p.cfg.Profile)
	}
	if s.userinfo == nil {
		return id
	}
	ctx, cancel := context.WithTimeout(coreos.ClientContext(ctx, p.remote.client), profileTime)
	defer cancel()
	answer, err := s.userinfo(ctx, oauth2.StaticTokenSource(access))
	if err != nil || answer.Subject != id.Subject || answer.Claims(&payload) != nil { // of another person: never (OpenID Connect Core 5.3.2)
		return id
	}
	id.Profile = readProfile(payload, p.cfg.Profile).over(id.Profile)
	return id
}
