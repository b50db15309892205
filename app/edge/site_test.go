package edge

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/gateway/oidc"
	"kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/storage/pgtest"
)

// site is an Edge that listens, with a provider and a database.
type site struct {
	*harness
	url      string
	provider *simulator.Server
	db       *pgtest.Database
	clock    clock
	logouts  logouts
}

// clock is turned by the test.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) turn(d time.Duration) { c.ahead.Add(int64(d)) }

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{db: pgtest.New(t)}
	s.harness = newHarness(t, func(o *Options) {
		o.DB, o.People, o.Doors, o.Logouts = s.db.App, account.New(s.db.App, 0), []SignIn{later{}}, &s.logouts
		o.Limits.Login = Rate{PerSecond: -1}
	})
	s.now = s.clock.now
	whoami := func(c *gin.Context) {
		who, _ := PrincipalFrom(c.Request.Context())
		c.String(200, string(ActorFrom(c.Request.Context()).Role)+" "+who.Subject+" "+who.Person)
	}
	s.Engine.GET("/parents", s.Gin(Route{Operation: "parents", Permission: Applicant}), whoami)
	s.Engine.GET("/staff", s.Gin(Route{Operation: "staff", Permission: Reviewer}), whoami)
	address, _ := s.listen(t.Context())
	s.url = "http://" + address
	var err error
	for port := 25_100; port < 25_400; port++ {
		s.provider, err = simulator.Start(t.Context(), simulator.Options{Addr: "127.0.0.1:" + strconv.Itoa(port), Audience: "kosodate-api",
			Clients: []simulator.Client{{ID: "web", RedirectURLs: []string{s.url + "/auth/callback"}, PostLogoutRedirectURLs: []string{s.url + "/"}}}})
		if err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.provider.Close() })
	s.opt.Doors = []SignIn{s.client(nil)}
	return s
}

// client is the real client of the provider.
func (s *site) client(change func(*oidc.Config)) *oidc.Provider {
	s.t.Helper()
	cfg := oidc.Config{Name: "demo", Issuer: s.provider.Issuer, ClientID: "web", APIAudience: "kosodate-api", RedirectURL: s.url + "/auth/callback",
		Scopes: []string{"openid", "profile"}}
	if change != nil {
		change(&cfg)
	}
	p, err := oidc.New(s.t.Context(), cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// later stands for a provider whose address is not known yet.
type later struct{ SignIn }

// browser keeps cookies and follows redirects, but stops where a test wants to look.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
	stopAt string // a path at which not to follow
}

func (s *site) browser() *browser {
	jar, _ := cookiejar.New(nil)
	b := &browser{t: s.t, site: s}
	b.client = &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if b.stopAt != "" && r.URL.Path == b.stopAt {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

func (b *browser) do(method, target string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

var (
	formID   = regexp.MustCompile(`name="id" value="([^"]+)"`)
	formCode = regexp.MustCompile(`\b([0-9]{6})\b`)
)

// signIn goes through the provider's pages as a persona and gives where it came out.
func (b *browser) signIn(persona, back string, more url.Values) (*http.Response, string) {
	b.t.Helper()
	_, page := b.do("GET", b.site.url+"/auth/login?return="+url.QueryEscape(back), nil)
	id := formID.FindStringSubmatch(page)
	if id == nil {
		b.t.Fatalf("not the provider's page: %s", page)
	}
	res, page := b.do("POST", b.site.provider.Issuer+"/login", url.Values{"id": {id[1]}, "persona": {persona}})
	if more == nil {
		return res, page
	}
	form := url.Values{"id": {id[1]}}
	for k, v := range more {
		form[k] = v
	}
	if form.Has("code") {
		code := formCode.FindStringSubmatch(regexp.MustCompile(`(?s)<main.*`).FindString(page))
		if code == nil {
			b.t.Fatalf("no code on the page: %s", page)
		}
		form.Set("code", code[1])
	}
	return b.do("POST", b.site.provider.Issuer+"/login/code", form)
}

func (b *browser) cookie() *http.Cookie {
	u, _ := url.Parse(b.site.url)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == "onestop" {
			return c
		}
	}
	return nil
}
