package parent_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestSomebodyInTheWrongPlaceIsToldAtTheQuestion: with the script as soon as it is answered, without it once when the page is saved; what was
// answered is saved all the same, and one goes on by pressing again (P1).
func TestSomebodyInTheWrongPlaceIsToldAtTheQuestion(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	at := "/applications/" + s.Draft(webtest.Parent, webtest.Hinata) + "/form/applicant"
	const advice = "公務員の児童手当は、市区町村ではなく勤務先に請求します"
	page := b.Get(at).Is(http.StatusOK)
	page.Lacks(advice)
	pension := func(p *webtest.Page) string { return p.Find("#facts-applicant-pension-told").Text() }
	form := page.Form("保存して次へ").Set("facts.applicant.pension", "local-mutual")
	if now := again(form).Is(http.StatusOK); !strings.Contains(pension(now), advice) {
		t.Errorf("the script is not told: %q", pension(now))
	}
	page = b.Get(at)
	page.Lacks(advice)
	told := page.Form("保存して次へ").Set("facts.applicant.pension", "local-mutual").Submit().Is(http.StatusOK)
	if told.Path != at || !strings.Contains(pension(told), advice) {
		t.Fatalf("on %s: %q", told.Path, pension(told))
	}
	told.Shows("入力した内容は保存しました。別の手続や窓口の案内があります。")
	if next := told.Form("保存して次へ").Submit().Is(http.StatusOK); next.Path == at {
		t.Error("who was told cannot go on")
	}
	page = b.Get(at).Form("保存して次へ").Set("facts.left_public_office", "true").Submit().Is(http.StatusOK)
	if b.Get(at).Lacks(advice); page.Path == at {
		t.Error("who left office is kept")
	}
}

// TestTheFirstPageTellsTooWhoIsInTheWrongPlace: the draft is made, and one is on its first page with the advice.
func TestTheFirstPageTellsTooWhoIsInTheWrongPlace(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	page := b.Get("/apply/" + webtest.Claim + "?municipality=" + webtest.Hinata).Is(http.StatusOK)
	const born = "facts.children.0.birth_date"
	form := page.Form("保存して次へ").Set(born+"-y", "1990").Set(born+"-m", "4").Set(born+"-d", "2")
	told := form.Submit().Is(http.StatusOK)
	if at := told.Find("#facts-children-0-birth_date-told").Text(); !strings.Contains(told.Path, "/form/") || !strings.Contains(at, "18歳になった後の最初の3月31日を過ぎている") {
		t.Fatalf("on %s: %q", told.Path, at)
	}
	if next := told.Form("保存して次へ").Submit().Is(http.StatusOK); next.Path == told.Path {
		t.Error("who was told cannot go on")
	}
}
