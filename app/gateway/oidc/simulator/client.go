package simulator

import (
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is a program that may use the provider.
type Client struct {
	ID                     string
	Secret                 string   // empty for a public client
	RedirectURLs           []string // where a sign-in may return to, exactly
	PostLogoutRedirectURLs []string // where signing out may return to, exactly
	// Program marks a client that acts for itself (client_credentials) and signs nobody in; its ID names the persona
	// whose scopes it has. The partner of api.md is one.
	Program bool
}

// client gives a Client the shape that the library wants.
type client struct{ Client }

func (c client) GetID() string                    { return c.ID }
func (c client) RedirectURIs() []string           { return c.RedirectURLs }
func (c client) PostLogoutRedirectURIs() []string { return c.PostLogoutRedirectURLs }
func (c client) LoginURL(id string) string        { return "/login?id=" + url.QueryEscape(id) }
func (c client) AccessTokenType() op.AccessTokenType {
	return op.AccessTokenTypeJWT
}
func (c client) IDTokenLifetime() time.Duration       { return time.Hour }
func (c client) ClockSkew() time.Duration             { return 0 }
func (c client) DevMode() bool                        { return true } // http redirect URLs on loopback
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true } // spares the application a call to userinfo

func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }

func (c client) AuthMethod() oidc.AuthMethod {
	if c.Secret == "" {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

func (c client) ResponseTypes() []oidc.ResponseType {
	if c.Program {
		return nil
	}
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c client) GrantTypes() []oidc.GrantType {
	if c.Program {
		return []oidc.GrantType{oidc.GrantTypeClientCredentials}
	}
	return []oidc.GrantType{oidc.GrantTypeCode}
}

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string     { return keepScopes }
func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string { return keepScopes }

func keepScopes(scopes []string) []string { return scopes }

// IsScopeAllowed is asked for scopes that are not OpenID Connect's own. Only programs have such ones.
func (c client) IsScopeAllowed(scope string) bool {
	p, ok := PersonaByKey(c.ID)
	return c.Program && ok && grants(p.Scopes, scope)
}

// grants reads "share:*" as every "share:…".
func grants(owned []string, scope string) bool {
	for _, o := range owned {
		family, wild := strings.CutSuffix(o, "*")
		if o == scope || (wild && strings.HasPrefix(scope, family)) {
			return true
		}
	}
	return false
}

func (c client) secretIs(given string) bool {
	return c.Secret != "" && subtle.ConstantTimeCompare([]byte(c.Secret), []byte(given)) == 1
}
