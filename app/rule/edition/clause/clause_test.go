package clause_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/clause"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/configs"
)

func builtIn(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// values are right ones for a test of a question.
func values(a clause.Asked, test string) []string {
	q := a.Question
	choices := q.Choices
	if q.Type == question.Listing {
		choices = q.Of.Choices
	}
	switch test {
	case clause.Is, clause.IsNot:
		if len(choices) > 2 {
			return []string{choices[0].Value, choices[2].Value}
		}
		return []string{choices[0].Value}
	case clause.Has, clause.HasNot:
		return []string{choices[0].Value}
	case clause.AtLeast, clause.AtMost, clause.Younger, clause.AgedFrom:
		return []string{"3"}
	}
	return nil
}

const text = "{ja: あ, plain: あ, en: a}"

// local asks for a document under a condition in a municipality's edition, and says whether that loads.
func local(base *catalogue.Catalogue, procedure, subject, when string) error {
	_, err := catalogue.Overlay(base, fstest.MapFS{
		catalogue.ManifestFile: {Data: []byte("scope: \"998010\"\ntitle: " + text + "\nchanges:\n  " + procedure + ":\n    documents:\n" +
			"      - {document: own-paper, subject: " + subject + ", when: \"" + when + "\"}\n")},
		"_own.yaml": {
			Data: []byte("documents:\n  own-paper: {writer: office, name: " + text + ", help: " + text + ", obtain: " + text + ", accept: " + text + "}\n"),
		},
	})
	return err
}

// TestEveryTestOfEveryQuestion: what can be chosen for any version compiles, and reads back as it was chosen.
func TestEveryTestOfEveryQuestion(t *testing.T) {
	c := builtIn(t)
	n := 0
	for _, p := range c.Procedures() {
		v := p.Latest()
		for _, subject := range []string{"applicant", "child", "guardian"} {
			if list := catalogue.ListOf(subject); list != "" && v.Fact(list) == nil {
				continue
			}
			options := clause.Options(v, subject)
			all := clause.Built{Any: len(options)%2 == 0}
			for _, a := range options {
				for _, test := range a.Tests {
					one := clause.Clause{Question: a.Name, Test: test, Values: values(a, test)}
					all.Clauses = append(all.Clauses, one)
					when, err := clause.Built{Clauses: []clause.Clause{one}}.CEL(options)
					if err != nil {
						t.Fatalf("%s %s %s: %v", p.Code, a.Name, test, err)
					}
					if got, ok := clause.Read(when, options); !ok || !reflect.DeepEqual(got.Clauses, []clause.Clause{one}) {
						t.Errorf("%s %s: %s reads as %+v %v", p.Code, subject, when, got, ok)
					}
					n++
				}
			}
			if len(all.Clauses) < 2 {
				continue
			}
			when, err := all.CEL(options)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := clause.Read(when, options); !ok || !reflect.DeepEqual(got, all) {
				t.Errorf("%s %s: %s reads as %+v %v", p.Code, subject, when, got, ok)
			}
			if err := local(c, p.Code, subject, when); err != nil {
				t.Errorf("%s %s: %v", p.Code, subject, err)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d tests", n)
	}
}

// TestWhatOfficialsWroteIsReadOrLeft: every condition of the catalogue is either taken apart without a change of its meaning, or left.
func TestWhatOfficialsWroteIsReadOrLeft(t *testing.T) {
	c := builtIn(t)
	read := 0
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				options := clause.Options(v, r.Subject)
				b, ok := clause.Read(r.When, options)
				if !ok {
					continue
				}
				read++
				again, err := b.CEL(options)
				if err != nil {
					t.Errorf("%s: %v", r.When, err)
					continue
				}
				was, _ := condition.Parse(r.When)
				is, _ := condition.Parse(again)
				if (was == nil) != (is == nil) || was != nil && condition.Normal(was) != condition.Normal(is) {
					t.Errorf("%s became %s", r.When, again)
				}
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d conditions were read", read)
	}
}

func TestWhatIsNotComplete(t *testing.T) {
	options := clause.Options(builtIn(t).Procedure("child-allowance-claim").Latest(), "child")
	name := func(part string) string {
		i := slices.IndexFunc(options, func(a clause.Asked) bool { return strings.HasSuffix(a.Name, part) })
		return options[i].Name
	}
	right := clause.Clause{Question: name("birth_date"), Test: clause.Younger, Values: []string{"1"}}
	for what, x := range map[string]struct {
		clause clause.Clause
		test   bool
	}{
		"no question":       {clause.Clause{Test: clause.Yes}, true},
		"another's test":    {clause.Clause{Question: name("birth_date"), Test: clause.Yes}, true},
		"no number":         {clause.Clause{Question: name("birth_date"), Test: clause.Younger}, false},
		"no whole number":   {clause.Clause{Question: name("birth_date"), Test: clause.Younger, Values: []string{"1.5"}}, false},
		"no choice":         {clause.Clause{Question: name("relationship"), Test: clause.Is}, false},
		"an unknown choice": {clause.Clause{Question: name("relationship"), Test: clause.Is, Values: []string{"'] || ['"}}, false},
	} {
		_, err := clause.Built{Clauses: []clause.Clause{right, x.clause}}.CEL(options)
		var refusal *clause.Refusal
		if !errors.As(err, &refusal) || refusal.Clause != 1 || refusal.Test != x.test {
			t.Errorf("%s: %v", what, err)
		}
	}
	if when, err := (clause.Built{Clauses: []clause.Clause{right}}).CEL(options); err != nil || when != "age_on(child.birth_date, filing_date) < 1" {
		t.Error(when, err)
	}
}
