package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"kosodate.example/onestop/app/fault"
)

// AuthURL is where the browser goes to sign in. state, nonce and pkceVerifier are fresh random values (for example
// rand.Text and oauth2.GenerateVerifier) that the caller keeps, bound to this browser, until the callback. returnTo is
// the page to come back to, a path of this site; it travels within the state and comes out with SplitState. Pass ""
// if the session keeps it. ask says for what the provider is asked.
//
// Faults: Unavailable (unavailable) if the provider was never reached; Refused (invalid-request) if returnTo is not a
// path of this site, since anybody can write a link.
func (p *Provider) AuthURL(ctx context.Context, state, nonce, pkceVerifier, returnTo string, ask Ask) (string, error) {
	conf, _, err := p.oauth(ctx)
	if err != nil {
		return "", err
	}
	if returnTo != "" {
		if !LocalPath(returnTo) {
			return "", fault.New(fault.Refused, fault.CodeInvalidRequest, "return-elsewhere")
		}
		state += stateSeparator + base64.RawURLEncoding.EncodeToString([]byte(returnTo))
	}
	more := []oauth2.AuthCodeOption{coreos.Nonce(nonce), oauth2.S256ChallengeOption(pkceVerifier)}
	wanted := map[string]string{}
	if ask != AskUsual {
		wanted["acr_values"], wanted["claims"] = p.cfg.ACRValues, p.cfg.ClaimsRequest
	}
	if ask == AskAnew {
		wanted["prompt"] = "login"
	}
	for name, value := range wanted {
		if value != "" {
			more = append(more, oauth2.SetAuthURLParam(name, value))
		}
	}
	return conf.AuthCodeURL(state, more...), nil
}

// Ask is for what a provider is asked at a sign-in.
type Ask int

// What it is asked for.
const (
	AskUsual  Ask = iota // who it is
	AskStrong            // what staff need: as far as the configuration says how, a second factor
	AskAnew              // the same, although the person is signed in there: with one factor
)

// Answered checks who says that it sent the browser back: the callback's parameter "iss" (RFC 9207), which a provider either always sends or
// never. So a code of one provider is not handed to another. Fault: Unauthorized (unauthorized) with ReasonIssuer.
func (p *Provider) Answered(ctx context.Context, issuer string) error {
	s, err := p.remote.current(ctx)
	if err != nil {
		return unavailable(err)
	}
	if (issuer != "" || s.saysIssuer) && issuer != p.cfg.Issuer {
		return refused(ReasonIssuer)
	}
	return nil
}

// stateSeparator is in no base64url, hexadecimal or base32 text.
const stateSeparator = "~"

// SplitState takes the callback's state apart: what was given to AuthURL as state, to be compared with what the browser
// holds, and returnTo, which is "" or a path of this site whatever was sent.
func SplitState(callback string) (state, returnTo string) {
	state, packed, _ := strings.Cut(callback, stateSeparator)
	path, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil || !LocalPath(string(path)) {
		return state, ""
	}
	return state, string(path)
}

// LocalPath says whether a browser that is sent to s stays on this site: "//host" and "/\host" leave it.
func LocalPath(s string) bool {
	if !strings.HasPrefix(s, "/") || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == '\\' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host == "" && u.Scheme == "" && !strings.HasPrefix(s, "//")
}

// oauth is what the provider is asked with, and what it says of itself. Faults: Unavailable (unavailable); Internal.
func (p *Provider) oauth(ctx context.Context) (*oauth2.Config, *snapshot, error) {
	s, err := p.remote.current(ctx)
	if err != nil {
		return nil, nil, unavailable(err)
	}
	secret, err := p.cfg.secret()
	if err != nil {
		return nil, nil, fault.New(fault.Internal, fault.CodeInternal, "").Because(fmt.Errorf("the client secret cannot be read: %w", err))
	}
	endpoint := s.endpoint
	if secret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams // a public client only names itself
	}
	scopes := p.cfg.Scopes
	if !slices.Contains(scopes, coreos.ScopeOpenID) {
		scopes = append([]string{coreos.ScopeOpenID}, scopes...)
	}
	for _, scope := range p.cfg.ScopesIfOffered {
		if slices.Contains(s.scopes, scope) && !slices.Contains(scopes, scope) {
			scopes = append(slices.Clip(scopes), scope)
		}
	}
	return &oauth2.Config{
		ClientID:     p.cfg.ClientID,
		ClientSecret: secret,
		Endpoint:     endpoint,
		RedirectURL:  p.cfg.RedirectURL,
		Scopes:       scopes,
	}, s, nil
}

// Exchange finishes a sign-in: it trades the callback's code, with the PKCE verifier, for tokens, and checks the ID
// token: signature, issuer, audience (ClientID), expiry, nonce, at_hash. The Identity's ExpiresAt is the ID token's; if
// the ID token carries no roles, those of the access token count, if that one is a JWT for APIAudience and of the same
// person. Of an applicant it carries the Profile, by ID token and userinfo.
//
// Faults: Unauthorized (unauthorized, Extra "reason"); Unavailable (unavailable); Internal if the client secret cannot
// be read.
func (p *Provider) Exchange(ctx context.Context, code, nonce, verifier string) (Identity, Tokens, error) {
	conf, s, err := p.oauth(ctx)
	if err != nil {
		return Identity{}, Tokens{}, err
	}
	answer, err := conf.Exchange(coreos.ClientContext(ctx, p.remote.client), code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Identity{}, Tokens{}, exchangeFault(err)
	}
	id, verified, tokens, err := p.read(ctx, answer)
	if err == nil && (nonce == "" || subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(nonce)) != 1) {
		err = refused(ReasonNonce)
	}
	if err != nil {
		return Identity{}, Tokens{}, err
	}
	return p.withProfile(ctx, s, id, verified, answer), tokens, nil
}

// Tokens are what a sign-in leaves for later.
type Tokens struct {
	ID      string // for LogoutURL
	Refresh string // for Again; empty if the provider gave none
}

// Again asks the provider anew about somebody who has signed in, by the refresh token of then: what they may do now, and the tokens to keep
// from now on. Faults: Unauthorized (unauthorized) if the provider stands by that sign-in no more; Unavailable (unavailable); Internal.
func (p *Provider) Again(ctx context.Context, subject, refresh string) (Identity, Tokens, error) {
	conf, _, err := p.oauth(ctx)
	if err != nil {
		return Identity{}, Tokens{}, err
	}
	answer, err := conf.TokenSource(coreos.ClientContext(ctx, p.remote.client), &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return Identity{}, Tokens{}, exchangeFault(err)
	}
	var id Identity
	tokens := Tokens{Refresh: answer.RefreshToken}
	if raw, _ := answer.Extra("id_token").(string); raw != "" {
		id, _, tokens, err = p.read(ctx, answer)
	} else { // it need not give one again (OpenID Connect Core 12.2)
		id, err = p.VerifyAccessToken(ctx, answer.AccessToken)
	}
	switch {
	case err != nil: // what it says cannot be read: that is no "no"
		return Identity{}, tokens, unavailable(err)
	case id.Subject != subject:
		return Identity{}, tokens, refused(ReasonSubject)
	}
	return id, tokens, nil
}

// read reads what the token endpoint answered.
func (p *Provider) read(ctx context.Context, answer *oauth2.Token) (Identity, *coreos.IDToken, Tokens, error) {
	raw, _ := answer.Extra("id_token").(string)
	if raw == "" {
		return Identity{}, nil, Tokens{}, refused(ReasonTokenMissing)
	}
	id, verified, err := p.verifyIDToken(ctx, raw, answer.AccessToken)
	return id, verified, Tokens{ID: raw, Refresh: answer.RefreshToken}, err
}

// exchangeFault tells a code that was refused from a provider that is in trouble, or with which we are at odds.
func exchangeFault(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && answer.ErrorCode == "invalid_grant" {
		return refused(ReasonCode)
	}
	if answer != nil && answer.Response != nil {
		// The body is left out: it is the provider's and may hold anything.
		return unavailable(errors.New("token endpoint: " + http.StatusText(answer.Response.StatusCode) + " " + answer.ErrorCode))
	}
	return unavailable(err)
}

func (p *Provider) verifyIDToken(ctx context.Context, raw, accessToken string) (Identity, *coreos.IDToken, error) {
	if len(raw) > MaxTokenBytes {
		return Identity{}, nil, refused(ReasonTooLarge)
	}
	conf := &coreos.Config{ClientID: p.cfg.ClientID, SupportedSigningAlgs: algorithmNames(), Now: p.earlier}
	token, err := coreos.NewVerifier(p.cfg.Issuer, p.remote, conf).Verify(ctx, raw)
	if err != nil {
		return Identity{}, nil, refused(idTokenReason(err))
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil {
		return Identity{}, nil, refused(ReasonSignature)
	}
	var payload rawClaims
	if token.Claims(&payload) != nil {
		return Identity{}, nil, refused(ReasonMalformed)
	}
	c, err := readClaims(payload, &p.cfg)
	switch {
	case err != nil:
		return Identity{}, nil, err
	case c.Expiry == nil:
		return Identity{}, nil, refused(ReasonNoExpiry)
	case !validSubject(c.Subject):
		return Identity{}, nil, refused(ReasonSubject)
	case len(c.Audience) > 1 && c.Party != p.cfg.ClientID: // OpenID Connect Core 3.1.3.7, steps 4 and 5
		return Identity{}, nil, refused(ReasonAudience)
	}
	id, err := p.withAccessToken(ctx, c.identity(&p.cfg), accessToken, len(c.roles) > 0)
	return id, token, err
}

// withAccessToken completes what an ID token often leaves out; said is whether it named roles. An access token that is not for us to read is no error.
func (p *Provider) withAccessToken(ctx context.Context, id Identity, raw string, said bool) (Identity, error) {
	access, err := p.VerifyAccessToken(ctx, raw)
	if err != nil {
		return id, nil
	}
	if access.Subject != id.Subject {
		return Identity{}, refused(ReasonSubject)
	}
	if !said { // a role that everybody has is none that it named
		id.Roles = access.Roles
	}
	if len(id.Scopes) == 0 {
		id.Scopes = access.Scopes
	}
	if len(id.AMR) == 0 {
		id.AMR, id.SecondFactor = access.AMR, id.SecondFactor || access.SecondFactor
	}
	return id, nil
}

// rawClaims takes a payload as it is.
type rawClaims []byte

// UnmarshalJSON keeps a copy.
func (r *rawClaims) UnmarshalJSON(b []byte) error {
	*r = slices.Clone(b)
	return nil
}

func algorithmNames() []string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return names
}

// idTokenReason is coarse: the library tells its refusals apart in words only, and the person can do nothing but sign in
// again.
func idTokenReason(err error) string {
	var expired *coreos.TokenExpiredError
	if errors.As(err, &expired) {
		return ReasonExpired
	}
	return ReasonSignature
}

// LogoutURL is where the browser goes to end the session at the provider too; afterwards it comes back to returnTo, an
// absolute URL that is registered there. A provider without such an endpoint leaves only returnTo itself, so that the
// caller can always redirect. Faults: Unavailable (unavailable) if the provider was never reached.
func (p *Provider) LogoutURL(ctx context.Context, idToken, returnTo string) (string, error) {
	s, err := p.remote.current(ctx)
	if err != nil {
		return "", unavailable(err)
	}
	u, err := url.Parse(s.endSession)
	if s.endSession == "" || err != nil {
		return returnTo, nil
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	if returnTo != "" {
		q.Set("post_logout_redirect_uri", returnTo)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
