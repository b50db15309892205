package answers

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/app/web/page"
)

// english shows a text of the pages by its key and values.
type english struct{}

func (english) Markup(key string, values ...any) template.HTML {
	return template.HTML(fmt.Sprint(append([]any{key, " "}, values...)...))
}

func (english) Read(text interface{ In(string) string }) template.HTML {
	return template.HTML(text.In("en"))
}

func builder() *Builder { return &Builder{Request: english{}} }

// TestAConditionOnAPage: a question that is asked beside some answers alone says so to the script and in words.
func TestAConditionOnAPage(t *testing.T) {
	parts := builder().Facts(version(t, "child-allowance-claim").Procedure.Versions[0], nil)
	at := slices.IndexFunc(parts, func(p Part) bool { return p.OnCondition })
	if at < 0 || parts[at].Group == nil || parts[at].When != `{"path":["has_spouse"],"in":[true]}` || parts[at].WhenAt != "facts" || parts[at].Due {
		t.Fatalf("the spouse is %+v", parts[at])
	}
	if note := string(parts[at].WhenNote); note != "field.when questionDo you have a spouse?answeranswers.yes " {
		t.Error(note)
	}
	if got := With(parts, []string{"/facts/has_spouse", "/facts/payee"}); !slices.Equal(got, []string{"/facts/has_spouse", "/facts/payee", "/facts/spouse"}) {
		t.Errorf("what is asked with it: %v", got)
	}
	yes := builder().Facts(version(t, "child-allowance-claim").Procedure.Versions[0], []byte(`{"has_spouse":true}`))
	if !yes[at].Due {
		t.Error("with a spouse it is not due")
	}
}

// TestEveryQuestionHasItsControl goes through all that can be asked, in facts and sections alike.
func TestEveryQuestionHasItsControl(t *testing.T) {
	kinds := map[string]bool{}
	var walk func(parts []Part)
	walk = func(parts []Part) {
		for _, p := range parts {
			switch {
			case p.Field != nil:
				kinds[p.Field.Kind] = true
				if p.Field.Label == "" || p.Field.Pointer != p.at {
					t.Errorf("%+v", p.Field)
				}
			case p.Group != nil:
				walk(p.Group.Parts)
			default:
				for _, e := range p.List.Entries {
					walk(e.Parts)
				}
			}
		}
	}
	for _, p := range version(t, "child-allowance-claim").Procedure.Versions {
		walk(builder().Facts(p, nil))
	}
	for _, code := range []string{"child-allowance-claim", "child-allowance-change", "childcare-enrolment", "single-parent-annual"} {
		v := version(t, code)
		walk(builder().Facts(v, []byte(`{"guardians":[{}],"supporters":[{}]}`)))
		for _, s := range v.FormRules().Sections() {
			walk(builder().Section(s, nil, 2))
		}
	}
	for _, kind := range []string{
		page.FieldYesNo, page.FieldNumber, page.FieldDate, page.FieldPlace, page.FieldRadio, page.FieldChecks, page.FieldArea, page.FieldTel, page.FieldEmail,
		page.FieldText,
	} {
		if !kinds[kind] {
			t.Errorf("nothing is a %s", kind)
		}
	}
}

// TestWhatIsSentFollowsConditions over what the page sent and, of what was not on it, what is saved: chained, in a list,
// from the top.
func TestWhatIsSentFollowsConditions(t *testing.T) {
	questions := []*question.Question{
		{Name: "direction", Type: question.Choose, Choices: []question.Choice{{Value: "increase"}, {Value: "decrease"}}},
		{Name: "fee", Type: question.Integer, When: "direction == 'increase'"},
		{Name: "children", Type: question.Listing, When: "facts.direction == 'increase'", Of: &question.Question{Type: question.Object}},
	}
	questions[2].Of.Fields = []*question.Question{
		{Name: "here", Type: question.Boolean},
		{Name: "abroad", Type: question.Boolean, When: "!here"},
		{Name: "place", Type: question.Municipality, When: "!here && !abroad && facts.fee > 0"},
	}
	var faults source.List
	if question.Compile("facts", questions, &faults) == nil {
		t.Fatal(faults.Err())
	}
	sent := func(saved map[string]any, pairs ...string) map[string]any {
		values := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		return (&sender{values: values, top: saved}).object(questions, "facts", saved, true)
	}
	entry := []string{"facts.children.count", "1", "facts.children.0.here", "false", "facts.children.0.abroad", "false", "facts.children.0.place", "998010"}
	got := sent(map[string]any{}, append(entry, "facts.direction", "increase", "facts.fee", "3")...)
	child, _ := got["children"].([]any)[0].(map[string]any)
	if child["place"] != "998010" || child["abroad"] != false {
		t.Errorf("%v", got)
	}
	if got := sent(map[string]any{}, append(entry, "facts.direction", "decrease", "facts.fee", "3")...); got["children"] != nil || got["fee"] != nil {
		t.Errorf("less: %v", got)
	}
	got = sent(map[string]any{"direction": "increase"}, "facts.fee", "1") // a correction asks for the fee alone
	if got["fee"] == nil || got["direction"] != nil {
		t.Errorf("a part of the page: %v", got)
	}
	got = sent(map[string]any{}, append(entry, "facts.direction", "increase", "facts.fee", "3", "facts.children.0.here", "true")...)
	if child := got["children"].([]any)[0].(map[string]any); child["place"] != nil || child["abroad"] != nil {
		t.Errorf("here: %v", got)
	}
}

// TestACorrectionShowsWhatDependsOnIt: a condition over months and ages, in the questions beside it and inside a list.
func TestACorrectionShowsWhatDependsOnIt(t *testing.T) {
	parts := builder().Facts(version(t, "facility-use-certification"), []byte(`{"needs_childcare":true,"guardians":[{}]}`))
	got := With(parts, []string{"/facts/start_month"})
	for _, want := range []string{"/facts/guardians", "/facts/household"} {
		if !slices.Contains(got, want) {
			t.Errorf("with the month goes %q, without %s", got, want)
		}
	}
	if got := With(parts, []string{"/facts/child"}); !slices.Contains(got, "/facts/household") {
		t.Errorf("with the child goes %q", got)
	}
}

// TestAQuestionSaysItsDay: fixed by the filing date, or by an answer once it is there.
func TestAQuestionSaysItsDay(t *testing.T) {
	b := &Builder{Request: english{}, Filing: jp.Date{Year: 2026, Month: 11, Day: 29}}
	address := func(parts []Part, name string) *page.Field {
		for _, p := range parts {
			switch {
			case p.Group != nil && p.at == "/facts/"+name:
				parts = p.Group.Parts
			case p.List != nil && p.at == "/facts/"+name:
				parts = p.List.Entries[0].Parts
			}
		}
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Field != nil && strings.HasSuffix(p.Field.Name, "jan1_municipality") })
		return parts[at].Field
	}
	f := address(b.Facts(version(t, "single-parent-claim"), nil), "applicant")
	if f.Dated || string(f.AsOf) != "field.as-of day1 January 2026" {
		t.Errorf("by the filing date: %q, changes: %v", f.AsOf, f.Dated)
	}
	for facts, want := range map[string]string{`{}`: "", `{"start_month":"2027-04"}`: "field.as-of day1 January 2026",
		`{"start_month":"2027-09"}`: "field.as-of day1 January 2027"} {
		f := address(b.Facts(version(t, "childcare-enrolment"), []byte(facts)), "guardians")
		if !f.Dated || string(f.AsOf) != want {
			t.Errorf("%s: %q, changes: %v", facts, f.AsOf, f.Dated)
		}
	}
}

// TestMonthsAndPlacesAreTakenAsPeopleSayThem: either era, also in one field; a municipality by its name, never by its code.
func TestMonthsAndPlacesAreTakenAsPeopleSayThem(t *testing.T) {
	for typed, want := range map[[2]string]any{{"令和7", "4"}: "2025-04", {"2025年", "4月"}: "2025-04", {"R7", "０４"}: "2025-04", {"令和7年4月", ""}: "2025-04",
		{"2025-4", ""}: "2025-04", {"", ""}: nil, {"2025", "13"}: "2025-13", {"2025", ""}: "2025-", {"", "4"}: "-4"} {
		s := &sender{values: url.Values{"m-y": {typed[0]}, "m-m": {typed[1]}}}
		if got := s.answer(&question.Question{Type: question.Month}, "m"); got != want {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
	for typed, want := range map[string]any{"東京都千代田区": "131016", "ちよだく": "ちよだく", "千代田区": "131016", "131016": "131016", "なぞの町": "なぞの町", "": nil} {
		s := &sender{values: url.Values{"p": {page.OtherPlace}, "p-name": {typed}}}
		if got := s.answer(&question.Question{Type: question.Municipality}, "p"); got != want {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}
