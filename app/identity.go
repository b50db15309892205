package app

import (
	"context"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/configs"
)

// openSignIn joins the identity providers.
func (a *App) openSignIn() error {
	var all []oidc.Config
	for _, p := range a.Config.AllProviders() {
		all = append(all, providerConfig(p.OIDC, a.Config.HTTP.PublicURL))
	}
	var err error
	a.OIDC, err = oidc.NewProviders(context.Background(), all)
	return err
}

func providerConfig(p configs.OIDC, publicURL string) oidc.Config {
	out := oidc.Config{
		Name:             p.Name,
		Issuer:           p.Issuer,
		ClientID:         p.ClientID,
		ClientSecretFile: p.ClientSecretFile,
		RedirectURL:      publicURL + "/auth/callback",
		APIAudience:      p.Audience,
		Scopes:           p.Scopes,
		ScopesIfOffered:  p.ScopesIfOffered,
		RolesClaim:       p.RolesClaim,
		GroupsClaim:      p.GroupsClaim,
		DefaultRole:      p.DefaultRole,
		SecondFactor:     oidc.SecondFactor(p.SecondFactor),
		ACRValues:        p.ACRValues,
		ClaimsRequest:    p.ClaimsRequest,
		Profile:          oidc.ProfileClaims(p.Claims),
		Labels:           map[string]string{"ja": p.Label.Ja, "plain": p.Label.Plain, "en": p.Label.En},
		Leeway:           p.Leeway,
	}
	for _, who := range p.For {
		out.For = append(out.For, oidc.Audience(who))
	}
	for _, g := range p.Groups {
		out.Groups = append(out.Groups, oidc.Group(g))
	}
	return out
}

// doors are the ways to sign in with a browser: what lets programs alone in is none.
func (a *App) doors() []edge.SignIn {
	var out []edge.SignIn
	for _, p := range a.OIDC.All() {
		if p.Serves(oidc.Parents) || p.Serves(oidc.Staff) {
			out = append(out, p)
		}
	}
	return out
}

func (a *App) issuers() []string {
	var out []string
	for _, p := range a.Config.AllProviders() {
		out = append(out, p.Issuer)
	}
	return out
}

// providerChecks ask each provider whether it answers; the first has the name that watchers know.
func (a *App) providerChecks() []edge.Check {
	var out []edge.Check
	for i, p := range a.OIDC.All() {
		name := "identity-provider"
		if i > 0 {
			name += "-" + p.Name()
		}
		out = append(out, edge.Check{Name: name, Probe: p.Ready})
	}
	return out
}
