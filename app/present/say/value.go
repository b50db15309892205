package say

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// value is what is compared, in words, with what says how a constant beside it is written.
type value struct {
	text   string
	of     *question.Question // whose answer it is; nil for what is reckoned
	unit   string             // years, months: what a number beside it counts
	day    bool
	scalar bool // a list of answers that are no objects
}

// years is the unit of an age.
const years = "years"

// value says an expression that is no boolean; false for one that cannot be said.
func (c clause) value(e condition.Expr) (value, bool) {
	if found, ok := c.scope.Find(e); ok {
		return c.question(found), true
	}
	switch e.Kind() {
	case ast.IdentKind:
		switch e.AsIdent() {
		case condition.FilingDate:
			return value{text: c.text("filing-date"), day: true}, true
		case condition.Municipality:
			return value{text: c.text("applied-to")}, true
		}
	case ast.LiteralKind:
		return c.constant(e.AsLiteral().Value(), value{}), true
	case ast.CallKind:
		return c.reckoned(e)
	default: // the others cannot be said
	}
	return value{}, false
}

// valueLike is value for what stands beside another, which says how a constant is written.
func (c clause) valueLike(e condition.Expr, like value) (value, bool) {
	if values, constant := condition.Literals(e); constant && len(values) == 1 {
		return c.constant(values[0], like), true
	}
	return c.value(e)
}

func (c clause) question(found condition.Found) value {
	q := found.Question
	out := value{of: q, day: q.Type == question.Day, scalar: q.Of != nil && len(q.Of.Fields) == 0}
	label := q.Label.In(c.lang)
	if label == "" {
		out.text = c.text("entry-itself")
		return out
	}
	out.text = c.fill("quote", "label", label)
	if n := len(found.Within); n > 0 {
		if whose := found.Within[n-1].Label.In(c.lang); whose != "" {
			out.text = c.fill("of", "whose", c.fill("quote", "label", whose), "what", out.text)
		}
	}
	return out
}

// constant writes a value as an answer to a question: a choice by its label, a number with its unit.
func (c clause) constant(v any, like value) value {
	switch v := v.(type) {
	case bool:
		return value{text: c.yes(v)}
	case int64:
		number := present.Number(v, c.lang)
		if like.unit != "" {
			return value{text: c.fill(like.unit, "n", number)}
		}
		return value{text: number}
	case string:
		return value{text: c.fill("quote", "label", c.label(v, like.of))}
	}
	return value{text: fmt.Sprint(v)}
}

func (c clause) label(answer string, q *question.Question) string {
	if q != nil && q.Of != nil {
		q = q.Of
	}
	if q != nil {
		for _, choice := range q.Choices {
			if choice.Value == answer {
				return choice.Label.In(c.lang)
			}
		}
	}
	if answer == question.Abroad {
		return wording.In("said-abroad", c.lang)
	}
	if q != nil && (q.Type == question.Choose || q.Type == question.Municipality) {
		*c.whole = false // a code says nothing to anybody
	}
	return answer
}

// reckoned says what a function or an operator gives.
func (c clause) reckoned(e condition.Expr) (value, bool) {
	function, args, _ := condition.Call(e)
	all := make([]value, len(args))
	for i, arg := range args {
		one, known := c.value(arg)
		if !known {
			return value{}, false
		}
		all[i] = one
	}
	texts := func(names ...string) (pairs []string) {
		for i, name := range names {
			pairs = append(pairs, name, all[i].text)
		}
		return pairs
	}
	for _, f := range []struct {
		function, name string
		pairs          []string
		gives          value
	}{
		{condition.Size, "size", []string{"list"}, value{}},
		{operators.Add, "sum", []string{"a", "b"}, value{}},
		{operators.Subtract, "difference", []string{"a", "b"}, value{}},
		{"age_on", "age", []string{"birth", "day"}, value{unit: years}},
		{"months_since", "months-since", []string{"month", "day"}, value{unit: "months"}},
		{"month_after_age", "month-after-age", []string{"birth", "n"}, value{}},
		{"school_year_end", "school-year-end", []string{"birth", "n"}, value{day: true}},
		{"month_start", "month-start", []string{"month"}, value{day: true}},
		{"tax_jan1", "tax-day", []string{"day"}, value{day: true}},
		{"jan1", "tax-day", []string{"day"}, value{day: true}},
	} {
		if f.function == function && len(args) >= len(f.pairs) {
			f.gives.text = c.fill(f.name, texts(f.pairs...)...)
			return f.gives, true
		}
	}
	return value{}, false
}
