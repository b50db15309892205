// Package clause builds a condition from what an official chooses on a page: questions, how their answers are compared, and with
// what; and takes apart again what was built so. Whatever else is written stays an expression. It is pure.
package clause

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
)

// The tests of an answer. Which of them a question takes follows from its type (Asked.Tests).
const (
	Yes       = "yes"       // a boolean
	No        = "no"        //
	Is        = "is"        // one of the values: a choice
	IsNot     = "is-not"    // none of them
	Has       = "has"       // a list of choices has the value
	HasNot    = "has-not"   //
	AtLeast   = "at-least"  // a number; how many entries of a list
	AtMost    = "at-most"   //
	Younger   = "younger"   // a date of birth: below an age on the filing date
	AgedFrom  = "aged"      // and from it on
	Elsewhere = "elsewhere" // a municipality in Japan other than the one applied to
	Abroad    = "abroad"    // a municipality: none in Japan
	Here      = "here"      // the municipality applied to
)

// Clause is one test of one answer.
type Clause struct {
	Question string   // its name in conditions: facts.household.public_assistance, child.birth_date
	Test     string   // one of the tests
	Values   []string // of choices; or one number
}

// Built is a condition as a page builds it: all of its clauses have to hold, or any of them. None: always.
type Built struct {
	Any     bool
	Clauses []Clause
}

// Asked is a question that a condition of a document can test.
type Asked struct {
	Name     string               // in conditions
	Question *question.Question   // with label and choices
	Within   []*question.Question // the objects around it, the outermost first
	Tests    []string             // which it takes
}

// Options are the questions that a condition of a version's document for a kind of subject can test, in the order in which they are
// asked. What stands in a list is offered for the subject whose list it is.
func Options(v *catalogue.Version, subject string) []Asked {
	var out []Asked
	list := catalogue.ListOf(subject)
	for _, q := range v.Facts {
		switch {
		case q.Name == list && q.Of != nil:
			out = append(out, members(subject, q.Of.Fields, []*question.Question{q})...)
			out = append(out, Asked{condition.Facts + "." + q.Name, q, nil, []string{AtLeast, AtMost}})
		case q.Type == question.Object:
			out = append(out, members(condition.Facts+"."+q.Name, q.Fields, []*question.Question{q})...)
		default:
			out = append(out, one(condition.Facts, q, nil)...)
		}
	}
	return out
}

func members(name string, questions []*question.Question, within []*question.Question) []Asked {
	var out []Asked
	for _, q := range questions {
		if q.Type == question.Object {
			out = append(out, members(name+"."+q.Name, q.Fields, append(slices.Clone(within), q))...)
			continue
		}
		out = append(out, one(name, q, within)...)
	}
	return out
}

func one(name string, q *question.Question, within []*question.Question) []Asked {
	tests := testsOf(q)
	if tests == nil {
		return nil
	}
	return []Asked{{name + "." + q.Name, q, within, tests}}
}

func testsOf(q *question.Question) []string {
	switch q.Type {
	case question.Boolean:
		return []string{Yes, No}
	case question.Choose:
		return []string{Is, IsNot}
	case question.Integer:
		return []string{AtLeast, AtMost}
	case question.Day:
		return []string{Younger, AgedFrom}
	case question.Municipality:
		tests := []string{Elsewhere, Here}
		if q.Abroad {
			tests = append(tests, Abroad)
		}
		return tests
	case question.Listing:
		if q.Of.Type == question.Choose {
			return []string{Has, HasNot}
		}
		return []string{AtLeast, AtMost}
	}
	return nil
}

// Refusal says which clause is not complete: its place from 0.
type Refusal struct {
	Clause int
	Test   bool // the test is not one of the question's; else a value is missing or is none of its
}

// Error implements error.
func (r *Refusal) Error() string { return fmt.Sprintf("clause %d is not complete", r.Clause+1) }

// CEL writes the condition. options are those of Options. Its error is a *Refusal.
func (b Built) CEL(options []Asked) (string, error) {
	parts := make([]string, len(b.Clauses))
	for i, c := range b.Clauses {
		at := slices.IndexFunc(options, func(o Asked) bool { return o.Name == c.Question })
		if at < 0 || !slices.Contains(options[at].Tests, c.Test) {
			return "", &Refusal{i, true}
		}
		text, ok := c.cel(options[at].Question)
		if !ok {
			return "", &Refusal{i, false}
		}
		parts[i] = text
	}
	if b.Any {
		return strings.Join(parts, " || "), nil
	}
	return strings.Join(parts, " && "), nil
}

func (c Clause) cel(q *question.Question) (string, bool) {
	switch c.Test {
	case Yes:
		return c.Question, true
	case No:
		return "!" + c.Question, true
	case Elsewhere:
		return "other(" + c.Question + ")", true
	case Here:
		return c.Question + " == " + condition.Municipality, true
	case Abroad:
		return c.Question + " == " + quoted(question.Abroad), true
	case AtLeast, AtMost, Younger, AgedFrom:
		return c.counted(q)
	}
	return c.chosen(q)
}

func (c Clause) counted(q *question.Question) (string, bool) {
	if len(c.Values) != 1 {
		return "", false
	}
	n, err := strconv.Atoi(strings.TrimSpace(c.Values[0]))
	if err != nil || n < 0 || n > 9_999 {
		return "", false
	}
	name := c.Question
	switch {
	case c.Test == Younger || c.Test == AgedFrom:
		name = "age_on(" + name + ", " + condition.FilingDate + ")"
	case q.Type == question.Listing:
		name = "size(" + name + ")"
	}
	return fmt.Sprintf("%s %s %d", name, map[string]string{AtLeast: ">=", AtMost: "<=", Younger: "<", AgedFrom: ">="}[c.Test], n), true
}

func (c Clause) chosen(q *question.Question) (string, bool) {
	choices := q.Choices
	if q.Of != nil {
		choices = q.Of.Choices
	}
	for _, v := range c.Values {
		if !slices.ContainsFunc(choices, func(o question.Choice) bool { return o.Value == v }) {
			return "", false
		}
	}
	switch {
	case len(c.Values) == 0, len(c.Values) > 1 && (c.Test == Has || c.Test == HasNot):
		return "", false
	case c.Test == Has:
		return quoted(c.Values[0]) + " in " + c.Question, true
	case c.Test == HasNot:
		return "!(" + quoted(c.Values[0]) + " in " + c.Question + ")", true
	case len(c.Values) == 1:
		return c.Question + map[string]string{Is: " == ", IsNot: " != "}[c.Test] + quoted(c.Values[0]), true
	}
	list := make([]string, len(c.Values))
	for i, v := range c.Values {
		list[i] = quoted(v)
	}
	text := c.Question + " in [" + strings.Join(list, ", ") + "]"
	if c.Test == IsNot {
		return "!(" + text + ")", true
	}
	return text, true
}

// quoted writes a value of a choice, which is small letters, digits and hyphens, as CEL does.
func quoted(value string) string { return "'" + strings.ReplaceAll(value, "'", `\'`) + "'" }

// Read takes a condition apart into clauses; false if it is more than they can say.
func Read(text string, options []Asked) (Built, bool) {
	e, err := condition.Parse(text)
	if err != nil {
		return Built{}, false
	}
	if e == nil {
		return Built{}, true
	}
	b := Built{}
	parts := condition.Parts(e, operators.LogicalAnd)
	if len(parts) == 1 {
		parts = condition.Parts(e, operators.LogicalOr)
		b.Any = len(parts) > 1
	}
	for _, part := range parts {
		c, ok := read(part, options)
		if !ok {
			return Built{}, false
		}
		b.Clauses = append(b.Clauses, c)
	}
	return b, true
}
