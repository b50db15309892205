package say_test

import (
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/configs"
)

var (
	letters = regexp.MustCompile(`[A-Za-z_]{2,}`)
	known   = regexp.MustCompile(`SHA|PDF|DV`) // words of Japanese that are written so
)

// checkSaid holds that a condition can be said, and that no code and no other language stands in it.
func checkSaid(t *testing.T, text string, s condition.Scope) {
	t.Helper()
	for _, lang := range wording.Languages {
		said, whole := say.Condition(text, s, lang)
		if !whole {
			t.Errorf("%s: cannot be said: %s", text, said)
		}
		if lang != wording.English && letters.MatchString(known.ReplaceAllString(said, "")) || strings.ContainsAny(said, "{}_&|=") {
			t.Errorf("%s: %s", text, said)
		}
		if strings.Contains(said, "  ") || strings.Contains(said, "「」") || strings.Contains(said, "“”") {
			t.Errorf("%s: something is missing in %s", text, said)
		}
	}
}

// Every condition of the catalogue that comes with the program can be said.
func TestEveryConditionCanBeSaid(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				s := condition.Of(c, v, r.Subject)
				checkSaid(t, r.When, s)
				checkSaid(t, r.Replaceable, s)
				seen++
			}
			whole := condition.Of(c, v, "")
			for _, use := range v.Form {
				checkSaid(t, use.When, whole)
			}
			checkQuestions(t, whole, v.Facts, nil)
		}
	}
	if seen < 50 {
		t.Errorf("there are %d rules only", seen)
	}
}

func checkQuestions(t *testing.T, s condition.Scope, questions []*question.Question, path []string) {
	t.Helper()
	for _, q := range questions {
		at := append(path[:len(path):len(path)], q.Name)
		checkSaid(t, q.When, s.Beside(at))
		checkSaid(t, q.RequiredWhen, s.Beside(at))
		checkQuestions(t, s, q.Fields, at)
		if q.Of != nil {
			checkQuestions(t, s, q.Of.Fields, at)
		}
	}
}
