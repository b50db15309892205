package question

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Quick is what a condition says as far as it compares single answers with what is written in it, joined by and, or and not. Nearly
// every condition of a catalogue is decided by that alone, for a tenth of what the general evaluation costs; where it is not, Judge
// says so and CEL decides. The two never disagree: CEL too gives false for an and with one false side, whatever the other is.
type Quick struct {
	kind   quickKind
	sides  []*Quick // of and, or, not
	entry  bool     // the path begins at the entry, not at the top
	slots  []int    // the path of the answer
	values []ref.Val
}

type quickKind uint8

const (
	quickUnknown quickKind = iota // only CEL can say it
	quickAnd
	quickOr
	quickNot
	quickIn    // the answer is one of the values
	quickPlace // the answer is the place that is applied to
	quickHas   // the answer is a list that holds the value
	quickGiven // there is an answer
)

// Names are those by which a condition speaks of what it sees: the list as a whole, an entry of one of its own lists (List; both
// empty in a condition about the whole), and the place that is applied to.
type Names struct{ Top, Entry, List, Place string }

// Quick reads a condition that compiled over this list; nil if nothing in it can be decided quickly.
func (l *List) Quick(tree *ast.AST, names Names) *Quick {
	r := quickReader{names: names, top: l.record}
	if slot, ok := l.record.slots[names.List]; ok && l.Questions[slot].Type == Listing {
		r.entry = l.Questions[slot].Of.record
	}
	if q := r.read(tree.Expr()); q.kind != quickUnknown {
		return q
	}
	return nil
}

// Judge gives what the condition says; sure is false where only CEL can tell. entry is nil where there is none.
func (q *Quick) Judge(top *Record, entry, place ref.Val) (holds, sure bool) {
	if q == nil {
		return false, false
	}
	switch q.kind {
	case quickAnd, quickOr:
		// One side that is sure and says what decides, is enough.
		decides, all := q.kind == quickOr, true
		for _, side := range q.sides {
			holds, sure := side.Judge(top, entry, place)
			if sure && holds == decides {
				return decides, true
			}
			all = all && sure
		}
		return !decides, all
	case quickNot:
		holds, sure := q.sides[0].Judge(top, entry, place)
		return !holds, sure
	case quickUnknown:
		return false, false
	default: // a comparison
	}
	r := top
	if q.entry {
		r, _ = entry.(*Record)
	}
	last := len(q.slots) - 1
	for _, slot := range q.slots[:last] {
		if r == nil {
			break
		}
		r, _ = r.at(slot).(*Record)
	}
	if r == nil {
		return false, false
	}
	return q.leaf(r, q.slots[last], place), true
}

func (q *Quick) leaf(r *Record, slot int, place ref.Val) bool {
	switch q.kind {
	case quickGiven:
		return r.values[slot] != nil
	case quickPlace:
		return r.at(slot) == place
	case quickHas:
		list, ok := r.values[slot].(traits.Lister)
		return ok && list.Contains(q.values[0]) == types.True
	default: // one of the values
	}
	v := r.at(slot)
	for _, value := range q.values {
		if v == value {
			return true
		}
	}
	return false
}

// quickReader reads expressions; what it does not know is of the kind quickUnknown.
type quickReader struct {
	names      Names
	top, entry *recordType // entry is nil where there is none
}

func (r *quickReader) read(e ast.Expr) *Quick {
	if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
		if out, q := r.answer(e, true); q != nil {
			out.kind = quickGiven
			return out
		}
		return &Quick{}
	}
	if e.Kind() != ast.CallKind {
		return r.in(e, types.True)
	}
	args := e.AsCall().Args()
	switch e.AsCall().FunctionName() {
	case operators.LogicalNot:
		return r.joined(quickNot, args)
	case operators.LogicalAnd:
		return r.joined(quickAnd, args)
	case operators.LogicalOr:
		return r.joined(quickOr, args)
	case operators.Equals:
		return r.equal(args[0], args[1])
	case operators.NotEquals:
		if equal := r.equal(args[0], args[1]); equal.kind != quickUnknown {
			return &Quick{kind: quickNot, sides: []*Quick{equal}}
		}
	case operators.In:
		return r.member(args[0], args[1])
	}
	return &Quick{}
}

func (r *quickReader) joined(kind quickKind, args []ast.Expr) *Quick {
	out := &Quick{kind: kind}
	known := false
	for _, arg := range args {
		side := r.read(arg)
		known = known || side.kind != quickUnknown
		if side.kind == kind && kind != quickNot { // a && b && c is one
			out.sides = append(out.sides, side.sides...)
			continue
		}
		out.sides = append(out.sides, side)
	}
	if !known {
		return &Quick{}
	}
	return out
}

func (r *quickReader) equal(a, b ast.Expr) *Quick {
	if a.Kind() == ast.LiteralKind {
		a, b = b, a
	}
	if b.Kind() == ast.LiteralKind {
		return r.in(a, b.AsLiteral())
	}
	if b.Kind() == ast.IdentKind && b.AsIdent() == r.names.Place {
		if out, q := r.answer(a, false); q != nil && !structured(q) && q.absent().Type() == types.StringType {
			out.kind = quickPlace
			return out
		}
	}
	return &Quick{}
}

// member reads `answer in ['a', 'b']` and `'a' in answers`.
func (r *quickReader) member(value, list ast.Expr) *Quick {
	if value.Kind() == ast.LiteralKind {
		if out, q := r.answer(list, false); q != nil && q.Type == Listing {
			out.kind, out.values = quickHas, []ref.Val{value.AsLiteral()}
			return out
		}
		return &Quick{}
	}
	if list.Kind() != ast.ListKind {
		return &Quick{}
	}
	var values []ref.Val
	for _, e := range list.AsList().Elements() {
		if e.Kind() != ast.LiteralKind {
			return &Quick{}
		}
		values = append(values, e.AsLiteral())
	}
	return r.in(value, values...)
}

func (r *quickReader) in(e ast.Expr, values ...ref.Val) *Quick {
	out, q := r.answer(e, false)
	if q == nil || structured(q) {
		return &Quick{}
	}
	for _, v := range values {
		if v.Type() != q.absent().Type() {
			return &Quick{}
		}
	}
	out.kind, out.values = quickIn, values
	return out
}

// structured says whether an answer is more than one text, number or truth value, which Go compares as CEL does.
func structured(q *Question) bool { return q.Type == Listing || q.Type == Object || q.Type == Day }

// answer finds the question that a path leads to; nil where it leads to none that the list asks. given allows has(path).
func (r *quickReader) answer(e ast.Expr, given bool) (*Quick, *Question) {
	var names []string
	for e.Kind() == ast.SelectKind && (given || !e.AsSelect().IsTestOnly()) {
		names = append([]string{e.AsSelect().FieldName()}, names...)
		e, given = e.AsSelect().Operand(), false
	}
	if e.Kind() != ast.IdentKind || len(names) == 0 {
		return nil, nil
	}
	out, t := &Quick{}, r.top
	switch name := e.AsIdent(); {
	case name == r.names.Entry && r.entry != nil:
		out.entry, t = true, r.entry
	case name != r.names.Top:
		return nil, nil
	}
	var q *Question
	for i, name := range names {
		slot, asked := t.slots[name]
		if !asked {
			return nil, nil
		}
		out.slots = append(out.slots, slot)
		if q = t.questions[slot]; i+1 < len(names) {
			if t = q.record; t == nil {
				return nil, nil
			}
		}
	}
	return out, q
}
