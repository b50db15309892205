package simulator

import (
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/text/language"
)

// signIn is one sign-in under way, from /authorize until its code is traded. It is a value: the storage keeps and hands
// out copies, so nobody changes what another goroutine reads.
type signIn struct {
	id, clientID, redirectURL, state, nonce, challenge string

	scopes    []string
	locales   []language.Tag
	responder oidc.ResponseMode
	audience  string
	began     time.Time

	persona  string // chosen on the page; empty before
	otp      string // the code that "the phone" shows
	wrong    int    // wrong codes so far
	amr      []string
	authTime time.Time
	done     bool
}

func (s signIn) GetID() string                      { return s.id }
func (s signIn) GetACR() string                     { return "" }
func (s signIn) GetAMR() []string                   { return s.amr }
func (s signIn) GetAudience() []string              { return []string{s.audience} }
func (s signIn) GetAuthTime() time.Time             { return s.authTime }
func (s signIn) GetClientID() string                { return s.clientID }
func (s signIn) GetNonce() string                   { return s.nonce }
func (s signIn) GetRedirectURI() string             { return s.redirectURL }
func (s signIn) GetResponseType() oidc.ResponseType { return oidc.ResponseTypeCode }
func (s signIn) GetResponseMode() oidc.ResponseMode { return s.responder }
func (s signIn) GetScopes() []string                { return slices.Clone(s.scopes) }
func (s signIn) GetState() string                   { return s.state }
func (s signIn) GetSubject() string                 { return s.persona }
func (s signIn) Done() bool                         { return s.done }

func (s signIn) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: s.challenge, Method: oidc.CodeChallengeMethodS256}
}

// program is a request of a client that acts for itself (client_credentials).
type program struct {
	clientID, audience string
	scopes             []string
}

func (p program) GetSubject() string    { return p.clientID }
func (p program) GetAudience() []string { return []string{p.audience} }
func (p program) GetScopes() []string   { return p.scopes }
