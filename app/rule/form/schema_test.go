package form

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/jp"
)

// asJSON is a value as a client has it.
func asJSON(t rapid.TB, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func compileSchema(t rapid.TB, f *Form, lang string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("form.json", asJSON(t, f.Schema(lang))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestExamplesAreValidWheneverTheyAreFiled draws forms of any groups, facts and filing dates: their example is complete,
// valid by its schema, and still valid once normalised and sent again.
func TestExamplesAreValidWheneverTheyAreFiled(t *testing.T) {
	lib := library(t)
	var names []string
	for name := range lib.groups {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		uses := []Use{{Group: "applicant"}}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, func(n string) string { return lib.groups[n].Key }).Draw(t, "groups") {
			switch {
			case name == "applicant":
			case rapid.Bool().Draw(t, "each"):
				uses = append(uses, Use{Group: name, Each: "list_of_" + name})
			default:
				uses = append(uses, Use{Group: name, When: "a condition"})
			}
		}
		f, err := lib.Compile(uses)
		if err != nil {
			t.Fatal(err)
		}
		count := func(list string) int { return len(list) % 4 }
		filed := jp.Date{Year: 2017, Month: 7, Day: 18}.AddDays(rapid.IntRange(0, 6000).Draw(t, "days"))
		opt := Options{Final: true, FiledOn: filed}
		example := asJSON(t, f.Example(filed, always, count)).(map[string]any)
		once, faults := f.Validate(example, always, count, opt)
		if len(faults) > 0 {
			t.Fatalf("on %s: %v", filed, codes(faults))
		}
		back := asJSON(t, once).(map[string]any)
		if twice, faults := f.Validate(back, always, count, opt); len(faults) > 0 || !sameJSON(t, twice, back) {
			t.Fatalf("sent again: %v", codes(faults))
		}
		s := compileSchema(t, f, "ja")
		for _, instance := range []any{example, back} {
			if err := s.Validate(instance); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func sameJSON(t rapid.TB, a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return string(x) == string(y)
}

func TestTheSchemaSaysWhatIsRequired(t *testing.T) {
	f, err := library(t).Compile([]Use{{Group: "payee"}, {Group: "spouse-declared"}, {Group: "annual"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ja", "plain", "en"} {
		s := compileSchema(t, f, lang)
		for text, valid := range map[string]bool{
			`{"payee":{"kind":"bank","bank_name":"ひなた銀行","branch_name":"本店","account_type":"ordinary","account_number":"1","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":true}}`: true,
			`{"payee":{"kind":"bank","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":true}}`: false,
			`{"payee":{"kind":"japan-post","post_symbol":"12340","post_number":"11","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":true},"annual":{"unchanged":true}}`: false,
			`{"payee":{"kind":"japan-post","post_symbol":"12340","post_number":"11","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":false}}`: false,
			`{"payee":{"kind":"japan-post","post_symbol":"12340","post_number":"11","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":false,"note":"x"}}`: true,
			`{"payee":{"kind":"japan-post","post_symbol":"12340","post_number":"11","account_holder":"ｱ","x":1},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":true}}`: false,
			`{"payee":{"kind":"savings-box","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":true}}`: false,
			`{"payee":{"kind":"japan-post","post_symbol":"12340","post_number":"11","account_holder":"ｱ"},` +
				`"spouse":{"has_spouse":false},"annual":{"unchanged":"true"}}`: false,
		} {
			var instance any
			if err := json.Unmarshal([]byte(text), &instance); err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(instance); (err == nil) != valid {
				t.Errorf("%s %s: %v", lang, text, err)
			}
		}
	}
}

// TestSchemaAndFormAgreeOnWhatIsMissing leaves out one member after the other: both refuse, or both accept.
func TestSchemaAndFormAgreeOnWhatIsMissing(t *testing.T) {
	lib := library(t)
	for name, g := range lib.groups {
		f, err := lib.Compile([]Use{{Group: name}})
		if err != nil {
			t.Fatal(err)
		}
		s := compileSchema(t, f, "en")
		for i := range g.Fields {
			answers := asJSON(t, f.Example(exampleDay, always, one1)).(map[string]any)
			delete(answers[g.Key].(map[string]any), g.Fields[i].Name)
			_, faults := f.Validate(answers, always, one1, final())
			if err := s.Validate(answers); (err == nil) != (len(faults) == 0) {
				t.Errorf("%s without %s: the schema says %v, the form %v", name, g.Fields[i].Name, err, codes(faults))
			}
		}
	}
}
