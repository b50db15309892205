package question_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/configs"
)

// subject is a list of questions with its check and the schema that clients are given.
type subject struct {
	name      string
	questions []*question.Question
	check     func(text []byte, filing jp.Date) []fault.Detail
	schema    *jsonschema.Schema
	unsaid    []string // the ends of the pointers of questions whose condition the schema only quotes
	example   []byte
}

// subjects are the facts of every version, and questions that use all that there is.
func subjects(t testing.TB, lang string) []subject {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	var out []subject
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			schema := v.FactsSchema(lang)
			doc := isClosed(t, p.Code, schema)
			out = append(out, subject{p.Code + " " + v.Effective, v.Facts, func(text []byte, filing jp.Date) []fault.Detail {
				_, faults := v.DecodeFacts(text, filing)
				return faults
			}, compile(t, schema), quoted(doc), v.ExampleFacts("998028")})
		}
	}
	l, check := question.Family(t)
	doc := isClosed(t, "family", l.Schema(lang, true))
	return append(out, subject{"family", l.Questions, check, compile(t, l.Schema(lang, true)), quoted(doc), []byte(question.Lives)})
}

// compile makes a validator of a schema.
func compile(t testing.TB, schema question.Schema) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(schema)
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

func isClosed(t testing.TB, name string, schema question.Schema) (doc any) {
	t.Helper()
	text, _ := json.Marshal(schema)
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if err := closed(doc, name); err != nil {
		t.Error(err)
	}
	return doc
}

// quoted are the members below a schema whose conditions stand there as words, as /name.
func quoted(v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if q, _ := inner.(map[string]any); q["x-when"] != nil || q["x-required-when"] != nil {
				out = append(out, "/"+name)
			}
			out = append(out, quoted(inner)...)
		}
	case []any:
		for _, inner := range v {
			out = append(out, quoted(inner)...)
		}
	}
	return out
}

func TestASchemaTakesItsExample(t *testing.T) {
	for _, lang := range []string{"ja", "plain", "en"} {
		for _, s := range subjects(t, lang) {
			if !accepts(s.schema, s.example) {
				t.Errorf("%s: the schema refuses the example", s.name)
			}
		}
	}
}

// anyAnswer draws an answer to a question: mostly right, sometimes anything.
func anyAnswer(t *rapid.T, f *question.Question, top map[string]any) any {
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
			list = append(list, anyAnswer(t, f.Of, top))
		}
		return list
	case question.Month:
		return fmt.Sprintf("20%02d-%02d", rapid.IntRange(10, 40).Draw(t, "y"), rapid.IntRange(1, 13).Draw(t, "m"))
	case question.Text, question.LongText:
		return rapid.SampledFrom([]string{"x", "ひなた商店"}).Draw(t, f.Name)
	default:
		return anyAnswers(t, f.Fields, top)
	}
}

func anyAnswers(t *rapid.T, questions []*question.Question, top map[string]any) map[string]any {
	out := map[string]any{}
	if top == nil {
		top = out
	}
	for _, f := range questions {
		switch odd := rapid.IntRange(0, 60).Draw(t, "member"); {
		case odd == 0: // forgotten
		case odd == 1:
			out["no_such_fact"] = 1
		case odd > 3 && !f.Due(out, top): // rightly not given
		default:
			out[f.Name] = anyAnswer(t, f, top)
		}
	}
	return out
}

// TestCheckerAgreesWithSchema: the checker and the schema are made from the same definitions and accept the same answers,
// but for what no schema can say: how a number is written, what lies after a day, and a condition that is more than a
// question beside it.
func TestCheckerAgreesWithSchema(t *testing.T) {
	all := subjects(t, "en")
	beyond := []string{"number-form", "date-in-future", "repeated"}
	filing := jp.Date{Year: 2025, Month: 12, Day: 31}
	rapid.Check(t, func(t *rapid.T) {
		s := all[len(all)-1]
		if rapid.Bool().Draw(t, "real") {
			s = rapid.SampledFrom(all).Draw(t, "subject")
		}
		text, err := json.Marshal(anyAnswers(t, s.questions, nil))
		if err != nil {
			t.Fatal(err)
		}
		faults := s.check(text, filing)
		ok := accepts(s.schema, text)
		if len(faults) == 0 && !ok {
			t.Fatalf("%s: the schema refuses what the checker accepts: %s", s.name, text)
		}
		for _, f := range faults {
			if ok && !slices.Contains(beyond, f.Code) && !slices.ContainsFunc(s.unsaid, func(u string) bool { return strings.HasSuffix(f.Pointer, u) }) {
				t.Fatalf("%s: the schema accepts what the checker refuses: %s: %+v", s.name, text, f)
			}
		}
	})
}
