package parent_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

const (
	firstStep = "/apply/" + webtest.Claim + "?municipality=" + webtest.Hinata
	child     = "facts.children.0."
	year      = child + "birth_date-y"
)

// TestTheFirstStepLosesNothing: whatever comes between the first answer and the draft, it is said, and what was typed is there.
func TestTheFirstStepLosesNothing(t *testing.T) {
	typed := func(p *webtest.Page) *webtest.Form {
		return p.Form("保存して次へ").Set(year, "2024").Set(child+"birth_date-m", "4").Set(child+"birth_date-d", "1")
	}
	holds := func(t *testing.T, p *webtest.Page) {
		t.Helper()
		if got := p.Find(`[name="`+year+`"]`).AttrOr("value", ""); got != "2024" {
			t.Errorf("%s: the year is %q: %s", p.Path, got, p.Text())
		}
	}
	begun := func(p *webtest.Page) string { return strings.Split(p.Path, "/")[2] }
	for name, between := range map[string]func(t *testing.T, s *webtest.Site, b *webtest.Browser){
		"an answer is refused": func(t *testing.T, _ *webtest.Site, b *webtest.Browser) {
			p := typed(b.Get(firstStep)).Set(child+"birth_date-m", "13").Submit().Is(http.StatusUnprocessableEntity)
			holds(t, p)
			holds(t, b.Get(p.Path))
		},
		"the session ends": func(t *testing.T, _ *webtest.Site, b *webtest.Browser) {
			form := typed(b.Get(firstStep))
			b.Ends()
			ended := form.Submit().Is(http.StatusUnauthorized)
			holds(t, ended)
			b.SignIn(webtest.Parent)
			p := ended.Form("もう一度送る").Submit().Is(http.StatusOK)
			holds(t, b.Get("/applications/"+begun(p)+"/form/children"))
		},
		"another tab begins the same": func(t *testing.T, _ *webtest.Site, b *webtest.Browser) {
			first, second := typed(b.Get(firstStep)), typed(b.Get(firstStep))
			id := begun(first.Submit().Is(http.StatusOK))
			p := second.Submit()
			if p.Status == http.StatusConflict { // for the same child
				p.Shows("まだ提出していない下書きです")
				holds(t, p)
				p = p.Form("保存して次へ").Submit().Is(http.StatusOK)
			}
			if begun(p) != id {
				t.Errorf("there are two drafts: %s", p.Path)
			}
			holds(t, b.Get("/applications/"+id+"/form/children"))
		},
		"another tab saves the same step": func(t *testing.T, s *webtest.Site, b *webtest.Browser) {
			at := "/applications/" + s.Draft(webtest.Parent, webtest.Hinata) + "/form/children"
			first, second := b.Get(at).Form("保存して次へ"), typed(b.Get(at))
			first.Submit().Is(http.StatusOK)
			p := second.Submit().Is(http.StatusPreconditionFailed)
			p.Shows("別の画面か端末で、先に保存されています。")
			holds(t, p)
			p.Form("保存して次へ").Submit().Is(http.StatusOK)
			holds(t, b.Get(at))
		},
		"it goes on with another device": func(t *testing.T, s *webtest.Site, b *webtest.Browser) {
			id := begun(typed(b.Get(firstStep)).Submit().Is(http.StatusOK))
			p := s.As(webtest.Parent).Get(firstStep).Is(http.StatusOK)
			p.Shows("この手続の申請が、すでにあります")
			if p = p.Follow("続きから始める"); begun(p) != id {
				t.Errorf("it leads to %s", p.Path)
			}
			holds(t, s.As(webtest.Parent).Get("/applications/"+id+"/form/children"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := webtest.New(t)
			between(t, s, s.As(webtest.Parent))
		})
	}
}

// TestWhatIsBegunIsOffered: the open draft and the case under way, of the same procedure at the same place alone, and while they are open.
func TestWhatIsBegunIsOffered(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	const offer = "この手続の申請が、すでにあります"
	b.Get(firstStep).Is(http.StatusOK).Lacks(offer)
	filed := s.Filed(webtest.Parent, webtest.Hinata)
	p := b.Get(firstStep)
	p.Shows(offer, b.JSON("/api/v1/applications/" + filed)["receipt_number"].(string))
	if p = p.Follow("この申請を見る " + b.JSON("/api/v1/applications/" + filed)["receipt_number"].(string)); p.Path != "/applications/"+filed {
		t.Errorf("it leads to %s", p.Path)
	}
	elsewhere := strings.Replace(firstStep, webtest.Hinata, webtest.Minato, 1)
	for _, other := range []string{elsewhere, strings.Replace(firstStep, webtest.Claim, "pregnancy-notification", 1)} {
		b.Get(other).Is(http.StatusOK).Lacks(offer)
	}
	s.As(webtest.Neighbour).Get(firstStep).Lacks(offer)
	_, err := s.Apply.Withdraw(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), casetest.Once(), filed, "", nil)
	casetest.Must(t, err)
	b.Get(firstStep).Lacks(offer)
}

// TestAConsentIsSavedAsItIsGiven, as the questions are: by the page's script.
func TestAConsentIsSavedAsItIsGiven(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	p := b.Get("/applications/" + id + "/documents").Is(http.StatusOK)
	status, saved := b.Save("/applications/"+id+"/documents", url.Values{"version": {p.Find("[name=version]").AttrOr("value", "")}})
	if status != http.StatusOK || saved["version"] == nil {
		t.Errorf("%d %v", status, saved)
	}
}
