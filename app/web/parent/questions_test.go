package parent_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

// again is the page that its script asks for with what is typed: nothing is saved by it.
func again(f *webtest.Form) *webtest.Page { return f.Set("again", "yes").Submit() }

// asked says whether a question is asked by what is known: every block around it.
func asked(t *testing.T, p *webtest.Page, name string) bool {
	t.Helper()
	field := p.Find(`[name^="` + name + `"]`).First()
	if field.Length() == 0 {
		t.Fatalf("%s: no question %s", p.Path, name)
	}
	return field.ParentsFiltered(`[data-asked="no"]`).Length() == 0
}

// TestExactlyWhatIsAskedIsShown: conditions in lists, one after the other, and over months and ages; and what was typed stays
// where a question goes away and comes back.
func TestExactlyWhatIsAskedIsShown(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	p := b.Get("/apply/" + webtest.Claim + "?municipality=" + webtest.Hinata).Is(http.StatusOK)
	const child = "facts.children.0."
	for _, step := range []struct {
		name, value      string
		abroad, place    bool
		because          string
		residence, since bool
	}{
		{child + "lives_with_applicant", "false", true, false, "elsewhere", false, false},
		{child + "studying_abroad", "false", true, true, "elsewhere in Japan", false, false},
		{child + "municipality", "other", true, true, "in another municipality", false, false},
		{child + "municipality-name", "札幌市", true, true, "by name", false, false},
		{child + "studying_abroad", "true", true, false, "abroad", true, true},
		{child + "lives_with_applicant", "true", false, false, "at home", false, false},
		{child + "lives_with_applicant", "false", true, false, "abroad again", true, true},
		{child + "studying_abroad", "false", true, true, "back in Japan", false, false},
	} {
		p = again(p.Form("保存して次へ").Set(step.name, step.value)).Is(http.StatusOK)
		for name, want := range map[string]bool{"studying_abroad": step.abroad, "municipality": step.place, "residence_before_abroad": step.residence,
			"left_japan_on-y": step.since} {
			if got := asked(t, p, child+name); got != want {
				t.Errorf("%s: %s is asked: %v", step.because, name, got)
			}
		}
	}
	if kept := p.Find(`[name="`+child+`municipality-name"]`).AttrOr("value", ""); kept != "札幌市" {
		t.Errorf("the place that was typed is now %q", kept)
	}
}

// TestFeesOfAnInfantAreAskedByMonthAndAge: local tax decides until the 31 March after the third birthday, and the day as of which
// an address counts is said as soon as the month is known.
func TestFeesOfAnInfantAreAskedByMonthAndAge(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	p := b.Get("/apply/facility-use-certification?municipality=" + webtest.Hinata).Is(http.StatusOK)
	type typed [][2]string
	for _, c := range []struct {
		typed typed
		fee   bool
		day   string
	}{
		{typed{{"facts.needs_childcare", "true"}, {"facts.guardians.0.relation", "mother"}}, false, ""},
		{typed{{"facts.child.birth_date-y", "令和5"}, {"facts.child.birth_date-m", "4"}, {"facts.child.birth_date-d", "2"}, {"facts.start_month-y", "令和9"},
			{"facts.start_month-m", "3"}}, true, "令和8年1月1日（2026年1月1日）"},
		{typed{{"facts.start_month-y", "2027年4月"}, {"facts.start_month-m", ""}}, false, "令和8年1月1日（2026年1月1日）"},
		{typed{{"facts.start_month-y", "2026"}, {"facts.start_month-m", "10月"}}, true, "令和8年1月1日（2026年1月1日）"},
		{typed{{"facts.start_month-y", "R8"}, {"facts.start_month-m", "8"}}, true, "令和7年1月1日（2025年1月1日）"},
	} {
		f := p.Form("保存して次へ")
		for _, one := range c.typed {
			f.Set(one[0], one[1])
		}
		p = again(f).Is(http.StatusOK)
		const address = "facts.guardians.0.jan1_municipality"
		if got := asked(t, p, address); got != c.fee {
			t.Errorf("%v: the address is asked: %v", c.typed, got)
		}
		if got := asked(t, p, "facts.household.public_assistance"); got != c.fee {
			t.Errorf("%v: the household is asked: %v", c.typed, got)
		}
		day := p.Find("[data-as-of]").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(s.AttrOr("id", ""), "jan1")
		}).First()
		if _, hidden := day.Attr("hidden"); !strings.Contains(day.Text(), c.day) || hidden != (c.day == "") || day.Length() == 0 {
			t.Errorf("%v: the day is %q, hidden: %v", c.typed, day.Text(), hidden)
		}
	}
}

// TestADocumentSaysWhoWritesItAndWhetherItsOriginalIsShown: on the page of the procedure and on the parent's own.
func TestADocumentSaysWhoWritesItAndWhetherItsOriginalIsShown(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	documents := b.Get("/applications/" + id + "/documents").Is(http.StatusOK)
	documents.Shows("申請者が自分で書く書類です。", "役所、学校、病院、銀行などが出す書類です。")
	documents.Lacks("原本を面談のときに見せてください。")
	page := b.Get("/procedures/single-parent-claim?municipality=" + webtest.Minato).Is(http.StatusOK)
	page.Shows("原本を面談のときに見せてください。", "申請者が自分で書く書類です。", "児童扶養手当法", "最終確認日：2026年11月20日")
	b.Get("/procedures/childcare-enrolment?municipality=" + webtest.Minato).Shows("勤務先や民生委員など、ほかの人に書いてもらう書類です。")
}
