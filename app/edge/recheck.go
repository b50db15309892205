package edge

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/storage/postgres"
)

// recheckTime is how long a request waits for what the provider says anew. In that time the person acts as before.
const recheckTime = 3 * time.Second

// standing is what the provider last said of a member of staff. It lies in a row of its own, sealed under the session's token: a refresh
// token that was used must never come back with a request that read the session before.
type standing struct {
	Refresh      string    `json:"refresh"`
	At           time.Time `json:"at"`
	Roles        []string  `json:"roles"`
	SecondFactor bool      `json:"second_factor"`
}

// standingToken is the token of that row.
func standingToken(session string) string { return session + "/standing" }

// keepStanding stores what a session of staff is asked about again.
func (s *sessions) keepStanding(ctx context.Context, session string, st standing, until time.Time) error {
	raw, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return s.store.CommitCtx(ctx, standingToken(session), raw, until)
}

// recheck says what a member of staff may do now: the provider is asked again every few minutes, so that a role that was taken away is not kept
// until the session ends. One request asks, the others go on; a provider that is silent leaves things as they are, one that says no ends the
// session. nil: it is over. Fault: Unavailable (unavailable) if the database cannot be asked.
func (e *Edge) recheck(ctx context.Context, rec *record, p *Principal) (*Principal, error) {
	s := e.sessions
	door := e.door(p.Provider, "")
	if door == nil { // the provider is trusted no more
		return nil, nil
	}
	p.Roles = served(door, p.Roles)
	if !rec.standing {
		return p, nil
	}
	session := s.scs.Token(rec.session) //nolint:contextcheck // rec.session is the context with the session
	raw, found, err := s.store.FindCtx(ctx, standingToken(session))
	if err != nil {
		return nil, err
	}
	var st standing
	if !found || json.Unmarshal(raw, &st) != nil {
		return nil, nil
	}
	p.Roles, p.SecondFactor = served(door, st.Roles), st.SecondFactor
	if s.opt.Recheck <= 0 || e.now().Sub(st.At) < s.opt.Recheck {
		return p, nil
	}
	if won, err := s.store.claim(ctx, standingToken(session)); err != nil || !won {
		return p, err
	}
	return e.ask(ctx, door, p, session, st)
}

func (e *Edge) ask(ctx context.Context, door SignIn, p *Principal, session string, st standing) (*Principal, error) {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), recheckTime)
	defer cancel()
	id, tokens, err := door.Again(asking, p.Subject, st.Refresh)
	switch {
	case fault.KindOf(err) == fault.Unauthorized:
		e.log.InfoContext(ctx, "the identity provider ended a session", slog.String("provider", p.Provider))
		return nil, e.sessions.store.DeleteCtx(ctx, session)
	case err != nil:
		e.log.WarnContext(ctx, "the identity provider could not be asked about a session", slog.String("error", redact(err.Error())))
		if tokens.Refresh == "" {
			return p, nil
		}
	default: // The second factor was proved when the session began; a provider need not say so again.
		st.At, st.Roles, st.SecondFactor = e.now(), id.Roles, st.SecondFactor || id.SecondFactor
		p.Roles, p.SecondFactor = served(door, st.Roles), st.SecondFactor
	}
	if tokens.Refresh != "" {
		st.Refresh = tokens.Refresh
	}
	// In time of its own: the old refresh token may be spent by now.
	keeping, done := context.WithTimeout(context.WithoutCancel(ctx), recheckTime)
	defer done()
	return p, e.sessions.keepStanding(keeping, session, st, p.ExpiresAt)
}

// served leaves of roles what a provider may give today: its configuration may have changed since the sign-in.
func served(door SignIn, roles []string) []string {
	return slices.DeleteFunc(slices.Clone(roles), func(role string) bool {
		return !door.Serves(map[bool]oidc.Audience{true: oidc.Parents, false: oidc.Staff}[role == "applicant"])
	})
}

// ownerOf is whose a session is that somebody has just begun.
func ownerOf(p *Principal, id oidc.Identity) postgres.SessionOwner {
	owner := postgres.SessionOwner{Person: p.Person, Provider: providerSession(id.Provider, id.SessionID)}
	seen := map[string]bool{"": true, National: true}
	for _, role := range []string{"reviewer", "admin"} {
		for _, place := range p.Places(role) {
			if !seen[place] {
				seen[place] = true
				owner.Places = append(owner.Places, place)
			}
		}
	}
	return owner
}

// providerSession is the digest by which a session at a provider is found; nil if it has no name.
func providerSession(provider, sid string) []byte {
	if sid == "" {
		return nil
	}
	sum := sha256.Sum256([]byte("provider session\x00" + provider + "\x00" + sid))
	return sum[:]
}
