package edge

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/storage/postgres"

	"github.com/jackc/pgx/v5"
)

func TestAParentSignsInWithABrowserAndOutAgain(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	res, _ := b.do("GET", s.url+"/parents", nil)
	want(t, "before", res.StatusCode, 401)
	res, body := b.signIn("parent-1", "/parents?step=2", nil)
	want(t, "where it came out", res.Request.URL.RequestURI(), "/parents?step=2")
	if res.StatusCode != 200 || !strings.HasPrefix(body, "applicant parent-1 ") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	stolen := b.cookie()
	b.stopAt = "/end_session"
	res, _ = b.do("POST", s.url+"/auth/logout", url.Values{})
	if !strings.HasPrefix(res.Header.Get("Location"), s.provider.Issuer) {
		t.Errorf("signing out leads to %q", res.Header.Get("Location"))
	}
	if b.cookie() != nil {
		t.Error("the cookie is still there")
	}
	u, _ := url.Parse(s.url)
	b.client.Jar.SetCookies(u, []*http.Cookie{stolen})
	res, _ = b.do("GET", s.url+"/parents", nil)
	want(t, "with the old cookie", res.StatusCode, 401)
}

func TestStaffNeedTheSecondFactor(t *testing.T) {
	s := newSite(t)
	res, body := s.browser().signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	if res.StatusCode != 200 || !strings.HasPrefix(body, "reviewer reviewer-hinata-1 ") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body = s.browser().signIn("reviewer-hinata-1", "/staff", url.Values{"without": {"1"}})
	if res.StatusCode != 403 || !strings.Contains(body, "second-factor-required") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestTheSessionGetsANewTokenAtSignInAndTheDatabaseNeverSeesIt(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.stopAt = "/authorize"
	res, _ := b.do("GET", s.url+"/auth/login?return=/parents", nil)
	before := b.cookie().Value
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !c.Expires.IsZero() {
			t.Errorf("cookie %+v", c)
		}
	}
	b.stopAt = ""
	b.signIn("parent-1", "/parents", nil)
	token := b.cookie().Value
	if token == before {
		t.Error("the token from before the sign-in is still good")
	}
	conn, err := pgx.Connect(t.Context(), s.db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var rows int
	var dump string
	if err := conn.QueryRow(t.Context(), `select count(*), string_agg(encode(token_digest || data, 'escape'), ' ') from sessions`).Scan(&rows, &dump); err != nil {
		t.Fatal(err)
	}
	want(t, "sessions: the one from before is gone", rows, 1)
	for _, secret := range []string{token, "parent-1", "principal", "id_token"} {
		if strings.Contains(dump, secret) {
			t.Errorf("the database holds %q in clear", secret)
		}
	}
	if strings.Contains(s.log.String(), token) || strings.Contains(s.log.String(), "code=") {
		t.Error("the log holds the token or the code")
	}
}

func TestWhatACallbackMustFit(t *testing.T) {
	s := newSite(t)
	begin := func() (*browser, string) {
		b := s.browser()
		b.stopAt = "/authorize"
		res, _ := b.do("GET", s.url+"/auth/login", nil)
		u, _ := url.Parse(res.Header.Get("Location"))
		return b, u.Query().Get("state")
	}
	for _, c := range []struct {
		name   string
		query  func(state string) url.Values
		reason string
	}{
		{"no state", func(string) url.Values { return url.Values{"code": {"x"}} }, "state"},
		{"another state", func(string) url.Values { return url.Values{"code": {"x"}, "state": {"y"}} }, "state"},
		{"the person cancelled", func(st string) url.Values { return url.Values{"error": {"access_denied"}, "state": {st}} }, "cancelled"},
		{"no code", func(st string) url.Values { return url.Values{"state": {st}} }, "cancelled"},
		{"a code that is not good", func(st string) url.Values { return url.Values{"state": {st}, "code": {"x"}} }, "code"},
	} {
		b, state := begin()
		res, body := b.do("GET", s.url+"/auth/callback?"+c.query(state).Encode(), nil)
		if res.StatusCode != 401 || !strings.Contains(body, `"reason":"`+c.reason+`"`) {
			t.Errorf("%s: %d %s", c.name, res.StatusCode, body)
		}
	}
	_, state := begin()
	res, body := s.browser().do("GET", s.url+"/auth/callback?code=x&state="+state, nil)
	if res.StatusCode != 401 || !strings.Contains(body, `"reason":"state"`) {
		t.Errorf("another browser: %d %s", res.StatusCode, body)
	}
	b, state := begin()
	s.clock.turn(pendingTime + time.Second)
	res, body = b.do("GET", s.url+"/auth/callback?code=x&state="+state, nil)
	if res.StatusCode != 401 || !strings.Contains(body, `"reason":"state"`) {
		t.Errorf("too late: %d %s", res.StatusCode, body)
	}
}

func TestTheReturnStaysOnThisSite(t *testing.T) {
	s := newSite(t)
	for _, back := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "parents", "/\tx", "/" + strings.Repeat("a",
		1000)} {
		res, body := s.browser().do("GET", s.url+"/auth/login?return="+url.QueryEscape(back), nil)
		if res.StatusCode != 422 || !strings.Contains(body, `"parameter":"return"`) {
			t.Errorf("%s: %d %s", back, res.StatusCode, body)
		}
	}
}

func TestASessionEndsWhenItIsIdle(t *testing.T) {
	s := newSite(t)
	staff, parent := s.browser(), s.browser()
	staff.signIn("reviewer-hinata-1", "/staff", url.Values{"code": {""}})
	parent.signIn("parent-1", "/parents", nil)
	status := func(b *browser, path string) int { res, _ := b.do("GET", s.url+path, nil); return res.StatusCode }
	for range 4 { // use keeps it alive
		s.clock.turn(14 * time.Minute)
		want(t, "staff in use", status(staff, "/staff"), 200)
	}
	want(t, "a parent after 56 minutes", status(parent, "/parents"), 200)
	s.clock.turn(15 * time.Minute)
	want(t, "staff after 15 idle minutes", status(staff, "/staff"), 401)
	want(t, "a parent after 15 idle minutes", status(parent, "/parents"), 200)
	s.clock.turn(time.Hour)
	want(t, "a parent after an idle hour", status(parent, "/parents"), 401)
}

func TestASessionEndsInAnyCase(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.signIn("parent-1", "/parents", nil)
	for range 13 {
		s.clock.turn(55 * time.Minute)
		b.do("GET", s.url+"/parents", nil)
	}
	s.clock.turn(10 * time.Minute) // 12 h 5 min
	res, _ := b.do("GET", s.url+"/parents", nil)
	want(t, "status", res.StatusCode, 401)
}

func TestABearerTokenWinsOverASession(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.signIn("parent-1", "/parents", nil)
	r, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/parents", nil)
	r.Header.Set("Authorization", "Bearer both")
	res, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	if !strings.HasPrefix(string(body), "applicant both ") {
		t.Errorf("%s", body)
	}
}

func TestASessionThatEndedDoesNotComeBack(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.signIn("parent-1", "/parents", nil)
	store := sessionStore{s.db.App}
	token := b.cookie().Value
	data, found, err := store.FindCtx(t.Context(), token)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if err := store.Delete(token); err != nil {
		t.Fatal(err)
	}
	if err := store.renew(t.Context(), token, data, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, _ = store.Find(token); found {
		t.Error("it came back")
	}
}

func TestWithoutTheDatabaseASessionIsUnavailableAndNotOver(t *testing.T) {
	s := newSite(t)
	dead, err := postgres.Open(t.Context(), postgres.Options{DSN: "postgres://x:y@127.0.0.1:9/none?connect_timeout=1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dead.Close)
	h := newHarness(t, func(o *Options) { o.DB, o.Doors = dead, s.opt.Doors })
	h.Engine.GET("/parents", h.Gin(Route{Permission: Applicant}), func(*gin.Context) {})
	a := h.call("GET", "/parents", "", "Cookie", "onestop=abc")
	want(t, "status", a.Code, 503)
	want(t, "code", a.problem()["code"], any("unavailable"))
}

func TestSessionCookiesAreStrictWhereThereIsTLS(t *testing.T) {
	s := newSite(t)
	h := newHarness(t, func(o *Options) {
		o.DB, o.Doors, o.PublicURL = s.db.App, s.opt.Doors, "https://kosodate.example"
	})
	cookie := h.call("GET", "/auth/login", "").Header().Get("Set-Cookie")
	for _, part := range []string{"__Host-onestop=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("%s lacks %s", cookie, part)
		}
	}
}

func TestAWarningCanBeGivenBeforeTheSessionEnds(t *testing.T) {
	s := newSite(t)
	var idle, latest time.Time
	var ok bool
	s.Engine.GET("/ends", s.Gin(Route{Permission: SignedIn}), func(c *gin.Context) { idle, latest, ok = s.SessionEnds(c.Request.Context()) })
	b := s.browser()
	b.signIn("parent-1", "/ends", nil)
	if !ok || idle.Sub(s.clock.now()).Round(time.Second) != time.Hour || latest.Before(idle) {
		t.Errorf("%v: %v %v", ok, idle, latest)
	}
	s.call("GET", "/ends", "", bearer("parent")...)
	if ok {
		t.Error("a bearer token is no session")
	}
}
