package editing

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/clause"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// conditions is where a place has its conditions: "asked.0.conditions.1.test".
const conditions = ".conditions"

// row is one condition: a question, how its answer is compared, and with what.
type row struct {
	At       string // "asked.0.conditions.1"
	Question string // its name in conditions
	Label    string
	Test     page.Field
	Value    *page.Field // nil: the test needs none
}

// rowOf makes the fields of a condition; nil for a question that is not asked any more.
func rowOf(r *page.Request, offered []clause.Asked, at string, n int, c clause.Clause) *row {
	i := slices.IndexFunc(offered, func(o clause.Asked) bool { return o.Name == c.Question })
	if i < 0 {
		return nil
	}
	o := offered[i]
	out := &row{At: at + conditions + "." + strconv.Itoa(n), Question: c.Question, Label: o.Question.Label.In(r.Lang)}
	if within := len(o.Within); within > 0 {
		out.Label = r.Text("editing.question-of", "whose", o.Within[within-1].Label.In(r.Lang), "question", out.Label)
	}
	out.Test = r.Field(page.FieldSelect, out.At+".test", "editing.test")
	out.Test.Pointer, out.Test.Need, out.Test.Value = pointer(out.At)+"/test", true, c.Test
	for _, test := range o.Tests {
		out.Test.Choices = append(out.Test.Choices, page.Choice{Value: test, Label: label(r.Text("editing.test-" + test))})
	}
	out.Value = valueField(r, o.Question, out.At, c.Values)
	return out
}

// valueField is what an answer is compared with; nil where that is said by the test.
func valueField(r *page.Request, q *question.Question, at string, values []string) *page.Field {
	field := func(kind, key string) *page.Field {
		f := r.Field(kind, at+".value", key)
		f.Pointer, f.Need = pointer(at)+"/value", true
		if len(values) > 0 {
			f.Value, f.Values = values[0], values
		}
		return &f
	}
	choices := func(of []question.Choice) (out []page.Choice) {
		for _, c := range of {
			out = append(out, page.Choice{Value: c.Value, Label: r.Read(c.Label)})
		}
		return out
	}
	switch {
	case q.Type == question.Boolean, q.Type == question.Municipality:
		return nil
	case q.Type == question.Choose:
		f := field(page.FieldChecks, "editing.value-choices")
		f.Choices = choices(q.Choices)
		return f
	case q.Of != nil && q.Of.Type == question.Choose:
		f := field(page.FieldRadio, "editing.value-choice")
		f.Choices = choices(q.Of.Choices)
		return f
	case q.Type == question.Day:
		return field(page.FieldNumber, "editing.value-age")
	}
	return field(page.FieldNumber, "editing.value-number")
}

func (w *row) mark(wrong []page.Wrong) {
	w.Test = page.Mark([]page.Field{w.Test}, wrong)[0]
	if w.Value != nil {
		one := page.Mark([]page.Field{*w.Value}, wrong)[0]
		w.Value = &one
	}
}

// sentRows are the conditions of a place as they were typed.
func sentRows(values url.Values, at string) clause.Built {
	out := clause.Built{Any: values.Get(at+".any") == "yes"}
	for i := range answers.Count(values, at+conditions) {
		here := at + conditions + "." + strconv.Itoa(i)
		var given []string
		for _, v := range values[here+".value"] {
			if v = jp.Narrow(strings.TrimSpace(v)); v != "" {
				given = append(given, v)
			}
		}
		out.Clauses = append(out.Clauses, clause.Clause{Question: values.Get(here + ".question"), Test: values.Get(here + ".test"), Values: given})
	}
	return out
}

// putRows puts conditions in the place of those that were typed.
func putRows(values url.Values, at string, b clause.Built) {
	for n := answers.Count(values, at+conditions); n > 0; n-- {
		answers.Remove(values, at+conditions, n-1)
	}
	if values.Set(at+".any", ""); b.Any {
		values.Set(at+".any", "yes")
	}
	values.Set(at+conditions+".count", strconv.Itoa(len(b.Clauses)))
	for i, c := range b.Clauses {
		here := at + conditions + "." + strconv.Itoa(i)
		values.Set(here+".question", c.Question)
		values.Set(here+".test", c.Test)
		values[here+".value"] = c.Values
	}
}

// incomplete says which conditions of a form are not complete.
func incomplete(c *catalogue.Catalogue, values url.Values, d *editing.Paper) []fault.Detail {
	var out []fault.Detail
	for i, a := range d.Asked {
		at := placeAt(i)
		if values.Get(at+".free") != "" {
			continue
		}
		offered := options(c, a.Procedure, a.Subject)
		for j, one := range sentRows(values, at).Clauses {
			_, err := clause.Built{Clauses: []clause.Clause{one}}.CEL(offered)
			here := pointer(at + conditions + "." + strconv.Itoa(j))
			var refused *clause.Refusal
			switch errors.As(err, &refused); {
			case refused == nil:
			case refused.Test:
				out = append(out, fault.Detail{Code: "invalid", Reason: "condition-test", Pointer: here + "/test"})
			default:
				out = append(out, fault.Detail{Code: "required", Reason: "condition-value", Pointer: here + "/value"})
			}
		}
	}
	return out
}
