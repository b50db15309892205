package edge

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/oidc"
)

// logouts knows logout tokens by heart; that each is checked is app/gateway/oidc's to test.
type logouts struct {
	mu    sync.Mutex
	known map[string]oidc.Ended
}

func (l *logouts) VerifyLogoutToken(_ context.Context, raw string) (oidc.Ended, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ended, ok := l.known[raw]; ok {
		return ended, nil
	}
	return oidc.Ended{}, fault.New(fault.Unauthorized, fault.CodeUnauthorized, "token-signature").Note("reason", oidc.ReasonSignature)
}

func (s *site) backChannel(t *testing.T, token string) (int, string) {
	t.Helper()
	res, err := http.PostForm(s.url+"/auth/backchannel-logout", url.Values{"logout_token": {token}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Error("an answer that may be cached")
	}
	return res.StatusCode, string(body)
}

func TestAProviderEndsSessions(t *testing.T) {
	s, _ := newAsked(t)
	until := time.Now().Add(time.Hour)
	s.logouts.known = map[string]oidc.Ended{
		"of-session": {Provider: "demo", Session: "sid-parent-1", ID: "1", Until: until},
		"of-person":  {Provider: "demo", Subject: "reviewer-hinata-1", ID: "2", Until: until},
		"elsewhere":  {Provider: "other", Subject: "reviewer-hinata-1", Session: "sid-reviewer-hinata-1", ID: "3", Until: until},
	}
	parent, staff, other := s.browser(), s.browser(), s.browser()
	parent.signIn("parent-1", "/parents", nil)
	other.signIn("parent-2", "/parents", nil)
	staff.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	status := func(b *browser, path string) int {
		res, _ := b.do("GET", s.url+path, nil)
		return res.StatusCode
	}
	if code, body := s.backChannel(t, "forged"); code != 400 || !strings.Contains(body, `"invalid_request"`) {
		t.Errorf("%d %s", code, body)
	}
	code, _ := s.backChannel(t, "elsewhere")
	want(t, "of another provider", code, 200)
	want(t, "ends nothing here", status(staff, "/staff"), 200)
	code, _ = s.backChannel(t, "of-session")
	want(t, "of a session", code, 200)
	want(t, "the parent's is over", status(parent, "/parents"), 401)
	want(t, "the other parent's is not", status(other, "/parents"), 200)
	code, _ = s.backChannel(t, "of-person")
	want(t, "of a person", code, 200)
	want(t, "the clerk's is over", status(staff, "/staff"), 401)
	staff.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	code, _ = s.backChannel(t, "of-person")
	want(t, "sent again", code, 400)
	want(t, "and ends no later session", status(staff, "/staff"), 200)
}

func TestEachProviderHasItsDoor(t *testing.T) {
	s := newSite(t)
	staff := s.client(func(c *oidc.Config) {
		c.Name, c.For, c.ACRValues = "office", []oidc.Audience{oidc.Staff}, "two"
	})
	parents := s.client(func(c *oidc.Config) { c.Name, c.For = "card", []oidc.Audience{oidc.Parents} })
	s.opt.Doors = []SignIn{parents, staff}
	if !s.StaffApart() || len(s.Doors(oidc.Staff)) != 1 {
		t.Error("they are not apart")
	}
	for target, acr := range map[string]bool{
		"/auth/login?return=/": false, "/auth/login?return=/staff/queue": true, "/auth/login?return=/&by=office": true, "/auth/login?return=/staff&by=card": false,
		"/auth/login?return=/admin": true, "/auth/login?return=/administrated": false,
	} {
		b := s.browser()
		b.stopAt = "/authorize"
		res, _ := b.do("GET", s.url+target, nil)
		if got := strings.Contains(res.Header.Get("Location"), "acr_values=two"); got != acr {
			t.Errorf("%s: %s", target, res.Header.Get("Location"))
		}
	}
	b := s.browser()
	b.stopAt = "/authorize"
	res, _ := b.do("GET", s.url+"/auth/login?return=/staff&by=office&anew=1", nil)
	if to := res.Header.Get("Location"); !strings.Contains(to, "prompt=login") || !strings.Contains(to, "acr_values=two") {
		t.Errorf("anew: %s", to)
	}
	res, _ = s.browser().do("GET", s.url+"/auth/login?return=/&by=nobody", nil)
	want(t, "an unknown provider", res.StatusCode, 404)

	// A clerk who comes in by the parents' provider is nobody here, whatever its token says.
	b = s.browser()
	res, body := b.signIn("reviewer-hinata-1", "/parents", url.Values{"code": {""}})
	if res.StatusCode != 403 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, _ = b.do("GET", s.url+"/staff", nil)
	want(t, "the clerk by the parents' door", res.StatusCode, 403)
	// And a parent who comes in by the staff's is no applicant.
	b = s.browser()
	b.signIn("parent-1", "/staff", nil)
	res, _ = b.do("GET", s.url+"/parents", nil)
	want(t, "the parent by the staff's door", res.StatusCode, 403)
	if !strings.Contains(body, "forbidden") {
		t.Errorf("%s", body)
	}
}
