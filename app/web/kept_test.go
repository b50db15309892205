package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/webtest"
)

// table is every route of the pages.
func table(t *testing.T) (*edge.Edge, []page.Route) {
	t.Helper()
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler), People: nobody{}, PublicURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.Mount(e, &usecase.Services{}, page.Options{Providers: []string{"http://127.0.0.1:2"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e, site.Routes()
}

var param = regexp.MustCompile(`:[a-z]+`)

// TestWhatOnlyAFormIsSentToLeadsToItsPage: nobody who opens its address is told that a method is not allowed.
func TestWhatOnlyAFormIsSentToLeadsToItsPage(t *testing.T) {
	e, routes := table(t)
	pages, n := map[string]bool{}, 0
	for _, r := range routes {
		pages[r.Path] = pages[r.Path] || r.Method == http.MethodGet
	}
	for _, r := range routes {
		if r.Method != http.MethodPost || pages[r.Path] {
			continue
		}
		n++
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, param.ReplaceAllString(r.Path, "x"), nil))
		to := w.Header().Get("Location")
		found := false
		for page := range pages {
			found = found || pages[page] && param.ReplaceAllString(page, "x") == to
		}
		if w.Code != http.StatusSeeOther || !found || to == "/" && r.Path != "/session/stay" {
			t.Errorf("%s: %d, to %q", r.Path, w.Code, to)
		}
	}
	if n < 20 {
		t.Errorf("%d only", n)
	}
}

// TestNoFormIsAnsweredWithAPage: whatever it is sent, and refused with, the browser is led to a page, which shows the answer again
// when it is loaded again.
func TestNoFormIsAnsweredWithAPage(t *testing.T) {
	s := webtest.New(t)
	draft, filed := s.Draft(webtest.Parent, webtest.Minato), s.Filed(webtest.Parent, webtest.Hinata)
	reviewer := s.As(webtest.Reviewer)
	reviewer.Get("/staff/briefing").Form("読みました").Submit()
	people := map[string]*webtest.Browser{"applicant": s.As(webtest.Parent), "reviewer": reviewer, "admin": s.As(firstAdmin), "municipal-admin": s.As(firstAdmin),
		"national": s.As(country), "public": s.As(webtest.Parent), "signed-in": s.As(webtest.Parent),
		"auditor": s.As(webtest.Person{Key: "auditor", Name: "監査 一郎", Roles: []string{"auditor"}})}
	_, routes := table(t)
	shown := 0
	for _, r := range routes {
		if r.Method != http.MethodPost {
			continue
		}
		b := people[r.Permission.String()]
		if b == nil {
			t.Fatalf("nobody is %s", r.Permission)
		}
		id := draft
		if strings.HasPrefix(r.Path, "/staff/cases") {
			id = filed
		}
		path := param.ReplaceAllString(strings.NewReplacer(":id", id, ":code", webtest.Hinata, ":step", "questions").Replace(r.Path), "x")
		if r.Path == "/apply/:code" || r.Path == "/procedures/:code" {
			path = strings.TrimSuffix(r.Path, ":code") + webtest.Claim + "?municipality=" + webtest.Hinata
		}
		status, to := b.Posted(path, url.Values{"version": {"x"}, "reason": {"＜書いたこと＞"}})
		if status != http.StatusSeeOther {
			t.Errorf("%s: %d", r.Path, status)
			continue
		}
		if !strings.Contains(to, "kept=") {
			continue
		}
		shown++
		first, again := b.Get(to), b.Get(to)
		if first.Text() != again.Text() || first.Status != again.Status || first.Title() == "" || first.Status == http.StatusMethodNotAllowed {
			t.Errorf("%s: %d %q, then %d %q", r.Path, first.Status, first.Text(), again.Status, again.Text())
		}
		if strings.Contains(to, url.QueryEscape("書いた")) {
			t.Errorf("%s: what was typed is in the address %s", r.Path, to)
		}
		if other := s.As(webtest.Neighbour).Get(to); strings.Contains(other.Text(), "＜書いたこと＞") {
			t.Errorf("%s: somebody else reads it", r.Path)
		}
	}
	if shown < 30 {
		t.Errorf("%d answers only were shown", shown)
	}
}

// TestAnotherLanguageHasWhatWasTyped: on a page that was refused, the links to the other languages lose nothing.
func TestAnotherLanguageHasWhatWasTyped(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	const mail, lines = "no address", "<b>引っ越す\nため</b> 123456789018"
	refused := b.Get("/me/settings").Is(http.StatusOK).Form("保存").Fill("メールアドレス", mail).Submit().Is(http.StatusUnprocessableEntity)
	english := refused.Find(`a[hreflang="en"]`).AttrOr("href", "")
	b.Lang = "en"
	there := b.Get(english).Is(http.StatusUnprocessableEntity)
	if there.Value("Mail address") != mail || !strings.Contains(english, "kept=") {
		t.Errorf("%s: %q", english, there.Value("Mail address"))
	}
	const said = "Enter an address like hana@example.jp."
	if wrong := there.Wrong("Mail address"); wrong != "＊Mail address: "+said || !strings.Contains(there.Find(".errors a").Text(), said) {
		t.Errorf("in English: %q, above %q", wrong, there.Find(".errors").Text())
	}
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b.Lang = "ja"
	refused = b.Get("/applications/"+id+"/withdraw?lang=ja").Form("取り下げる").Fill("取り下げる理由", lines).Submit().Is(http.StatusUnprocessableEntity)
	b.Lang = "en"
	if there := b.Get(refused.Find(`a[hreflang="en"]`).AttrOr("href", "")).Is(http.StatusUnprocessableEntity); there.Value("Why you withdraw") != lines {
		t.Errorf("%q, not %q", there.Value("Why you withdraw"), lines)
	}
}
