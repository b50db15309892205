package answers

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"testing"

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
	if note := string(parts[at].WhenNote); note != "field.when questionAre you married?answeranswers.yes " {
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
