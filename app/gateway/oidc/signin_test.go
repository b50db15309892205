package oidc

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"kosodate.example/onestop/app/gateway/oidc/simulator"
)

var (
	fieldID = regexp.MustCompile(`name="id" value="([^"]+)"`)
	phone   = regexp.MustCompile(`<output id="otp">(\d{6})</output>`)
)

// person goes through the pages with a browser of their own, up to the redirect to the application.
type person struct {
	t       *testing.T
	client  *http.Client
	issuer  string
	persona string
	second  string // "code", "wide" (typed in full-width digits) or "without"; staff only
}

func newPerson(t *testing.T, s *simulator.Server, persona, second string) *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, issuer: s.Issuer, persona: persona, second: second, client: &http.Client{Jar: jar,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if !strings.HasPrefix(r.URL.String(), s.Issuer+"/") {
				return http.ErrUseLastResponse
			}
			return nil
		}}}
}

func (p *person) get(address string) (page, location string) {
	p.t.Helper()
	return p.read(p.client.Get(address))
}

func (p *person) post(path string, form url.Values) (page, location string) {
	p.t.Helper()
	return p.read(p.client.PostForm(p.issuer+path, form))
}

func (p *person) read(res *http.Response, err error) (string, string) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b), res.Header.Get("Location")
}

// signIn fills the forms and returns what the application's callback receives.
func (p *person) signIn(authURL string) url.Values {
	p.t.Helper()
	page, _ := p.get(authURL)
	id := fieldID.FindStringSubmatch(page)
	if id == nil {
		p.t.Fatalf("no form: %s", page)
	}
	page, location := p.post("/login", url.Values{"id": {id[1]}, "persona": {p.persona}})
	if p.second != "" {
		form := url.Values{"id": {id[1]}}
		shown := phone.FindStringSubmatch(page)
		if shown == nil {
			p.t.Fatalf("no second step: %s", page)
		}
		switch p.second {
		case "without":
			form.Set("without", "yes")
		case "wide":
			form.Set("code", strings.Map(func(r rune) rune { return r - '0' + '０' }, shown[1])+" ")
		default:
			form.Set("code", shown[1])
		}
		page, location = p.post("/login/code", form)
	}
	u, err := url.Parse(location)
	if err != nil || !strings.HasPrefix(location, testCallback+"?") {
		p.t.Fatalf("not sent to the application but to %q: %s", location, page)
	}
	return u.Query()
}

type attemptedSignIn struct{ state, nonce, verifier, url string }

func begin(t *testing.T, p *Provider, returnTo string) attemptedSignIn {
	t.Helper()
	a := attemptedSignIn{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier()}
	u, err := p.AuthURL(t.Context(), a.state, a.nonce, a.verifier, returnTo, AskUsual)
	if err != nil {
		t.Fatal(err)
	}
	a.url = u
	return a
}

func TestSignInThroughThePages(t *testing.T) {
	s, p := startBoth(t)
	for name, tc := range map[string]struct {
		persona, second, role string
		twoFactors            bool
	}{
		"parent":                {"parent-1", "", "applicant", false},
		"reviewer":              {"reviewer-hinata-1", "code", "reviewer@998010", true},
		"reviewer, wide digits": {"reviewer-minato", "wide", "reviewer@998028", true},
		"admin without code":    {"admin-national-1", "without", "admin@national", false},
		"auditor":               {"auditor", "code", "auditor", true},
	} {
		t.Run(name, func(t *testing.T) {
			a := begin(t, p, "/applications?page=2#top")
			answer := newPerson(t, s, tc.persona, tc.second).signIn(a.url)
			state, returnTo := SplitState(answer.Get("state"))
			if state != a.state || returnTo != "/applications?page=2#top" {
				t.Errorf("state %q, back to %q", state, returnTo)
			}
			id, tokens, err := p.Exchange(t.Context(), answer.Get("code"), a.nonce, a.verifier)
			if err != nil {
				t.Fatal(err)
			}
			if id.Provider != "demo" || id.Subject != tc.persona || id.Name == "" || !slices.Equal(id.Roles, []string{tc.role}) ||
				id.SecondFactor != tc.twoFactors || id.AuthTime.IsZero() || id.ClientID != testClient {
				t.Errorf("%+v", id)
			}
			signOut(t, s, p, tokens.ID)
		})
	}
}

func signOut(t *testing.T, s *simulator.Server, p *Provider, idToken string) {
	t.Helper()
	out, err := p.LogoutURL(t.Context(), idToken, testGoodbye)
	if err != nil {
		t.Fatal(err)
	}
	if _, location := newPerson(t, s, "", "").get(out); location != testGoodbye {
		t.Errorf("after signing out at %s: sent to %q", out, location)
	}
}

func TestExchangeRefuses(t *testing.T) {
	s, p := startBoth(t)
	trade := func(t *testing.T, nonce, verifier, code string, a attemptedSignIn) error {
		answer := newPerson(t, s, "parent-1", "").signIn(a.url)
		if code == "" {
			code = answer.Get("code")
		}
		_, _, err := p.Exchange(t.Context(), code, nonce, verifier)
		return err
	}
	a := begin(t, p, "")
	wantRefusal(t, trade(t, "another", a.verifier, "", a), ReasonNonce)
	a = begin(t, p, "")
	wantRefusal(t, trade(t, "", a.verifier, "", a), ReasonNonce)
	a = begin(t, p, "")
	wantRefusal(t, trade(t, a.nonce, oauth2.GenerateVerifier(), "", a), ReasonCode)
	a = begin(t, p, "")
	wantRefusal(t, trade(t, a.nonce, a.verifier, "invented", a), ReasonCode)

	a = begin(t, p, "")
	code := newPerson(t, s, "parent-1", "").signIn(a.url).Get("code")
	if _, _, err := p.Exchange(t.Context(), code, a.nonce, a.verifier); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.Exchange(t.Context(), code, a.nonce, a.verifier)
	wantRefusal(t, err, ReasonCode)

	a = begin(t, p, "")
	code = newPerson(t, s, "parent-1", "").signIn(a.url).Get("code")
	if err := os.WriteFile(p.cfg.ClientSecretFile, []byte("not the secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Exchange(t.Context(), code, a.nonce, a.verifier)
	wantUnavailable(t, err) // the provider and we are at odds: not the person's fault
	s.SetFaults(simulator.Faults{Down: true})
	_, _, err = p.Exchange(t.Context(), code, a.nonce, a.verifier)
	wantUnavailable(t, err)
}

func TestAnIDTokenIsNoAccessToken(t *testing.T) {
	s, p := startBoth(t)
	a := begin(t, p, "")
	_, tokens, err := p.Exchange(t.Context(), newPerson(t, s, "parent-1", "").signIn(a.url).Get("code"), a.nonce, a.verifier)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.VerifyAccessToken(t.Context(), tokens.ID) // the simulator names both audiences in it
	wantRefusal(t, err, ReasonType)
}

func TestReturnToStaysOnThisSite(t *testing.T) {
	_, p := startBoth(t)
	for _, bad := range []string{"https://evil.example", "//evil.example", `/\evil.example`, `\/evil.example`, "evil", "/a\nb", "javascript:alert(1)",
		"/\t/evil.example"} {
		if _, err := p.AuthURL(t.Context(), "s", "n", oauth2.GenerateVerifier(), bad, AskUsual); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	u, err := p.AuthURL(t.Context(), "s", "n", oauth2.GenerateVerifier(), "", AskUsual)
	if err != nil || !strings.Contains(u, "state=s&") && !strings.HasSuffix(u, "state=s") {
		t.Errorf("without returnTo the state stays as it is: %s %v", u, err)
	}
	q, _ := url.Parse(u)
	if q.Query().Get("code_challenge_method") != "S256" || q.Query().Get("nonce") != "n" || q.Query().Get("scope") != "openid profile email" {
		t.Errorf("address %s", u)
	}
}

// FuzzSplitState: whatever the callback brings, nobody is sent off this site.
func FuzzSplitState(f *testing.F) {
	for _, s := range []string{"", "abc", "abc~", "abc~L2E", "abc~Ly9ldmls", "~~", "abc~L1xldmls"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, callback string) {
		_, to := SplitState(callback)
		if to == "" {
			return
		}
		u, err := url.Parse("https://onestop.example" + to)
		if err != nil || u.Host != "onestop.example" || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
			t.Errorf("%q sends to %q", callback, to)
		}
	})
}
