package parent_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// raw is what nobody who reads a page is shown: a placeholder, a code, a missing text, a member's name, a day for programs.
var raw = regexp.MustCompile(`\{[a-z_]*\}|<no value>|%!|[a-z]+_[a-z_]+|\b[a-z]+(-[a-z]+){2,}\b|/(facts|form)/|\bX-[AI]-|\b\d{4}-\d{2}-\d{2}\b`)

// own are words of English texts that only look like codes.
var own = strings.NewReplacer("up-to-date", "", "well-to-do", "")

// readable holds a page to what a person may be shown.
func readable(t *testing.T, p *webtest.Page) {
	t.Helper()
	if p.Status != http.StatusOK || p.Title() == "" {
		t.Errorf("%s: %d %q", p.Path, p.Status, p.Title())
	}
	if found := raw.FindAllString(own.Replace(p.Text()), -1); len(found) > 0 {
		t.Errorf("%s shows %q", p.Path, found)
	}
	for _, field := range p.Find("main label, main legend").EachIter() {
		if strings.TrimSpace(field.Text()) == "" {
			t.Errorf("%s has a question without words", p.Path)
		}
	}
}

// TestEveryProcedureIsReadFromGuidanceToFiling: all pages of the way of every procedure, in each language.
func TestEveryProcedureIsReadFromGuidanceToFiling(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	today := jp.DateIn(time.Now())
	for _, p := range casetest.Catalogue(t).Procedures() {
		facts, form, err := p.At(today).ExampleCase(webtest.Minato, today)
		casetest.Must(t, err)
		v, err := s.Apply.Create(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), casetest.Once(),
			apply.Draft{Procedure: p.Code, Municipality: webtest.Minato, Facts: facts, Form: form, OnDuplicate: apply.Separate})
		casetest.Must(t, err)
		at := "/applications/" + v.ID
		for _, lang := range []string{"ja", "plain", "en"} {
			b.Lang = lang
			for _, path := range []string{"/procedures/" + p.Code, "/procedures/" + p.Code + "?municipality=" + webtest.Minato,
				"/guide/" + webtest.Minato + "/" + p.Code, "/apply/" + p.Code + "?municipality=" + webtest.Minato, at + "/check"} {
				readable(t, b.Get(path))
			}
			steps := b.Get(at + "/check")
			for _, link := range steps.Find("ol.steps a").EachIter() {
				readable(t, b.Get(link.AttrOr("href", "")))
			}
		}
	}
}

// TestAnAddressOfAStepLeadsToWhereItIsAskedNow: links to a page that was one of its own once stay good; what none asks is not found.
func TestAnAddressOfAStepLeadsToWhereItIsAskedNow(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	at := "/applications/" + s.Draft(webtest.Parent, webtest.Hinata) + "/form/"
	for from, to := range map[string]string{"payee": "event", "spouse": "applicant", "questions": "children", "older_siblings_18_22": "children"} {
		if p := b.Get(at + from).Is(http.StatusOK); p.Path != at+to {
			t.Errorf("%s leads to %s", from, p.Path)
		}
	}
	b.Get(at + "nothing").Is(http.StatusNotFound)
}

// TestACheckSaysEveryAnswerInWords: what was answered reads as people write it, months and days too.
func TestACheckSaysEveryAnswerInWords(t *testing.T) {
	s := webtest.New(t)
	today := jp.DateIn(time.Now())
	facts, form, err := casetest.Catalogue(t).Version("childcare-enrolment", today).ExampleCase(webtest.Minato, today)
	casetest.Must(t, err)
	var said map[string]any
	casetest.Must(t, json.Unmarshal(facts, &said))
	said["start_month"] = "2027-04"
	said["guardians"].([]any)[0].(map[string]any)["jan1_municipality"] = "131016"
	facts, err = json.Marshal(said)
	casetest.Must(t, err)
	v, err := s.Apply.Create(t.Context(), s.Person(t, webtest.Parent.Key, models.RoleApplicant, ""), casetest.Once(),
		apply.Draft{Procedure: "childcare-enrolment", Municipality: webtest.Minato, Facts: facts, Form: form})
	casetest.Must(t, err)
	b := s.As(webtest.Parent)
	b.Get("/applications/"+v.ID+"/check").Shows("2027年4月", "東京都千代田区")
	step := b.Get("/applications/" + v.ID + "/form/guardians")
	step.Shows("令和8年1月1日（2026年1月1日）の時点で答えてください。")
	if typed := step.Find(`[name="facts.guardians.0.jan1_municipality-name"]`).AttrOr("value", ""); typed != "東京都千代田区" {
		t.Errorf("the municipality is shown as %q", typed)
	}
	step.Lacks("131016", "コード")
	b.Lang = "en"
	b.Get("/applications/" + v.ID + "/form/guardians").Shows("Answer as of 1 January 2026.")
}
