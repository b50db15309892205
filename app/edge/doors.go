package edge

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/app/gateway/oidc"
)

// SignIn is one way for people to sign in with a browser: authorization code with PKCE at one provider. app/gateway/oidc implements it.
type SignIn interface {
	Name() string
	Serves(a oidc.Audience) bool
	Label(lang string) string
	AuthURL(ctx context.Context, state, nonce, pkceVerifier, returnTo string, ask oidc.Ask) (string, error)
	Answered(ctx context.Context, issuer string) error
	Exchange(ctx context.Context, code, nonce, verifier string) (oidc.Identity, oidc.Tokens, error)
	Again(ctx context.Context, subject, refresh string) (oidc.Identity, oidc.Tokens, error)
	LogoutURL(ctx context.Context, idToken, returnTo string) (string, error)
}

// StaffPath says whether a path is of staff's pages, which one comes to by the staff's provider.
func StaffPath(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return slices.ContainsFunc([]string{"/staff", "/admin", "/audit"}, func(at string) bool { return path == at || strings.HasPrefix(path, at+"/") })
}

// Doors are the ways in for parents, or for staff, in the order of the configuration.
func (e *Edge) Doors(a oidc.Audience) []SignIn {
	return slices.DeleteFunc(slices.Clone(e.opt.Doors), func(d SignIn) bool { return !d.Serves(a) })
}

// StaffApart says whether parents and staff sign in at different providers.
func (e *Edge) StaffApart() bool {
	return slices.ContainsFunc(e.opt.Doors, func(d SignIn) bool { return d.Serves(oidc.Parents) != d.Serves(oidc.Staff) })
}

// door is the provider of a name; without a name the first for whoever goes to a page. nil for a name that there is not.
func (e *Edge) door(name, back string) SignIn {
	if name == "" {
		wanted := map[bool]oidc.Audience{true: oidc.Staff, false: oidc.Parents}[StaffPath(back)]
		return append(e.Doors(wanted), e.opt.Doors...)[0]
	}
	for _, d := range e.opt.Doors {
		if d.Name() == name {
			return d
		}
	}
	return nil
}

// askAt is for what the provider of a door is asked, of who wants to see a page: of staff what they need, and anew if the person had one factor.
func askAt(d SignIn, back string, anew bool) oidc.Ask {
	switch {
	case !d.Serves(oidc.Staff):
		return oidc.AskUsual
	case anew: // only staff are ever sent for more
		return oidc.AskAnew
	case !StaffPath(back) && d.Serves(oidc.Parents):
		return oidc.AskUsual
	}
	return oidc.AskStrong
}
