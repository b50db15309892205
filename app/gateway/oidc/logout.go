package oidc

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// LogoutAge is how old a logout token may be: the provider sends it at once, and one that was caught must not end what begins later.
const LogoutAge = 5 * time.Minute

// logoutEvent says in a logout token that it is one (OpenID Connect Back-Channel Logout 1.0, section 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

var logoutTypes = []string{"", "jwt", "logout+jwt", "application/logout+jwt"}

// Ended is what a logout token says: that a session at the provider is over, or all of a person.
type Ended struct {
	Provider string    // Config.Name
	Subject  string    // empty if it names a session alone
	Session  string    // the provider's "sid"; empty: all sessions of the subject
	ID       string    // "jti": the same one counts once
	Until    time.Time // after which it would not be taken any more
}

// logoutClaims are the members of a logout token.
type logoutClaims struct {
	jwt.Claims
	Session string                     `json:"sid"`
	Events  map[string]json.RawMessage `json:"events"`
	Nonce   json.RawMessage            `json:"nonce"`
}

// VerifyLogoutToken checks a logout token as section 2.6 asks: signature, issuer, audience (ClientID), age, the event, a subject or a
// session, no nonce (an ID token has one). Whether its ID was seen before is for the caller, who has a store.
//
// Faults: Unauthorized (unauthorized) with a reason; Unavailable (unavailable).
func (p *Provider) VerifyLogoutToken(ctx context.Context, raw string) (Ended, error) {
	if len(raw) > MaxTokenBytes {
		return Ended{}, refused(ReasonTooLarge)
	}
	payload, _, err := p.payload(ctx, raw, logoutTypes)
	if err != nil {
		return Ended{}, err
	}
	var c logoutClaims
	if json.Unmarshal(payload, &c) != nil {
		return Ended{}, refused(ReasonMalformed)
	}
	want := jwt.Expected{Issuer: p.cfg.Issuer, AnyAudience: jwt.Audience{p.cfg.ClientID}, Time: p.now()}
	if err := c.ValidateWithLeeway(want, p.cfg.Leeway); err != nil {
		return Ended{}, refused(claimReason(err))
	}
	var event map[string]json.RawMessage
	switch {
	case c.IssuedAt == nil || p.now().Sub(c.IssuedAt.Time()) > LogoutAge+p.cfg.Leeway:
		return Ended{}, refused(ReasonExpired)
	case json.Unmarshal(c.Events[logoutEvent], &event) != nil || event == nil || len(c.Nonce) > 0:
		return Ended{}, refused(ReasonType)
	case c.ID == "" || (c.Subject == "" && c.Session == "") || (c.Subject != "" && !validSubject(c.Subject)):
		return Ended{}, refused(ReasonSubject)
	}
	return Ended{Provider: p.cfg.Name, Subject: c.Subject, Session: c.Session, ID: c.ID, Until: c.IssuedAt.Time().Add(LogoutAge + 2*p.cfg.Leeway)}, nil
}
