package catalogue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// compile makes a validator of what clients are given.
func compile(t testing.TB, v *catalogue.Version, lang string) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(v.FactsSchema(lang))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.RegisterFormat(&jsonschema.Format{Name: question.FormatMunicipality, Validate: func(v any) error {
		if s, ok := v.(string); ok && !jp.ValidMunicipality(s) {
			return errors.New("wrong check digit")
		}
		return nil
	}})
	if err := c.AddResource("facts.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("facts.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func accepts(s *jsonschema.Schema, text []byte) bool {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	return err == nil && s.Validate(doc) == nil
}

// closed finds an object below a schema that accepts members that it does not name.
func closed(v any, path string) error {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "object" && v["additionalProperties"] != false {
			return fmt.Errorf("%s is open", path)
		}
		for name, inner := range v {
			if err := closed(inner, path+"/"+name); err != nil {
				return err
			}
		}
	case []any:
		for i, inner := range v {
			if err := closed(inner, fmt.Sprint(path, "/", i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestFactsSchema(t *testing.T) {
	for _, p := range load(t).Procedures() {
		for _, v := range p.Versions {
			for _, lang := range []string{"ja", "plain", "en"} {
				if !accepts(compile(t, v, lang), v.ExampleFacts("998028")) {
					t.Errorf("%s %s: the schema refuses the example", p.Code, v.Effective)
				}
				text, _ := json.Marshal(v.FactsSchema(lang))
				var doc any
				if err := json.Unmarshal(text, &doc); err != nil {
					t.Fatal(err)
				}
				if err := closed(doc, p.Code); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// anyFact draws a value for a fact: mostly right, sometimes anything.
func anyFact(t *rapid.T, f *question.Question) any {
	if rapid.IntRange(0, 30).Draw(t, "odd") == 0 {
		return rapid.SampledFrom([]any{nil, true, "", "3", "abroad", "998010", "998011", "child", -1, 3, json.RawMessage("3.0"), json.RawMessage("1e2"),
			[]any{}, map[string]any{}, "2023-02-29", "2023-02-28", []any{map[string]any{}}, "employed"}).Draw(t, "value")
	}
	switch f.Type {
	case question.Boolean:
		return rapid.Bool().Draw(t, f.Name)
	case question.Integer:
		return rapid.IntRange(0, 70).Draw(t, f.Name)
	case question.Choose:
		return rapid.SampledFrom(f.Choices).Draw(t, f.Name).Value
	case question.Day:
		return fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(10, 25).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 29).Draw(t, "d"))
	case question.Municipality:
		codes := []string{"998010", "998028", "998036", "131016"}
		if f.Abroad {
			codes = append(codes, question.Abroad)
		}
		return rapid.SampledFrom(codes).Draw(t, f.Name)
	case question.Listing:
		list := []any{}
		for range rapid.IntRange(min(f.Min, 1), 3).Draw(t, f.Name) {
			list = append(list, anyFact(t, f.Of))
		}
		return list
	default:
		return anyFacts(t, f.Fields)
	}
}

func anyFacts(t *rapid.T, fields []*question.Question) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		switch odd := rapid.IntRange(0, 60).Draw(t, "member"); {
		case odd == 0: // forgotten
		case odd == 1:
			out["no_such_fact"] = 1
		case odd > 3 && f.When != "" && out[f.When] != true: // rightly not given
		default:
			out[f.Name] = anyFact(t, f)
		}
	}
	return out
}

// TestCheckerAgreesWithSchema: the checker and the schema are made from the same definitions and accept the same facts,
// but for what no schema can say.
func TestCheckerAgreesWithSchema(t *testing.T) {
	type pair struct {
		version *catalogue.Version
		schema  *jsonschema.Schema
	}
	var pairs []pair
	for _, p := range load(t).Procedures() {
		for _, v := range p.Versions {
			pairs = append(pairs, pair{v, compile(t, v, "en")})
		}
	}
	beyond := []string{"number-form", "date-in-future", "repeated"}
	filing := day(t, "2025-12-31")
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(pairs).Draw(t, "version")
		text, err := json.Marshal(anyFacts(t, p.version.Facts))
		if err != nil {
			t.Fatal(err)
		}
		_, faults := p.version.DecodeFacts(text, filing)
		ok := accepts(p.schema, text)
		if len(faults) == 0 && !ok {
			t.Fatalf("the schema refuses what the checker accepts: %s", text)
		}
		for _, f := range faults {
			if ok && !slices.Contains(beyond, f.Code) {
				t.Fatalf("the schema accepts what the checker refuses: %s: %+v", text, f)
			}
		}
	})
}

// FuzzDecodeFacts: no text makes the checker panic, and what it accepts it accepts again from its own JSON.
func FuzzDecodeFacts(f *testing.F) {
	c := load(f)
	v := c.Procedure("child-allowance-claim").Versions[0]
	f.Add([]byte(claim2017))
	f.Add([]byte(v.ExampleFacts("998010")))
	f.Add([]byte(`{"children":[{"birth_date":1.0}],"spouse":{}}`))
	filing := day(f, "2024-01-01")
	f.Fuzz(func(t *testing.T, text []byte) {
		facts, faults := v.DecodeFacts(text, filing)
		if (facts == nil) == (len(faults) == 0) {
			t.Fatalf("%q: neither facts nor faults, or both", text)
		}
		if facts == nil {
			return
		}
		if _, faults := v.DecodeFacts(facts.JSON(), filing); len(faults) > 0 {
			t.Fatalf("%q: %+v", text, faults)
		}
		if _, err := v.Applicable(facts, "998010", filing); err != nil {
			t.Fatal(err)
		}
	})
}
