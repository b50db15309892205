// Package say says what the catalogue's rules are, and what is different or looks wrong in one, to people: a condition as a
// sentence, a change between two editions, a finding. The words are a table (app/wording/texts); what is said is found by
// app/rule/edition.
package say

import (
	"strings"

	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/wording"
)

// Condition says a condition as part of a sentence: 「配偶者がいますか」が「はい」である. Questions and choices are called by their labels.
// A part that cannot be said stands as it is written in 「」; whole is false then, and for what cannot be read at all. An empty
// condition is "always".
func Condition(text string, s condition.Scope, lang string) (sentence string, whole bool) {
	e, err := condition.Parse(text)
	c := clause{lang: lang, scope: s, whole: new(bool)}
	switch *c.whole = true; {
	case err != nil:
		return wording.Fill(c.text("expression"), "expression", oneLine(text), "verb", c.verb("holds", false, false)), false
	case e == nil:
		return c.text("always"), true
	case condition.Text(e) == "false":
		return c.text("never"), true
	}
	return c.say(e, false, false), *c.whole
}

// When is Condition as it stands before what follows from it: 「配偶者がいますか」が「はい」であるとき; "always" for an empty one.
func When(text string, s condition.Scope, lang string) (sentence string, whole bool) {
	sentence, whole = Condition(text, s, lang)
	if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed == "false" {
		return sentence, whole
	}
	return wording.Fill(wording.In("said-when", lang), "condition", sentence), whole
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// clause says the parts of one condition.
type clause struct {
	lang  string
	scope condition.Scope
	whole *bool
}

func (c clause) text(name string) string { return wording.In("said-"+name, c.lang) }

func (c clause) fill(name string, pairs ...string) string {
	return wording.Fill(c.text(name), pairs...)
}

// verb is how a part ends: not says that it does not hold, on that another part follows.
func (c clause) verb(name string, not, on bool) string {
	if not {
		name += "-not"
	}
	if on {
		name += "-and"
	}
	return c.text("verb-" + name)
}

// say says an expression that is true or false.
func (c clause) say(e condition.Expr, not, on bool) string {
	function, args, ok := condition.Call(e)
	if !ok {
		return c.answer(e, not, on)
	}
	switch function {
	case operators.LogicalNot:
		return c.say(args[0], !not, on)
	case operators.LogicalAnd, operators.LogicalOr:
		return c.join(condition.Parts(e, function), (function == operators.LogicalAnd) != not, not, on)
	case operators.Conditional:
		return c.choice(args, not, on)
	case operators.Equals, operators.NotEquals:
		return c.equals(e, args, not != (function == operators.NotEquals), on)
	case operators.In:
		return c.in(e, args, not, on)
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return c.order(e, function, args, not, on)
	case condition.Exists, condition.All:
		return c.entries(e, args, not, on)
	case condition.Other:
		if a, known := c.value(args[0]); known {
			return c.fill("elsewhere", "a", a.text, "verb", c.verb("is", not, on))
		}
	case condition.Has:
		if a, known := c.value(args[0]); known {
			return c.fill("answered", "a", a.text, "verb", c.verb("given", not, on))
		}
	}
	return c.written(e, not, on)
}

// written is a part as an expression: it cannot be said.
func (c clause) written(e condition.Expr, not, on bool) string {
	*c.whole = false
	return c.fill("expression", "expression", condition.Text(e), "verb", c.verb("holds", not, on))
}

// join says parts that hold all together, or of which one does; on says what follows.
func (c clause) join(parts []condition.Expr, and, not, on bool) string {
	out := ""
	for i, p := range parts {
		last := i+1 == len(parts)
		one := c.say(p, not, on && last || and && !last)
		if mixed(p, and, not) {
			one = c.fill("group", "a", c.say(p, not, false))
		}
		switch {
		case i == 0:
			out = one
		case and:
			out = c.fill("and", "a", out, "b", one)
		default:
			out = c.fill("or", "a", out, "b", one)
		}
	}
	if !and && on { // another part follows the whole: it has to be clear where this one ends
		return c.fill("group", "a", c.join(parts, and, not, false))
	}
	return out
}

// mixed says whether a part has the other connection inside, so that brackets are needed.
func mixed(p condition.Expr, and, not bool) bool {
	function, args, ok := condition.Call(p)
	switch {
	case !ok:
		return false
	case function == operators.LogicalNot:
		return mixed(args[0], and, !not)
	case function == operators.Conditional:
		return true
	case function == operators.LogicalAnd, function == operators.LogicalOr:
		return (function == operators.LogicalAnd) != not != and
	}
	return false
}

// choice says c ? a : b as what it is: c and a, or not c and b.
func (c clause) choice(args []condition.Expr, not, on bool) string {
	arm := func(denied bool, then condition.Expr) string {
		second := c.say(then, not, false)
		if mixed(then, true, not) {
			second = c.fill("group", "a", second)
		}
		return c.fill("group", "a", c.fill("and", "a", c.say(args[0], denied, true), "b", second))
	}
	out := c.fill("or", "a", arm(false, args[1]), "b", arm(true, args[2]))
	if on {
		return c.fill("group", "a", out)
	}
	return out
}

// answer says a question of yes or no.
func (c clause) answer(e condition.Expr, not, on bool) string {
	a, known := c.value(e)
	if !known {
		return c.written(e, not, on)
	}
	return c.fill("is", "a", a.text, "b", c.yes(!not), "verb", c.verb("is", false, on))
}

func (c clause) yes(yes bool) string {
	return c.fill("quote", "label", wording.In(map[bool]string{true: "fact-yes", false: "fact-no"}[yes], c.lang))
}

func (c clause) equals(e condition.Expr, args []condition.Expr, not, on bool) string {
	left, right := args[0], args[1]
	if _, constant := condition.Literals(left); constant {
		left, right = right, left
	}
	if values, constant := condition.Literals(right); constant && len(values) == 1 {
		if yes, boolean := values[0].(bool); boolean {
			return c.say(left, not == yes, on)
		}
		if a, known := c.value(left); known && values[0] == "" {
			return c.fill("answered", "a", a.text, "verb", c.verb("given", !not, on))
		}
	}
	a, known := c.value(left)
	b, known2 := c.valueLike(right, a)
	if !known || !known2 {
		return c.written(e, not, on)
	}
	return c.fill("is", "a", a.text, "b", b.text, "verb", c.verb("is", not, on))
}

// in says `answer in ['a', 'b']` and `'a' in answers`.
func (c clause) in(e condition.Expr, args []condition.Expr, not, on bool) string {
	if values, constant := condition.Literals(args[1]); constant {
		a, known := c.value(args[0])
		if !known {
			return c.written(e, not, on)
		}
		name := "is"
		if len(values) > 2 || not && len(values) > 1 {
			name = "one-of-is"
		}
		return c.fill(name, "a", a.text, "b", c.either(values, a), "verb", c.verb("is", not, on))
	}
	list, known := c.value(args[1])
	values, constant := condition.Literals(args[0])
	if !known || !constant {
		return c.written(e, not, on)
	}
	return c.fill("among", "a", list.text, "b", c.either(values, list), "verb", c.verb("there", not, on))
}

// either are values of which one is meant.
func (c clause) either(values []any, like value) string {
	out := ""
	for i, v := range values {
		if one := c.constant(v, like).text; i == 0 {
			out = one
		} else {
			out = c.fill("either", "a", out, "b", one)
		}
	}
	return out
}

// entries says list.exists(x, …) and list.all(x, …), which is that there is none for which it does not hold.
func (c clause) entries(e condition.Expr, args []condition.Expr, not, on bool) string {
	inner, asked, ok := c.scope.Entries(e)
	list, known := c.value(args[0])
	if !ok || !known {
		return c.written(e, not, on)
	}
	function, _, _ := condition.Call(e)
	within := clause{lang: c.lang, scope: inner, whole: c.whole}
	every := function == condition.All
	if list.scalar && !every {
		if values, direct := entry(asked, args[1]); direct {
			return c.fill("among", "a", list.text, "b", c.either(values, list), "verb", c.verb("there", not, on))
		}
	}
	name := "entry"
	if not != every {
		name = "entry-none"
	}
	return c.fill(name, "list", list.text, "condition", within.say(asked, every, false), "verb", c.verb("there", not != every, on))
}

// entry reads x == 'a' and x in ['a', 'b'] of an entry itself.
func entry(asked, name condition.Expr) ([]any, bool) {
	function, args, ok := condition.Call(asked)
	if !ok || function != operators.In && function != operators.Equals || condition.Text(args[0]) != condition.Text(name) {
		return nil, false
	}
	return condition.Literals(args[1])
}

var orders = map[string]string{operators.GreaterEquals: "at-least", operators.LessEquals: "at-most", operators.Greater: "more", operators.Less: "less"}

func (c clause) order(e condition.Expr, operator string, args []condition.Expr, not, on bool) string {
	if not {
		operator = condition.Negated(operator)
	}
	left, right := args[0], args[1]
	if _, constant := condition.Literals(left); constant {
		left, right, operator = right, left, condition.Flipped(operator)
	}
	a, known := c.value(left)
	b, known2 := c.valueLike(right, a)
	if !known || !known2 {
		return c.written(e, not, on)
	}
	name := orders[operator]
	switch {
	case a.day:
		name = "day-" + name
	case a.unit == years:
		name = "age-" + name
	}
	return c.fill(name, "a", a.text, "b", b.text, "verb", c.verb("is", false, on))
}
