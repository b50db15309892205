package edge

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
)

// asked is the real provider, which also gives refresh tokens and says anew what somebody may do.
type asked struct {
	SignIn
	mu    sync.Mutex
	roles []string
	err   error // instead of any answer; without it and without roles it gives a refresh token alone
	spent map[string]bool
	times int
	only  *oidc.Audience // nil: both
}

// Serves says for whom it is today.
func (a *asked) Serves(who oidc.Audience) bool { return a.only == nil || *a.only == who }

func (a *asked) Exchange(ctx context.Context, code, nonce, verifier string) (oidc.Identity, oidc.Tokens, error) {
	id, tokens, err := a.SignIn.Exchange(ctx, code, nonce, verifier)
	tokens.Refresh = "refresh-0"
	id.SessionID = "sid-" + id.Subject
	return id, tokens, err
}

// Again takes each refresh token once, as providers that rotate them do.
func (a *asked) Again(_ context.Context, subject, refresh string) (oidc.Identity, oidc.Tokens, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times++
	if a.err != nil {
		return oidc.Identity{}, oidc.Tokens{}, a.err
	}
	if a.spent[refresh] || !strings.HasPrefix(refresh, "refresh-") {
		return oidc.Identity{}, oidc.Tokens{}, fault.ErrUnauthorized
	}
	a.spent[refresh] = true
	if a.roles == nil {
		return oidc.Identity{}, oidc.Tokens{Refresh: refresh + "+"}, fault.New(fault.Unavailable, fault.CodeUnavailable, "")
	}
	return oidc.Identity{Provider: "demo", Subject: subject, Roles: a.roles}, oidc.Tokens{Refresh: refresh + "+"}, nil
}

func (a *asked) will(roles []string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roles, a.err = roles, err
}

func newAsked(t *testing.T) (*site, *asked) {
	t.Helper()
	s := newSite(t)
	a := &asked{SignIn: s.opt.Doors[0], spent: map[string]bool{}}
	s.opt.Doors = []SignIn{a}
	s.sessions.opt.Recheck = 5 * time.Minute
	return s, a
}

// later lets half a minute pass in the database, whose clock the test does not turn.
func (s *site) later(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.db.SuperDSN)
	if err == nil {
		_, err = conn.Exec(t.Context(), `update sessions set checking = checking - interval '1 minute'`)
		err = errors.Join(err, conn.Close(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestARoleThatWasTakenAwayIsGoneInMinutes(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	a.will([]string{"reviewer@998028"}, nil)
	if res, _ := b.do("GET", s.url+"/staff", nil); res.StatusCode != 200 || a.times != 0 {
		t.Errorf("before its time: %d, asked %d times", res.StatusCode, a.times)
	}
	for range 3 { // each time by the token of the time before
		s.clock.turn(6 * time.Minute)
		if res, body := b.do("GET", s.url+"/staff", nil); res.StatusCode != 200 || !strings.HasPrefix(body, "reviewer ") {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
		s.later(t)
	}
	a.will([]string{"applicant"}, nil)
	s.clock.turn(6 * time.Minute)
	res, _ := b.do("GET", s.url+"/staff", nil)
	want(t, "no role any more", res.StatusCode, 403)
	want(t, "asked", a.times, 4)
}

func TestWhoTheProviderStandsByNoMoreIsSignedOut(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	a.will(nil, fault.ErrUnauthorized)
	s.clock.turn(6 * time.Minute)
	res, _ := b.do("GET", s.url+"/staff", nil)
	want(t, "disabled at the provider", res.StatusCode, 401)
	a.will([]string{"reviewer@998010"}, nil)
	res, _ = b.do("GET", s.url+"/staff", nil)
	want(t, "and it stays over", res.StatusCode, 401)
}

// A provider that is down takes nobody's work away, and is not asked with every request.
func TestAProviderThatIsSilentLeavesThingsAsTheyAre(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	a.will(nil, fault.New(fault.Unavailable, fault.CodeUnavailable, ""))
	s.clock.turn(6 * time.Minute)
	for range 3 {
		res, _ := b.do("GET", s.url+"/staff", nil)
		want(t, "meanwhile", res.StatusCode, 200)
	}
	want(t, "asked", a.times, 1)
}

// Many requests of one browser: one asks, none uses a token that was used.
func TestOneRequestAsks(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	a.will([]string{"reviewer@998010"}, nil)
	s.clock.turn(6 * time.Minute)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if res, _ := b.do("GET", s.url+"/staff", nil); res.StatusCode != 200 {
				t.Errorf("%d", res.StatusCode)
			}
		})
	}
	wg.Wait()
	want(t, "asked", a.times, 1)
}

func TestOfParentsNothingIsAskedAgain(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("parent-1", "/parents", nil)
	s.clock.turn(6 * time.Minute)
	res, _ := b.do("GET", s.url+"/parents", nil)
	want(t, "a parent", res.StatusCode, 200)
	want(t, "asked", a.times, 0)
}

// A provider that gives a new refresh token and says nothing that can be read has not said no, and the token counts from then on.
func TestANewRefreshTokenIsKeptWhateverElseIsSaid(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	for range 3 {
		s.clock.turn(6 * time.Minute)
		res, _ := b.do("GET", s.url+"/staff", nil)
		want(t, "meanwhile", res.StatusCode, 200)
		s.later(t)
	}
	want(t, "asked", a.times, 3)
	want(t, "refresh tokens", len(a.spent), 3)
}

// What the configuration takes away is gone at once: roles that a provider may not give any more, and who came by one that is trusted no more. What the
// provider took away does not come back with it.
func TestWhatTheConfigurationTakesAwayIsGone(t *testing.T) {
	s, a := newAsked(t)
	b := s.browser()
	b.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	staff := func() int {
		res, _ := b.do("GET", s.url+"/staff", nil)
		return res.StatusCode
	}
	parents, work := oidc.Parents, oidc.Staff
	a.only = &parents
	want(t, "a provider for parents", staff(), 403)
	a.only = &work
	want(t, "and for staff", staff(), 200)
	a.will([]string{"applicant"}, nil)
	s.clock.turn(6 * time.Minute)
	want(t, "taken away", staff(), 403)
	s.sessions.opt.Recheck = 0
	want(t, "and nobody is asked any more", staff(), 403)
	s.opt.Doors = nil
	want(t, "trusted no more", staff(), 401)
}
