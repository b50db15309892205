package faulttest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/storage/embedded/child"
)

// pagesFolder has the provider that is not ours (provider.mjs) and what it needs from npm.
const pagesFolder = "../../../app/web/e2e"

// cityHall starts the provider that is not ours, for a server at base, and gives its issuer.
func cityHall(t *testing.T, base string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(pagesFolder, "node_modules", "oidc-provider")); err != nil {
		install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		install.Dir = pagesFolder
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("npm ci (deploy/test.sh installs Node): %v\n%s", err, out)
		}
	}
	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	said := &journal{}
	cmd := exec.Command("node", "provider.mjs", fmt.Sprint(port), base)
	cmd.Dir, cmd.Stdout, cmd.Stderr = pagesFolder, said, said
	p, err := child.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	(&process{Process: p, said: said}).waitFor(t, "listening")
	return fmt.Sprintf("http://127.0.0.1:%d", port)
}

// surfer is a browser without scripts.
type surfer struct {
	t      *testing.T
	client *http.Client
}

func newSurfer(t *testing.T) *surfer {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &surfer{t, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// page is where one came out.
type page struct {
	status int
	at     *url.URL
	text   string
}

func (b *surfer) visit(method, address string, form url.Values) page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", "ja")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		b.t.Fatal(err)
	}
	return page{res.StatusCode, res.Request.URL, string(text)}
}

var hallWay = regexp.MustCompile(`href="(/auth/login\?[^"]*by=city-hall[^"]*)"`)

// staff signs in at the city hall, with a second factor or without, beginning at a page of ours.
func (b *surfer) staff(base, wanted, login string, second bool) page {
	b.t.Helper()
	offered := b.visit(http.MethodGet, base+wanted, nil)
	way := hallWay.FindStringSubmatch(offered.text)
	if way == nil || !strings.Contains(offered.text, "市役所の認証") {
		b.t.Fatalf("staff are not led to their provider but to %s: %s", offered.at, offered.text)
	}
	form := b.visit(http.MethodGet, base+strings.ReplaceAll(way[1], "&amp;", "&"), nil)
	if !strings.HasPrefix(form.at.Path, "/interaction/") {
		b.t.Fatalf("not the city hall's page but %s: %s", form.at, form.text)
	}
	values := url.Values{"login": {login}}
	if second {
		values.Set("otp", "yes")
	}
	return b.visit(http.MethodPost, form.at.String(), values)
}

// hall tells the city hall's provider what its administrator does there.
func (b *surfer) hall(issuer string, form url.Values) {
	b.t.Helper()
	if p := b.visit(http.MethodPost, issuer+"/control/groups", form); p.status != http.StatusOK {
		b.t.Fatalf("%d %s", p.status, p.text)
	}
}

// twoDoors is the program with two providers: the simulator for parents, and one that is not ours for staff.
func twoDoors(t *testing.T) (base, hall, card string, server *process) {
	t.Helper()
	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	base = "http://" + addr
	hall = cityHall(t, base)
	parents, err := provider.Start(t.Context(), provider.Options{Addr: "127.0.0.1:0", Audience: audience,
		Clients: []provider.Client{{ID: clientID, RedirectURLs: []string{base + "/auth/callback"}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = parents.Close() })
	w := newWorld(t, shared.scanner.Address())
	server = w.serve(t, addr, "ONESTOP_OIDC__ISSUER="+parents.Issuer, "ONESTOP_OIDC__FOR=[parents]", "ONESTOP_SESSION__RECHECK=1s",
		"ONESTOP_LIMITS__LOGIN__PER_SECOND=-1",
		"ONESTOP_PROVIDERS__CITY-HALL__ISSUER="+hall, "ONESTOP_PROVIDERS__CITY-HALL__CLIENT_ID=city-hall-portal", "ONESTOP_PROVIDERS__CITY-HALL__FOR=[staff]",
		"ONESTOP_PROVIDERS__CITY-HALL__LABEL__JA=市役所の認証", "ONESTOP_PROVIDERS__CITY-HALL__SCOPES=[openid, profile, groups, offline_access]",
		"ONESTOP_PROVIDERS__CITY-HALL__ACR_VALUES=two-factors", "ONESTOP_PROVIDERS__CITY-HALL__SECOND_FACTOR__ACR=[two-factors]",
		`ONESTOP_PROVIDERS__CITY-HALL__GROUPS=[{group: /ひなた市/子育て支援課 審査, roles: [reviewer@998010]}, `+
			`{group: /ひなた市/子育て支援課 管理者, roles: [admin@998010, reviewer@998010]}]`)
	return base, hall, parents.Issuer, server
}

// TestParentsAndStaffSignInAtTwoProviders, one of which is not ours: groups are roles, acr proves the second factor, the provider's word on
// what somebody may do reaches us in moments, and it ends sessions.
func TestParentsAndStaffSignInAtTwoProviders(t *testing.T) {
	timed(t)
	base, hall, card, server := twoDoors(t)

	clerk := newSurfer(t)
	if in := clerk.staff(base, "/staff/queue", "clerk", true); in.status != http.StatusOK ||
		!strings.HasPrefix(in.at.Path, "/staff/") || in.at.Host != strings.TrimPrefix(base, "http://") {
		t.Fatalf("a clerk came out at %s: %d %s", in.at, in.status, in.text)
	}
	if other := clerk.visit(http.MethodGet, base+"/admin/more", nil); other.status != http.StatusForbidden {
		t.Errorf("a clerk's group gives an admin's page: %d", other.status)
	}
	one := newSurfer(t)
	refused := one.staff(base, "/staff/queue", "clerk", false)
	again := anew.FindStringSubmatch(refused.text)
	if refused.status != http.StatusForbidden || again == nil {
		t.Fatalf("with one factor: %d %s", refused.status, refused.text)
	}
	form := one.visit(http.MethodGet, base+strings.ReplaceAll(again[1], "&amp;", "&"), nil)
	if in := one.visit(http.MethodPost, form.at.String(), url.Values{"login": {"clerk"}, "otp": {"yes"}}); in.status != http.StatusOK ||
		!strings.HasPrefix(in.at.Path, "/staff/") {
		t.Errorf("with a second one: %d at %s", in.status, in.at)
	}
	guest := newSurfer(t)
	if in := guest.staff(base, "/staff/queue", "guest", true); in.status != http.StatusForbidden {
		t.Errorf("a group without a role: %d", in.status)
	}

	parent := newSurfer(t)
	in := parent.card(base, card, "/me", "parent-1", false)
	if in.status != http.StatusOK || in.at.Path != "/me" {
		t.Errorf("a parent came out at %s: %d", in.at, in.status)
	}
	if in := newSurfer(t).card(base, card, "/me", "admin-national-1", true); in.status != http.StatusForbidden {
		t.Errorf("who is an admin by the parents' provider: %d", in.status)
	}

	// What the administrator of the city hall's provider does reaches the sessions that are open.
	chief := newSurfer(t)
	if in := chief.staff(base, "/admin/more", "chief", true); in.status != http.StatusOK {
		t.Fatalf("%d at %s", in.status, in.at)
	}
	chief.hall(hall, url.Values{"login": {"chief"}, "groups": {"everybody"}})
	until(t, 20*time.Second, "a role that was taken away is gone", func() bool {
		return chief.visit(http.MethodGet, base+"/admin/more", nil).status == http.StatusForbidden
	})
	clerk.hall(hall, url.Values{"login": {"clerk"}})
	until(t, 20*time.Second, "who was taken out is signed out", func() bool {
		return clerk.visit(http.MethodGet, base+"/staff/queue", nil).at.Path == "/staff/sign-in"
	})
	// The provider's own sign-out ends the session here (back-channel logout).
	guest.signOutAt(hall)
	select {
	case <-server.said.watch("the identity provider ended sessions"):
	case <-time.After(20 * time.Second):
		t.Fatalf("no logout token came:\n%s", server.said)
	}
	if out := guest.visit(http.MethodGet, base+"/staff/queue", nil); out.at.Path != "/staff/sign-in" {
		t.Errorf("still signed in: %d at %s", out.status, out.at)
	}
}

var (
	anew     = regexp.MustCompile(`href="(/auth/login\?anew=1[^"]*by=city-hall)"`)
	cardForm = regexp.MustCompile(`name="id" value="([^"]+)"`)
	cardCode = regexp.MustCompile(`<output id="otp">(\d{6})</output>`)
	xsrf     = regexp.MustCompile(`name="xsrf" value="([^"]+)"`)
)

// card signs in at the simulator.
func (b *surfer) card(base, issuer, wanted, persona string, second bool) page {
	b.t.Helper()
	form := b.visit(http.MethodGet, base+"/auth/login?return="+url.QueryEscape(wanted), nil)
	id := cardForm.FindStringSubmatch(form.text)
	if id == nil {
		b.t.Fatalf("not the simulator's page but %s: %s", form.at, form.text)
	}
	in := b.visit(http.MethodPost, issuer+"/login", url.Values{"id": {id[1]}, "persona": {persona}})
	if !second {
		return in
	}
	code := cardCode.FindStringSubmatch(in.text)
	if code == nil {
		b.t.Fatalf("no second step: %s", in.text)
	}
	return b.visit(http.MethodPost, issuer+"/login/code", url.Values{"id": {id[1]}, "code": {code[1]}})
}

// signOutAt ends the session at the city hall's provider, on its own page.
func (b *surfer) signOutAt(issuer string) {
	b.t.Helper()
	asked := b.visit(http.MethodGet, issuer+"/session/end", nil)
	token := xsrf.FindStringSubmatch(asked.text)
	if token == nil {
		b.t.Fatalf("no form: %s", asked.text)
	}
	b.visit(http.MethodPost, issuer+"/session/end/confirm", url.Values{"xsrf": {token[1]}, "logout": {"yes"}})
}
