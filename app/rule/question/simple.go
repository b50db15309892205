package question

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// Test is a condition that others than CEL can judge: a JSON Schema, the script of a page, a sentence. Exactly one of Path,
// Not, All and Any is set.
type Test struct {
	Path []string `json:"path,omitempty"` // the answer that is looked at: from the object of the question, or with Top from the top of the list
	Top  bool     `json:"top,omitempty"`
	In   []any    `json:"in,omitempty"`  // the answer, or the default of its type where there is none, is one of these
	Has  any      `json:"has,omitempty"` // the answer is a list that has this entry
	Lax  bool     `json:"lax,omitempty"` // In names the default: it holds too where there is no answer

	Not *Test   `json:"not,omitempty"`
	All []*Test `json:"all,omitempty"`
	Any []*Test `json:"any,omitempty"`
}

// Simple is the question's condition as a Test; nil if there is none or it says more.
func (q *Question) Simple() *Test { return simple(q.when) }

// SimplyNeeded is the condition on which the question has to be answered as a Test; nil if there is none or it says more.
func (q *Question) SimplyNeeded() *Test { return simple(q.needed) }

// Simple is a condition over the list by a name as a Test; nil if it says more.
func (l *List) Simple(tree *ast.AST, top string) *Test {
	return (&conditions{list: l, topName: top, top: l.record}).test(l.record, tree.Expr())
}

func simple(k *condition) *Test {
	if k == nil {
		return nil
	}
	return k.simple
}

// test reads an expression that compiled; nil for what a Test cannot say.
func (k *conditions) test(t *recordType, e ast.Expr) *Test {
	if e.Kind() != ast.CallKind {
		return k.is(t, e, []any{true})
	}
	call := e.AsCall()
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalNot:
		if inner := k.test(t, args[0]); inner != nil {
			return &Test{Not: inner}
		}
	case operators.LogicalAnd, operators.LogicalOr:
		a, b := k.test(t, args[0]), k.test(t, args[1])
		switch {
		case a == nil || b == nil:
		case call.FunctionName() == operators.LogicalAnd:
			return &Test{All: []*Test{a, b}}
		default:
			return &Test{Any: []*Test{a, b}}
		}
	case operators.Equals, operators.NotEquals:
		path, value := args[0], args[1]
		if path.Kind() == ast.LiteralKind {
			path, value = value, path
		}
		if value.Kind() != ast.LiteralKind {
			return nil
		}
		is := k.is(t, path, []any{value.AsLiteral().Value()})
		if is != nil && call.FunctionName() == operators.NotEquals {
			return &Test{Not: is}
		}
		return is
	case operators.In:
		return k.in(t, args[0], args[1])
	}
	return nil
}

// in reads `answer in ['a', 'b']` and `'a' in answers`.
func (k *conditions) in(t *recordType, value, list ast.Expr) *Test {
	if value.Kind() == ast.LiteralKind {
		if q, out := k.path(t, list); q != nil && q.Type == Listing {
			out.Has = value.AsLiteral().Value()
			return out
		}
		return nil
	}
	if list.Kind() != ast.ListKind {
		return nil
	}
	var values []any
	for _, e := range list.AsList().Elements() {
		if e.Kind() != ast.LiteralKind {
			return nil
		}
		values = append(values, e.AsLiteral().Value())
	}
	return k.is(t, value, values)
}

func (k *conditions) is(t *recordType, e ast.Expr, values []any) *Test {
	q, out := k.path(t, e)
	if q == nil || q.Type == Listing || q.Type == Object || q.Type == Day {
		return nil
	}
	out.In, out.Lax = values, slices.Contains(values, q.absent().Value())
	return out
}

// path finds the question that an expression names: bare, below an object beside it, or below the top.
func (k *conditions) path(t *recordType, e ast.Expr) (*Question, *Test) {
	var names []string
	for e.Kind() == ast.SelectKind && !e.AsSelect().IsTestOnly() {
		names = append([]string{e.AsSelect().FieldName()}, names...)
		e = e.AsSelect().Operand()
	}
	if e.Kind() != ast.IdentKind {
		return nil, nil
	}
	out := &Test{}
	if slot, ok := t.slots[e.AsIdent()]; ok {
		names = append([]string{t.questions[slot].Name}, names...)
	} else if e.AsIdent() == k.topName && k.topName != "" {
		out.Top, t = t != k.top, k.top
	} else {
		return nil, nil
	}
	out.Path = names
	var q *Question
	for i, name := range names {
		slot, ok := t.slots[name]
		if !ok {
			return nil, nil
		}
		if q = t.questions[slot]; i+1 < len(names) {
			if t = q.record; t == nil {
				return nil, nil
			}
		}
	}
	return q, out
}
