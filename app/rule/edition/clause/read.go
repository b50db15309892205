package clause

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
)

// read takes one part of a condition for a clause. What it gives is held to what the clause would write, so that nothing is read
// that would be written otherwise.
func read(e condition.Expr, options []Asked) (Clause, bool) {
	c, ok := guess(e, false, options)
	if !ok {
		return Clause{}, false
	}
	text, err := Built{Clauses: []Clause{c}}.CEL(options)
	if err != nil {
		return Clause{}, false
	}
	again, err := condition.Parse(text)
	return c, err == nil && condition.Normal(again) == condition.Normal(e)
}

func guess(e condition.Expr, not bool, options []Asked) (Clause, bool) {
	name := condition.Text(e)
	if asked(options, name) {
		return Clause{Question: name, Test: either(not, No, Yes)}, true
	}
	function, args, ok := condition.Call(e)
	if !ok {
		return Clause{}, false
	}
	switch function {
	case operators.LogicalNot:
		return guess(args[0], !not, options)
	case condition.Other:
		return Clause{Question: condition.Text(args[0]), Test: Elsewhere}, !not
	case operators.Equals, operators.NotEquals:
		return equals(args, not != (function == operators.NotEquals), options)
	case operators.In:
		return in(args, not, options)
	case operators.GreaterEquals, operators.LessEquals, operators.Less:
		return counts(function, args, options)
	}
	return Clause{}, false
}

func asked(options []Asked, name string) bool {
	return slices.ContainsFunc(options, func(o Asked) bool { return o.Name == name })
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func equals(args []condition.Expr, not bool, options []Asked) (Clause, bool) {
	name, right := condition.Text(args[0]), condition.Text(args[1])
	if !asked(options, name) {
		return Clause{}, false
	}
	if right == condition.Municipality {
		return Clause{Question: name, Test: Here}, !not
	}
	values, ok := condition.Literals(args[1])
	if !ok || len(values) != 1 {
		return Clause{}, false
	}
	if values[0] == question.Abroad {
		return Clause{Question: name, Test: Abroad}, !not
	}
	return Clause{Question: name, Test: either(not, IsNot, Is), Values: texts(values)}, true
}

func in(args []condition.Expr, not bool, options []Asked) (Clause, bool) {
	if name := condition.Text(args[1]); asked(options, name) {
		values, ok := condition.Literals(args[0])
		return Clause{Question: name, Test: either(not, HasNot, Has), Values: texts(values)}, ok
	}
	name := condition.Text(args[0])
	values, ok := condition.Literals(args[1])
	return Clause{Question: name, Test: either(not, IsNot, Is), Values: texts(values)}, ok && asked(options, name)
}

func counts(operator string, args []condition.Expr, options []Asked) (Clause, bool) {
	values, ok := condition.Literals(args[1])
	if !ok || len(values) != 1 {
		return Clause{}, false
	}
	c := Clause{Question: condition.Text(args[0]), Values: texts(values)}
	function, inner, call := condition.Call(args[0])
	switch {
	case call && function == "age_on" && len(inner) == 2:
		c.Question = condition.Text(inner[0])
		c.Test = map[string]string{operators.Less: Younger, operators.GreaterEquals: AgedFrom}[operator]
	case call && function == condition.Size:
		c.Question = condition.Text(inner[0])
		fallthrough
	default:
		c.Test = map[string]string{operators.GreaterEquals: AtLeast, operators.LessEquals: AtMost}[operator]
	}
	return c, c.Test != "" && asked(options, c.Question)
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out
}
