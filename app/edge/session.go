package edge

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"kosodate.example/onestop/storage/postgres"
)

// SessionOptions say how long a browser stays signed in. A zero member gets the default named beside it.
type SessionOptions struct {
	StaffIdle  time.Duration // 15 min without a request, for staff (security.md, "Identity")
	ParentIdle time.Duration // 60 min, for parents
	Lifetime   time.Duration // 12 h: the longest session, however busy
	Recheck    time.Duration // how often the provider is asked what a member of staff may still do; 0: never
}

func (o *SessionOptions) complete() {
	setDefault(&o.StaffIdle, 15*time.Minute)
	setDefault(&o.ParentIdle, time.Hour)
	setDefault(&o.Lifetime, 12*time.Hour)
}

func (o SessionOptions) idleOf(p *Principal) time.Duration {
	if p.Staff() {
		return o.StaffIdle
	}
	return o.ParentIdle
}

// sessions are the browser sessions.
type sessions struct {
	scs   *scs.SessionManager
	store sessionStore
	opt   SessionOptions
}

// heldKey is the one value of a session.
const heldKey = "held"

// held is what a session holds.
type held struct {
	Principal *Principal `json:"principal,omitempty"` // nil while signing in
	IDToken   string     `json:"id_token,omitempty"`  // for signing out at the provider
	Seen      time.Time  `json:"seen"`                // the last request that counted as use, to the minute
	Pending   []pending  `json:"pending,omitempty"`   // sign-ins begun
	Standing  bool       `json:"standing,omitempty"`  // the provider is asked again what the person may do (standing)
	Answers   []string   `json:"answers,omitempty"`   // the names of answers that are kept (Edge.Keep), oldest first
}

// cookieName has the prefix that makes browsers refuse the cookie from a neighbouring host or without TLS.
func cookieName(secure bool) string {
	if secure {
		return "__Host-onestop"
	}
	return "onestop"
}

func newSessions(db *postgres.DB, opt SessionOptions, secure bool) *sessions {
	opt.complete()
	m := scs.New()
	m.Store = sessionStore{db}
	m.Lifetime = opt.Lifetime
	m.Cookie = scs.SessionCookie{
		Name:     cookieName(secure),
		Path:     "/",
		HttpOnly: true,
		Secure:   secure,
		SameSite: http.SameSiteLaxMode,
	}
	return &sessions{scs: m, store: sessionStore{db}, opt: opt}
}

// open loads the browser's session, or a new one that is not stored yet.
func (s *sessions) open(ctx context.Context, r *http.Request) (context.Context, held, error) {
	token := ""
	if cookie, err := r.Cookie(s.scs.Cookie.Name); err == nil && len(cookie.Value) <= 128 {
		token = cookie.Value
	}
	ctx, err := s.scs.Load(ctx, token)
	if err != nil {
		return nil, held{}, err
	}
	var h held
	if raw := s.scs.GetBytes(ctx, heldKey); raw != nil && json.Unmarshal(raw, &h) != nil {
		h = held{} // of another version of the program: sign in again
	}
	return ctx, h, nil
}

// save stores the session, does what has to stand before the browser has it, and gives the browser its token.
func (s *sessions) save(ctx context.Context, w http.ResponseWriter, h held, before func(token string) error) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	s.scs.Put(ctx, heldKey, raw)
	token, until, err := s.scs.Commit(ctx)
	if err == nil && before != nil {
		err = before(token)
	}
	if err != nil {
		return err
	}
	s.scs.WriteSessionCookie(ctx, w, token, until)
	w.Header().Set("Cache-Control", "no-store")
	return nil
}

// load says who the browser's session belongs to; nil if nobody, or not any more. A session in use is written once a
// minute and not with each request.
func (s *sessions) load(ctx context.Context, rec *record, now time.Time) (*Principal, error) {
	if _, err := rec.request.Cookie(s.scs.Cookie.Name); err != nil {
		return nil, nil
	}
	session, h, err := s.open(ctx, rec.request)
	if err != nil {
		return nil, err
	}
	p := h.Principal
	if p == nil || now.Sub(h.Seen) >= s.opt.idleOf(p) || !now.Before(s.scs.Deadline(session)) {
		return nil, nil
	}
	p.Session, p.ExpiresAt = true, s.scs.Deadline(session)
	rec.session, rec.seen, rec.standing = session, h.Seen, h.Standing
	if now.Sub(h.Seen) >= time.Minute {
		h.Seen = now
		if err := s.touch(session, session, h); err != nil {
			return nil, err
		}
		rec.seen = now
	}
	return p, nil
}

// touch notes that the session was used. ctx bounds it, session is the context that holds the session.
func (s *sessions) touch(ctx, session context.Context, h held) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	until := s.scs.Deadline(session)
	data, err := s.scs.Codec.Encode(until, map[string]any{heldKey: raw})
	if err != nil {
		return err
	}
	return s.store.renew(ctx, s.scs.Token(session), data, until)
}

// SessionEnds says when the browser session of this request ends if nothing more is done, and when in any case, so that
// a page can warn before. ok is false without one. Any request that needs a sign-in, or calls Identify, counts as use.
func (e *Edge) SessionEnds(ctx context.Context) (idle, latest time.Time, ok bool) {
	rec := recordFrom(ctx)
	if rec == nil || rec.session == nil || rec.principal == nil {
		return time.Time{}, time.Time{}, false
	}
	latest = e.sessions.scs.Deadline(rec.session) //nolint:contextcheck // rec.session is the context with the session
	idle = rec.seen.Add(e.sessions.opt.idleOf(rec.principal))
	if idle.After(latest) {
		idle = latest
	}
	return idle, latest, true
}
