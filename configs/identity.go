package configs

import (
	"maps"
	"slices"
	"time"
)

// OIDC says which provider is trusted, and with what.
type OIDC struct {
	Name             string        `koanf:"name"`
	Issuer           string        `koanf:"issuer"`
	ClientID         string        `koanf:"client_id"`
	ClientSecretFile string        `koanf:"client_secret_file"`
	Audience         string        `koanf:"audience"`
	RolesClaim       string        `koanf:"roles_claim"`
	Leeway           time.Duration `koanf:"leeway"`
	For              []string      `koanf:"for"`
	Label            struct {
		Ja    string `koanf:"ja"`
		Plain string `koanf:"plain"`
		En    string `koanf:"en"`
	} `koanf:"label"`
	DefaultRole  string  `koanf:"default_role"`
	GroupsClaim  string  `koanf:"groups_claim"`
	Groups       []Group `koanf:"groups"`
	SecondFactor struct {
		AMR    []string `koanf:"amr"`
		ACR    []string `koanf:"acr"`
		Claim  string   `koanf:"claim"`
		Values []string `koanf:"values"`
	} `koanf:"second_factor"`
	ACRValues       string   `koanf:"acr_values"`
	ClaimsRequest   string   `koanf:"claims_request"`
	Scopes          []string `koanf:"scopes"`
	ScopesIfOffered []string `koanf:"scopes_if_offered"`
	Claims          Claims   `koanf:"claims"`
}

// Group gives the members of a group at the provider roles here.
type Group struct {
	Group string   `koanf:"group"`
	Roles []string `koanf:"roles"`
}

// Claims names where a provider says what is filled in for an applicant.
type Claims struct {
	Name       string `koanf:"name"`
	FamilyName string `koanf:"family_name"`
	GivenName  string `koanf:"given_name"`
	FamilyKana string `koanf:"family_kana"`
	GivenKana  string `koanf:"given_kana"`
	Birthdate  string `koanf:"birthdate"`
	Sex        string `koanf:"sex"`
	PostalCode string `koanf:"postal_code"`
	Address    string `koanf:"address"`
	Phone      string `koanf:"phone"`
	Email      string `koanf:"email"`
}

// Provider is one of the providers, with the key under which it is configured.
type Provider struct {
	Key string // "oidc", "providers.office"
	OIDC
}

// AllProviders are the providers in use: that of oidc first, if it has an issuer or is alone, then the others by their names.
func (c *Config) AllProviders() []Provider {
	var out []Provider
	if c.OIDC.Issuer != "" || len(c.Providers) == 0 {
		out = append(out, Provider{"oidc", c.OIDC})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Providers)) {
		out = append(out, Provider{"providers." + name, c.Providers[name]})
	}
	return out
}
