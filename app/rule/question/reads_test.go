package question_test

import (
	"fmt"
	"reflect"
	"testing"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// TestReads: the paths of a condition are what it says of answers, each once, with what it says of the entries of lists.
func TestReads(t *testing.T) {
	of := &question.Question{Type: question.Object, Fields: []*question.Question{{Name: "age", Type: question.Integer}, {Name: "here", Type: question.Boolean}}}
	var faults source.List
	l := question.Compile("facts", []*question.Question{
		{Name: "has", Type: question.Boolean},
		{Name: "spouse", Type: question.Object, When: "has", Fields: []*question.Question{{Name: "works", Type: question.Boolean}}},
		{Name: "children", Type: question.Listing, Max: 9, Of: of},
		{Name: "grounds", Type: question.Listing, Max: 9, Of: &question.Question{Type: question.Choose, Choices: []question.Choice{{Value: "a"}, {Value: "b"}}}},
	}, &faults)
	if l == nil {
		t.Fatal(faults.Faults)
	}
	env, err := l.Env("facts")
	if err != nil {
		t.Fatal(err)
	}
	for condition, want := range map[string]string{
		"true":                    "[]",
		"facts.has && !facts.has": "[[facts has]]",
		"has(facts.spouse) && facts.spouse.works":  "[[facts spouse] [facts spouse works]]",
		"'a' in facts.grounds":                     "[[facts grounds]]",
		"facts.grounds.exists(g, g == 'a')":        "[[facts grounds] [facts grounds *]]",
		"size(facts.children) > 2":                 "[[facts children]]",
		"facts.children.all(c, c.here || c.age>3)": "[[facts children] [facts children * here] [facts children * age]]",
		"facts.children.filter(c, c.here).exists(d, d.age > 3 && facts.has)": "[[facts children] [facts children * here] [facts children *] [facts children " +
			"* age] [facts has]]",
		"facts.children.exists(facts, facts.here)": "[[facts children] [facts children * here]]",
	} {
		tree, _, err := question.CompileCondition(env, condition)
		if err != nil {
			t.Errorf("%s: %v", condition, err)
			continue
		}
		if got := fmt.Sprint(question.Reads(tree, "facts")); got != want {
			t.Errorf("%s reads %s, not %s", condition, got, want)
		}
	}
	c := question.Checker{}
	tree, _ := question.Tree(
		map[string]any{"has": false, "grounds": []any{"b"}, "children": []any{map[string]any{"age": 4, "here": true}, map[string]any{"age": 5}}},
		"",
	)
	r := c.Record(l, tree, question.At("facts"))
	for _, test := range []struct {
		path []string
		want []question.Answer
	}{
		{[]string{"has"}, []question.Answer{{[]string{"has"}, false}}},
		{[]string{"spouse", "works"}, []question.Answer{{[]string{"spouse", "works"}, nil}}},
		{[]string{"children"}, []question.Answer{{[]string{"children"}, 2}}},
		{[]string{"children", question.Every, "here"}, []question.Answer{{[]string{"children", "0", "here"}, true}, {[]string{"children", "1", "here"}, nil}}},
		{[]string{"children", "1", "age"}, []question.Answer{{[]string{"children", "1", "age"}, int64(5)}}},
		{[]string{"grounds"}, []question.Answer{{[]string{"grounds"}, []any{"b"}}}},
	} {
		if got := r.Answers(test.path...); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v: %v, not %v", test.path, got, test.want)
		}
	}
	if got := question.Pointer("facts", "a/b", "0"); got != "/facts/a~1b/0" {
		t.Errorf("the pointer is %s", got)
	}
}
