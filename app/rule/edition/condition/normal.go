package condition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// node is a condition in the one form for all ways to write it: negations stand at what is compared, a choice of one answer
// is one of several, and what && and || hold together is sorted.
type node struct {
	operator string // all or any over parts; is, least, most or fact over left
	parts    []node
	left     string
	values   []string // is: the answers that are meant, sorted
	not      bool     // is, fact: it does not hold
	bound    int64    // least, most
}

const (
	all   = "all"
	some  = "any"
	is    = "is"
	least = "least"
	most  = "most"
	fact  = "fact"
)

// Normal writes a condition in one form for all ways to write it; empty for one that always holds. It is for comparing.
func Normal(e Expr) string {
	if e == nil {
		return ""
	}
	return normal(e, false).String()
}

// String is the node as a text; equal texts mean the same.
func (n node) String() string {
	var out string
	switch n.operator {
	case all, some:
		parts := make([]string, len(n.parts))
		for i, p := range n.parts {
			parts[i] = p.String()
		}
		return n.operator + "(" + strings.Join(parts, "; ") + ")"
	case is:
		out = n.left + " in [" + strings.Join(n.values, ", ") + "]"
	case least:
		return fmt.Sprint(n.left, " >= ", n.bound)
	case most:
		return fmt.Sprint(n.left, " <= ", n.bound)
	default:
		out = n.left
	}
	if n.not {
		return "not " + out
	}
	return out
}

func normal(e Expr, not bool) node {
	function, args, ok := Call(e)
	if !ok {
		return node{operator: fact, left: plain(e), not: not}
	}
	switch function {
	case operators.LogicalNot:
		return normal(args[0], !not)
	case operators.LogicalAnd, operators.LogicalOr:
		return joined(Parts(e, function), (function == operators.LogicalAnd) != not, not)
	case operators.Conditional:
		holds := group(all, normal(args[0], false), normal(args[1], not))
		return group(some, holds, group(all, normal(args[0], true), normal(args[2], not)))
	case operators.Equals, operators.NotEquals:
		return equals(args[0], args[1], not != (function == operators.NotEquals))
	case operators.In:
		if values, constant := Literals(args[1]); constant && args[1].Kind() == ast.ListKind {
			return node{operator: is, left: plain(args[0]), values: written(values), not: not}
		}
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return ordered(function, args[0], args[1], not)
	}
	return node{operator: fact, left: plain(e), not: not}
}

func joined(parts []Expr, and, not bool) node {
	nodes := make([]node, len(parts))
	for i, p := range parts {
		nodes[i] = normal(p, not)
	}
	if and {
		return group(all, nodes...)
	}
	return group(some, nodes...)
}

// group holds nodes together, those of the same operator on one level, each once and sorted.
func group(operator string, nodes ...node) node {
	var flat []node
	for _, n := range nodes {
		if n.operator == operator {
			flat = append(flat, n.parts...)
		} else {
			flat = append(flat, n)
		}
	}
	slices.SortFunc(flat, func(a, b node) int { return cmp.Compare(a.String(), b.String()) })
	flat = slices.CompactFunc(flat, func(a, b node) bool { return a.String() == b.String() })
	if len(flat) == 1 {
		return flat[0]
	}
	return node{operator: operator, parts: flat}
}

func equals(a, b Expr, not bool) node {
	values, constant := Literals(b)
	if !constant || b.Kind() != ast.LiteralKind {
		if values, constant = Literals(a); !constant || a.Kind() != ast.LiteralKind {
			sides := []string{plain(a), plain(b)}
			slices.Sort(sides)
			return node{operator: fact, left: sides[0] + " == " + sides[1], not: not}
		}
		a = b
	}
	if yes, boolean := values[0].(bool); boolean {
		return normal(a, not == yes)
	}
	return node{operator: is, left: plain(a), values: written(values), not: not}
}

// flipped is an operator of order with its sides changed, negated the one that holds where it does not.
var (
	flipped = map[string]string{operators.Less: operators.Greater, operators.Greater: operators.Less,
		operators.LessEquals: operators.GreaterEquals, operators.GreaterEquals: operators.LessEquals}
	negated = map[string]string{operators.Less: operators.GreaterEquals, operators.GreaterEquals: operators.Less,
		operators.LessEquals: operators.Greater, operators.Greater: operators.LessEquals}
)

// Negated is the operator of order that holds where another does not; empty for any other operator.
func Negated(operator string) string { return negated[operator] }

// Flipped is the operator of order with its sides changed; empty for any other operator.
func Flipped(operator string) string { return flipped[operator] }

func ordered(operator string, a, b Expr, not bool) node {
	if not {
		operator = negated[operator]
	}
	if _, constant := Literals(a); constant {
		a, b, operator = b, a, flipped[operator]
	}
	if values, constant := Literals(b); constant {
		if n, whole := values[0].(int64); whole {
			switch operator {
			case operators.Greater:
				return node{operator: least, left: plain(a), bound: n + 1}
			case operators.GreaterEquals:
				return node{operator: least, left: plain(a), bound: n}
			case operators.Less:
				return node{operator: most, left: plain(a), bound: n - 1}
			default:
				return node{operator: most, left: plain(a), bound: n}
			}
		}
	}
	if operator == operators.Greater || operator == operators.GreaterEquals {
		a, b, operator = b, a, flipped[operator]
	}
	return node{operator: fact, left: plain(a) + " " + operator + " " + plain(b)}
}

// plain writes what is compared; what a list's entries are asked is in its one form too.
func plain(e Expr) string {
	function, args, ok := Call(e)
	if ok && (function == Exists || function == All) && len(args) == 3 {
		return function + "(" + plain(args[0]) + ", " + plain(args[1]) + ", " + Normal(args[2]) + ")"
	}
	return Text(e)
}

func written(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprintf("%q", fmt.Sprint(v))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Implies says whether b holds wherever a does, as far as their structure shows it; nil always holds.
func Implies(a, b Expr) bool {
	switch {
	case b == nil:
		return true
	case a == nil:
		return false
	}
	return normal(a, false).implies(normal(b, false))
}

func (n node) implies(b node) bool {
	whichever := func(p node) bool { return p.implies(b) }
	follows := func(p node) bool { return n.implies(p) }
	every := func(nodes []node, f func(node) bool) bool {
		return !slices.ContainsFunc(nodes, func(p node) bool { return !f(p) })
	}
	switch {
	case n.String() == b.String():
		return true
	case n.operator == some:
		return every(n.parts, whichever)
	case b.operator == all:
		return every(b.parts, follows)
	case n.operator == all && slices.ContainsFunc(n.parts, whichever), b.operator == some && slices.ContainsFunc(b.parts, follows):
		return true
	case n.left != b.left || n.operator != b.operator:
		return false
	case n.operator == least:
		return n.bound >= b.bound
	case n.operator == most:
		return n.bound <= b.bound
	case n.operator != is:
		return false
	}
	return n.impliesAnswer(b)
}

// impliesAnswer compares two sets of answers to one question.
func (n node) impliesAnswer(b node) bool {
	within := func(a, b []string) bool {
		return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
	}
	switch {
	case !n.not && !b.not:
		return within(n.values, b.values)
	case n.not && b.not:
		return within(b.values, n.values)
	case !n.not && b.not:
		return !slices.ContainsFunc(n.values, func(v string) bool { return slices.Contains(b.values, v) })
	}
	return false
}
