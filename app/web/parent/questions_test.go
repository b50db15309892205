package parent_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
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
	for _, c := range []struct {
		facts string
		fee   bool
		day   string
	}{
		{`{"needs_childcare": true}`, false, ""},
		{`{"needs_childcare": true, "child": {"birth_date": "2023-04-02"}, "start_month": "2027-03"}`, true, "令和8年1月1日（2026年1月1日）"},
		{`{"needs_childcare": true, "child": {"birth_date": "2023-04-02"}, "start_month": "2027-04"}`, false, "令和8年1月1日（2026年1月1日）"},
		{`{"needs_childcare": true, "child": {"birth_date": "2023-04-02"}, "start_month": "2026-10"}`, true, "令和8年1月1日（2026年1月1日）"},
		{`{"needs_childcare": true, "child": {"birth_date": "2023-04-02"}, "start_month": "2026-08"}`, true, "令和7年1月1日（2025年1月1日）"},
	} {
		v, err := s.Apply.Create(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), casetest.Once(),
			apply.Draft{Procedure: "facility-use-certification", Municipality: webtest.Hinata, Facts: json.RawMessage(c.facts), OnDuplicate: apply.Separate})
		casetest.Must(t, err)
		f := b.Get("/applications/" + v.ID + "/form/guardians").Is(http.StatusOK).Form("保存して次へ")
		p := again(f.Set("facts.guardians.0.relation", "mother")).Is(http.StatusOK)
		if got := asked(t, p, "facts.guardians.0.jan1_municipality"); got != c.fee {
			t.Errorf("%s: the address is asked: %v", c.facts, got)
		}
		if got := asked(t, p, "facts.household.public_assistance"); got != c.fee {
			t.Errorf("%s: the household is asked: %v", c.facts, got)
		}
		day := p.Find("[data-as-of]").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(s.AttrOr("id", ""), "jan1")
		}).First()
		if _, hidden := day.Attr("hidden"); !strings.Contains(day.Text(), c.day) || hidden != (c.day == "") || day.Length() == 0 {
			t.Errorf("%s: the day is %q, hidden: %v", c.facts, day.Text(), hidden)
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
