package oidc

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// Defaults of a Config's zero values.
const (
	DefaultRolesClaim  = "roles"
	DefaultGroupsClaim = "groups"
	DefaultMinRefresh  = 5 * time.Second
	DefaultKeysMaxAge  = 10 * time.Minute
	DefaultTimeout     = 10 * time.Second

	maxLeeway = 5 * time.Minute
)

// Config says which provider is trusted and who we are to it.
type Config struct {
	// Name is the stable key of the provider. A person is (Name, subject), so that people stay the same if the
	// provider's URL changes. Required.
	Name string
	// Issuer is the provider's URL exactly as its tokens carry it. https, or http on a loopback address. Required.
	Issuer string
	// AllowHTTP admits http on an address that is not loopback: a closed test network only.
	AllowHTTP bool
	// ClientID is our identifier at the provider. Required.
	ClientID string
	// ClientSecretFile is the path of the file that holds the client's secret; empty for a public client, which PKCE
	// alone protects. It is read at each sign-in, so that a secret can be replaced without a restart.
	ClientSecretFile string
	// RedirectURL is where the provider sends the browser back to: the absolute URL of our callback.
	RedirectURL string
	// APIAudience is what access tokens must name as their audience. It must differ from ClientID: with the same
	// value an ID token, which browsers see, would pass as an access token. Required.
	APIAudience string
	// Scopes are asked for at sign-in; "openid" is always added.
	Scopes []string
	// ScopesIfOffered are asked for as well where the provider's discovery lists them: what only spares typing must not
	// make a provider refuse the sign-in.
	ScopesIfOffered []string
	// RolesClaim names the claim with the roles: a member's name ("roles"), or a JSON Pointer
	// ("/realm_access/roles") for providers that nest it. Empty is DefaultRolesClaim.
	RolesClaim string
	// For says who may sign in by it: a role or scope of anybody else never comes out of its tokens. Empty: everybody.
	For []Audience
	// DefaultRole is what everybody has who signs in by it: "applicant" or empty. Providers for the public know no roles.
	DefaultRole string
	// Groups is the table that gives groups at the provider roles here, beside those that RolesClaim names; GroupsClaim is where a token names
	// the groups, written like RolesClaim. Empty is DefaultGroupsClaim.
	Groups      []Group
	GroupsClaim string
	// SecondFactor says what proves a second factor besides two methods in "amr".
	SecondFactor SecondFactor
	// ACRValues are asked for when staff sign in ("acr_values"): what makes the provider ask for the second factor. ClaimsRequest is sent
	// with them as the parameter "claims" (OpenID Connect Core 5.5), JSON, for providers that are asked that way.
	ACRValues, ClaimsRequest string
	// Profile names the claims with what is filled in for an applicant, where they are not the standard ones.
	Profile ProfileClaims
	// Labels are what people call it, by language: ja, plain, en.
	Labels map[string]string
	// Leeway forgives the clocks of the provider and of this machine that much difference; at most five minutes.
	Leeway time.Duration

	// MinRefresh is the shortest time between two questions to the provider's discovery and key endpoints, whatever
	// tokens strangers send. Zero is DefaultMinRefresh.
	MinRefresh time.Duration
	// KeysMaxAge is how long the keys are used before they are fetched again, in the background: how long a withdrawn
	// key can still be accepted. Zero is DefaultKeysMaxAge.
	KeysMaxAge time.Duration
	// Timeout bounds each request to the provider. Zero is DefaultTimeout.
	Timeout time.Duration
	// MaxCachedTokens bounds how many verified tokens are remembered, about 1 KB each. Zero is DefaultCachedTokens.
	MaxCachedTokens int
}

func (c *Config) complete() error {
	for name, v := range map[string]string{"Name": c.Name, "Issuer": c.Issuer, "ClientID": c.ClientID, "APIAudience": c.APIAudience} {
		if strings.TrimSpace(v) == "" {
			return fmt.Errorf("oidc: %s is empty", name)
		}
	}
	if c.APIAudience == c.ClientID {
		return errors.New("oidc: APIAudience must differ from ClientID, else an ID token would pass as an access token")
	}
	if err := checkURL(c.Issuer, c.AllowHTTP); err != nil {
		return fmt.Errorf("oidc: Issuer: %w", err)
	}
	if c.RedirectURL != "" {
		if err := checkURL(c.RedirectURL, c.AllowHTTP); err != nil {
			return fmt.Errorf("oidc: RedirectURL: %w", err)
		}
	}
	if c.Leeway < 0 || c.Leeway > maxLeeway {
		return fmt.Errorf("oidc: Leeway must be between 0 and %s", maxLeeway)
	}
	if err := c.checkTrust(); err != nil {
		return err
	}
	if c.ClaimsRequest != "" && !json.Valid([]byte(c.ClaimsRequest)) {
		return errors.New("oidc: ClaimsRequest is not JSON")
	}
	setDefault(&c.RolesClaim, DefaultRolesClaim)
	setDefault(&c.GroupsClaim, DefaultGroupsClaim)
	setDefault(&c.MinRefresh, DefaultMinRefresh)
	setDefault(&c.KeysMaxAge, DefaultKeysMaxAge)
	setDefault(&c.Timeout, DefaultTimeout)
	setDefault(&c.MaxCachedTokens, DefaultCachedTokens)
	_, err := c.secret()
	return err
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// checkURL refuses what would send codes and tokens over the network in clear.
func checkURL(raw string, allowHTTP bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Fragment != "" || u.User != nil {
		return errors.New("must be an absolute URL without fragment or user")
	}
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && (allowHTTP || loopback(u.Hostname())):
		return nil
	}
	return errors.New("must be https; http is for loopback addresses only")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// secret reads the client's secret; empty for a public client.
func (c *Config) secret() (string, error) {
	if c.ClientSecretFile == "" {
		return "", nil
	}
	b, err := os.ReadFile(c.ClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("oidc: client secret: %w", err)
	}
	s := strings.TrimSpace(string(b))
	if s == "" {
		return "", fmt.Errorf("oidc: client secret: %s is empty", c.ClientSecretFile)
	}
	return s, nil
}
