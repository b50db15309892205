package parent

import (
	"net/url"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

func TestASaveCarriesWhatChangedToTheNextPage(t *testing.T) {
	if got := told("/applications/1/check", nil); got != "/applications/1/check" {
		t.Error(got)
	}
	omitted := evidence.Change{
		Kind:   evidence.NowOmitted,
		Before: &evidence.Requirement{Document: "income-certificate"},
		After:  &evidence.Requirement{Document: "income-certificate"},
	}
	gone := evidence.Change{Kind: evidence.Removed, Before: &evidence.Requirement{Document: "bank-passbook"}}
	at, err := url.Parse(told("/applications/1/check", []evidence.Change{omitted, gone}))
	if err != nil {
		t.Fatal(err)
	}
	got := at.Query()[changedKey]
	if at.Path != "/applications/1/check" || len(got) != 2 || got[0] != "now-omitted/income-certificate" || got[1] != "removed/bank-passbook" {
		t.Errorf("%s: %q", at.Path, got)
	}
}

// TestTheFormGoesOnWhereAnAnswerIsMissing holds that a section with an empty object, as a new draft has it, is not taken
// for answered, and that what another answer requires counts.
func TestTheFormGoesOnWhereAnAnswerIsMissing(t *testing.T) {
	one := form.Section{Key: "spouse", Group: &form.Group{Fields: []*question.Question{{Name: "has_spouse", Type: question.Boolean},
		{Name: "family_name", Type: question.Text, When: "has_spouse"}, {Name: "note", Type: question.Text, Optional: true}}}}
	each := form.Section{Key: "children", Group: &form.Group{Fields: []*question.Question{{Name: "family_name", Type: question.Text}}}}
	each.Each = "children"
	var faults source.List
	if question.Compile("", one.Group.Fields, &faults) == nil {
		t.Fatal(faults.Err())
	}
	facts := []byte(`{"children": [{}, {}]}`)
	child := map[string]any{"family_name": "若葉"}
	for name, c := range map[string]struct {
		s     form.Section
		form  map[string]any
		lacks bool
	}{
		"nothing":                {one, map[string]any{}, true},
		"an empty object":        {one, map[string]any{"spouse": map[string]any{}}, true},
		"no spouse":              {one, map[string]any{"spouse": map[string]any{"has_spouse": false}}, false},
		"a spouse without name":  {one, map[string]any{"spouse": map[string]any{"has_spouse": true}}, true},
		"a spouse with name":     {one, map[string]any{"spouse": map[string]any{"has_spouse": true, "family_name": "若葉"}}, false},
		"one of two children":    {each, map[string]any{"children": []any{child}}, true},
		"both of two children":   {each, map[string]any{"children": []any{child, child}}, false},
		"a child without a name": {each, map[string]any{"children": []any{child, map[string]any{}}}, true},
	} {
		d := newDraft(facts, c.form)
		if got := d.saved().Lacks(c.s); got != c.lacks {
			t.Errorf("%s: lacks is %v", name, got)
		}
	}
}

func newDraft(facts []byte, answers map[string]any) *draft {
	return &draft{View: &apply.View{Facts: facts, Form: answers}}
}
