package public_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

const show = "必要な書類を見る"

// typed are facts as the fields of a page take them.
func typed(into map[string]string, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			typed(into, at+"."+name, inner)
		}
	case []any:
		for i, entry := range v {
			if text, ok := entry.(string); ok {
				into[at] = text
				continue
			}
			into[at+".count"] = strconv.Itoa(len(v))
			typed(into, at+"."+strconv.Itoa(i), entry)
		}
	case string:
		into[at] = v
		for i, part := range strings.SplitN(v, "-", 3) {
			into[at+"-"+"ymd"[i:i+1]] = part
		}
	default:
		into[at] = fmt.Sprint(v)
	}
}

// answer puts answers into the fields that the page's form has.
func answer(p *webtest.Page, button string, answers map[string]string) *webtest.Page {
	form := p.Form(button)
	for name, value := range answers {
		if p.Find(`form.card [name="`+name+`"]`).Length() > 0 {
			form.Set(name, value)
		}
	}
	return form.Submit()
}

// asked is how many questions the page shows that are still to be answered.
func asked(p *webtest.Page) int {
	names := map[string]bool{}
	for _, field := range p.Find(`form.card[action^="/procedures/"] [name^="facts."]`).EachIter() {
		entries := strings.HasSuffix(field.AttrOr("name", ""), ".count") && field.AttrOr("value", "") != "0" // whose questions count themselves
		if field.ParentsFiltered(`details, [data-asked="no"]`).Length() == 0 && !entries {
			name := strings.Map(func(r rune) rune { return map[bool]rune{true: -1, false: r}[r >= '0' && r <= '9'] }, field.AttrOr("name", ""))
			name, _, _ = strings.Cut(name, "-")
			names[name] = true
		}
	}
	return len(names)
}

// TestExactlyTheOwnPapersAreShown: of every procedure, on trial and in full operation, at most five questions at a time lead to the papers
// that filing asks for, neither more nor fewer, before anybody has signed in.
func TestExactlyTheOwnPapersAreShown(t *testing.T) {
	s := webtest.New(t)
	b, today := s.Stranger(), jp.DateIn(time.Now())
	for _, place := range []string{webtest.Minato, webtest.Hinata} {
		for _, one := range casetest.Catalogue(t).Procedures() {
			facts, _, err := one.At(today).ExampleCase(place, today)
			casetest.Must(t, err)
			var tree map[string]any
			casetest.Must(t, json.Unmarshal(facts, &tree))
			answers := map[string]string{}
			typed(answers, "facts", tree)
			p := b.Get("/procedures/" + one.Code + "?municipality=" + place).Is(http.StatusOK)
			for round := 0; p.Find(`form button:contains("`+show+`")`).Length() > 0; round++ {
				if n := asked(p); n < 1 || n > 5 || round > 6 {
					t.Fatalf("%s in %s: %d questions at once, after %d rounds", one.Code, place, n, round)
				}
				p = answer(p, show, answers).Is(http.StatusOK)
				if strings.Contains(p.Path, "facts") {
					t.Fatalf("answers stand in the address: %s", p.Path)
				}
			}
			plan, err := s.Guide.Plan(t.Context(), guide.Question{Procedure: one.Code, Municipality: place, Facts: facts, Consents: one.At(today).Consents})
			casetest.Must(t, err)
			var want, got []string
			for _, q := range plan.Plan.Requirements {
				if name := q.Rule.Definition().Name.Ja; q.Decision == evidence.Attach {
					want = append(want, name)
				}
			}
			for _, h := range p.Find(`div[role=status] h3:contains("必要な書類") + ul h4`).EachIter() {
				got = append(got, strings.TrimSpace(strings.TrimSuffix(h.Text(), h.Children().Text())))
			}
			slices.Sort(want)
			if slices.Sort(got); !slices.Equal(want, got) {
				t.Errorf("%s in %s: %v, want %v", one.Code, place, got, want)
			}
			p.Lacks("答えによって必要になる書類")
		}
	}
}

// TestTheAnswersBeginTheApplication: what was answered before signing in is on the page that asks for signing in, and on that with which
// the application begins; it stands in no address.
func TestTheAnswersBeginTheApplication(t *testing.T) {
	s := webtest.New(t)
	stranger := s.Stranger()
	p := stranger.Get("/procedures/" + webtest.Claim + "?municipality=" + webtest.Minato).Is(http.StatusOK)
	if title := p.Title(); title != "児童手当を申請する" {
		t.Errorf("the title is %q", title)
	}
	p = answer(p, show, map[string]string{"facts.divorce_in_progress": "true", "facts.children.0.lives_with_applicant": "false"})
	p.Shows("離婚", "この答えで申請を始める", "答えによって必要になる書類")
	kept := p.Form("この答えで申請を始める").Submit()
	if kept.Status != http.StatusUnauthorized || kept.Find(`input[name="facts.divorce_in_progress"][value="true"]`).Length() == 0 {
		t.Fatalf("after asking to sign in: %d %s", kept.Status, kept.Text())
	}
	kept.Shows("申請を始めるには、ログインしてください")
	parent := s.As(webtest.Parent)
	begun := answer(parent.Get("/procedures/"+webtest.Claim+"?municipality="+webtest.Minato), show,
		map[string]string{"facts.divorce_in_progress": "true", "facts.children.0.lives_with_applicant": "false"}).Form("この答えで申請を始める").Submit()
	if begun.Is(http.StatusOK).Find(`input[name="facts.divorce_in_progress"][value="true"][type=hidden]`).Length() == 0 || // it is asked later
		begun.Find(`input[name="facts.children.0.lives_with_applicant"][value="false"][checked]`).Length() == 0 {
		t.Errorf("what was answered has to be answered again: %s", begun.Text())
	}
}

// TestAWrongAnswerIsSaidAtItsField and stays there; what the others say is shown all the same.
func TestAWrongAnswerIsSaidAtItsField(t *testing.T) {
	p := webtest.New(t).Stranger().Get("/procedures/" + webtest.Claim + "?municipality=" + webtest.Minato)
	p = p.Form(show).Set("facts.children.0.birth_date-y", "2025").Set("facts.children.0.birth_date-m", "2").Set("facts.children.0.birth_date-d", "30").
		Set("facts.divorce_in_progress", "true").Submit().Is(http.StatusUnprocessableEntity)
	if p.Find(".error").Length() == 0 || p.Find(`[name="facts.children.0.birth_date-d"]`).AttrOr("value", "") != "30" {
		t.Errorf("the wrong day is not said, or gone: %s", p.Text())
	}
	p.Shows("必要な書類：")
}
