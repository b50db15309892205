package public_test

import (
	"net/http"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

func TestAProcedureIsFoundAndRead(t *testing.T) {
	s := webtest.New(t)
	b := s.Stranger()
	home := b.Get("/").Is(http.StatusOK)
	found := home.Form("さがす").Fill("お住まいの市区町村", webtest.Hinata).Fill("言葉でさがす", "児童手当").Submit().Is(http.StatusOK)
	if found.Value("お住まいの市区町村") != webtest.Hinata || found.Value("言葉でさがす") != "児童手当" {
		t.Errorf("the search forgets what was looked for: %q, %q", found.Value("お住まいの市区町村"), found.Value("言葉でさがす"))
	}
	found.Shows("児童手当")
	one := b.Get("/procedures/" + webtest.Claim + "?municipality=" + webtest.Minato).Is(http.StatusOK)
	one.Shows("みなと町", "福祉課", "000-0002-0002")
	for _, path := range []string{"/procedures/none", "/procedures/" + webtest.Claim + "?municipality=131016", "/nowhere"} {
		if p := b.Get(path); p.Status < 400 || p.Title() == "" {
			t.Errorf("%s: %d %q", path, p.Status, p.Title())
		}
	}
}

// What is looked for and is not right is said at its field, and stays there.
func TestASearchThatIsNotRightSaysWhatIsWrong(t *testing.T) {
	b := webtest.New(t).Stranger()
	p := b.Get("/procedures?birth-y=2025&birth-m=2&birth-d=30").Is(http.StatusUnprocessableEntity)
	if p.Find(".error").Length() == 0 || p.Find(`[name="birth-d"]`).AttrOr("value", "") != "30" {
		t.Errorf("the wrong day is not said, or gone: %s", p.Text())
	}
}

func TestThePagesThatSignInLeadsTo(t *testing.T) {
	s := webtest.New(t)
	for _, path := range []string{"/applications", "/me", "/staff/queue", "/admin/phases", "/audit"} {
		if p := s.Stranger().Get(path); p.Status == http.StatusOK && p.Path == path {
			t.Errorf("%s is shown to a stranger", path)
		}
		if p := s.As(webtest.Neighbour).Get(path); (p.Status == http.StatusOK) != (path == "/applications" || path == "/me") {
			t.Errorf("%s as a parent: %d", path, p.Status)
		}
	}
}
