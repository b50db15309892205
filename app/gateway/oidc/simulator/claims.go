package simulator

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// rolesClaim is the claim that carries the roles, in ID tokens, access tokens and userinfo.
const rolesClaim = "roles"

func (s *storage) client(id string) (client, error) {
	for _, c := range s.clients {
		if c.ID == id {
			return c, nil
		}
	}
	return client{}, errors.New("unknown client")
}

// GetClientByClientID finds a client.
func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	return s.client(id)
}

// AuthorizeClientIDSecret checks a client's secret.
func (s *storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	c, err := s.client(id)
	if err != nil || !c.secretIs(secret) {
		return errors.New("unknown client or wrong secret")
	}
	return nil
}

// ClientCredentials lets a program in (the partner of R14).
func (s *storage) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	if err := s.AuthorizeClientIDSecret(ctx, id, secret); err != nil {
		return nil, err
	}
	return s.client(id)
}

// ClientCredentialsTokenRequest gives a program the scopes that it asks for and has; all of them if it asks for none.
func (s *storage) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	p, ok := PersonaByKey(id)
	if !ok {
		return nil, oidc.ErrInvalidClient()
	}
	if len(scopes) == 0 {
		scopes = p.Scopes
	}
	for _, scope := range scopes {
		if !grants(p.Scopes, scope) {
			return nil, oidc.ErrInvalidScope().WithDescription("the client has no such scope")
		}
	}
	return program{clientID: id, audience: s.audience, scopes: scopes}, nil
}

// SetUserinfoFromScopes is left empty, as the library asks; SetUserinfoFromRequest does it.
func (s *storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromRequest fills an ID token. Address and telephone are told at /userinfo alone: an ID token goes through the
// browser's addresses at sign-out.
func (s *storage) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	private := func(scope string) bool { return scope == oidc.ScopeAddress || scope == oidc.ScopePhone }
	return fill(info, r.GetSubject(), slices.DeleteFunc(slices.Clone(scopes), private))
}

// SetUserinfoFromToken answers /userinfo. The token's signature has been checked; with no record of its scopes, which a
// restart would lose, everything about the invented person is shown.
func (s *storage) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, tokenID, subject, _ string) error {
	s.mu.Lock()
	_, revoked := s.revoked[tokenID]
	s.mu.Unlock()
	if revoked {
		return errors.New("the token was revoked")
	}
	return fill(info, subject, []string{oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeAddress, oidc.ScopePhone})
}

func fill(info *oidc.UserInfo, subject string, scopes []string) error {
	p, ok := PersonaByKey(subject)
	if !ok {
		return errors.New("unknown persona")
	}
	info.Subject = subject
	for name, v := range p.profile() {
		if slices.Contains(scopes, scopeOf(name)) {
			info.AppendClaims(name, v)
		}
	}
	info.AppendClaims(rolesClaim, p.Roles)
	return nil
}

// scopeOf is the scope that asks for a claim (OpenID Connect Core 5.4).
func scopeOf(claim string) string {
	for _, scope := range []string{oidc.ScopeEmail, oidc.ScopeAddress, oidc.ScopePhone} {
		if strings.HasPrefix(claim, scope) {
			return scope
		}
	}
	return oidc.ScopeProfile
}

// SetIntrospectionFromToken answers /oauth/introspect.
func (s *storage) SetIntrospectionFromToken(ctx context.Context, answer *oidc.IntrospectionResponse, tokenID, subject, _ string) error {
	info := new(oidc.UserInfo)
	if err := s.SetUserinfoFromToken(ctx, info, tokenID, subject, ""); err != nil {
		return err
	}
	answer.SetUserInfo(info)
	return nil
}

// GetPrivateClaimsFromScopes is used for requests that GetPrivateClaimsFromRequest does not know.
func (s *storage) GetPrivateClaimsFromScopes(_ context.Context, subject, _ string, scopes []string) (map[string]any, error) {
	return privateClaims(subject, scopes)
}

// GetPrivateClaimsFromRequest gives an access token what the API decides by.
func (s *storage) GetPrivateClaimsFromRequest(_ context.Context, r op.TokenRequest, _ []string) (map[string]any, error) {
	c, err := privateClaims(r.GetSubject(), r.GetScopes())
	if in, ok := r.(signIn); ok && err == nil {
		c["amr"], c["auth_time"] = in.amr, in.authTime.Unix()
	}
	return c, err
}

func privateClaims(subject string, scopes []string) (map[string]any, error) {
	p, ok := PersonaByKey(subject)
	if !ok {
		return nil, errors.New("unknown persona")
	}
	c := map[string]any{"name": p.Name(), "scope": strings.Join(scopes, " ")}
	if len(p.Roles) > 0 {
		c[rolesClaim] = p.Roles
	}
	return c, nil
}

// GetKeyByIDAndClientID: no client signs its requests.
func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errors.New("no client has a key")
}

// ValidateJWTProfileScopes: no client signs its requests.
func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, oidc.ErrUnsupportedGrantType()
}

var (
	_ op.Storage                        = (*storage)(nil)
	_ op.ClientCredentialsStorage       = (*storage)(nil)
	_ op.CanSetUserinfoFromRequest      = (*storage)(nil)
	_ op.CanGetPrivateClaimsFromRequest = (*storage)(nil)
)
