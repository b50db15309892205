package question

import (
	"maps"
	"slices"
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"kosodate.example/onestop/app/rule/strictjson"
)

// Every stands in a path for each entry of a list.
const Every = "*"

// Reads are the paths of the answers that a compiled condition reads, each once, in the order in which it names them. vars are the
// names that it may begin with; what it says of an entry of a list (exists) is a path with Every in it.
func Reads(tree *ast.AST, vars ...string) [][]string {
	r := &reads{}
	known := map[string][]string{}
	for _, name := range vars {
		known[name] = []string{name}
	}
	r.walk(tree.Expr(), known)
	return r.paths
}

type reads struct{ paths [][]string }

func (r *reads) add(path []string) {
	if !slices.ContainsFunc(r.paths, func(p []string) bool { return slices.Equal(p, path) }) {
		r.paths = append(r.paths, path)
	}
}

func (r *reads) walk(e ast.Expr, known map[string][]string) {
	if path := pathIn(e, known); path != nil {
		r.add(path)
		return
	}
	switch e.Kind() {
	case ast.SelectKind:
		r.walk(e.AsSelect().Operand(), known)
	case ast.CallKind:
		if call := e.AsCall(); call.IsMemberFunction() {
			r.walk(call.Target(), known)
		}
		for _, arg := range e.AsCall().Args() {
			r.walk(arg, known)
		}
	case ast.ListKind:
		for _, entry := range e.AsList().Elements() {
			r.walk(entry, known)
		}
	case ast.ComprehensionKind:
		r.comprehension(e.AsComprehension(), known)
	default: // literals, and what no condition of a catalogue makes
	}
}

// comprehension is what exists, all, filter and map are made of: the entries have a name of their own inside it.
func (r *reads) comprehension(c ast.ComprehensionExpr, known map[string][]string) {
	r.walk(c.IterRange(), known)
	inside := maps.Clone(known)
	delete(inside, c.AccuVar())
	delete(inside, c.IterVar())
	list := c.IterRange()
	for list.Kind() == ast.ComprehensionKind { // filter(…).exists(…) goes through the entries of the first list
		list = list.AsComprehension().IterRange()
	}
	if path := pathIn(list, known); path != nil {
		inside[c.IterVar()] = append(slices.Clone(path), Every)
	}
	for _, part := range []ast.Expr{c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()} {
		r.walk(part, inside)
	}
}

// pathIn is the path that an expression names; nil if it is no path of a known name.
func pathIn(e ast.Expr, known map[string][]string) []string {
	switch e.Kind() {
	case ast.IdentKind:
		return known[e.AsIdent()]
	case ast.SelectKind:
		if before := pathIn(e.AsSelect().Operand(), known); before != nil {
			return append(slices.Clone(before), e.AsSelect().FieldName())
		}
	default: // no path
	}
	return nil
}

// Answer is what stands at one place of the answers.
type Answer struct {
	Path  []string // to it, with the number of an entry (from 0) in the place of Every
	Value any      // as encoding/json takes it, in its normal form; of a list of objects how many there are; nil: no answer
}

// Answers are those at a path of names and numbers, one for each entry where it says Every.
func (r *Record) Answers(path ...string) []Answer { return answersAt(r, nil, path) }

func answersAt(v ref.Val, walked, path []string) []Answer {
	if v == nil || len(path) == 0 {
		if i := slices.Index(path, Every); i >= 0 { // of entries that are not there nothing can be said
			path = path[:i]
		}
		return []Answer{{Path: append(slices.Clone(walked), path...), Value: shown(v)}}
	}
	next := func(name string, v ref.Val) []Answer {
		return answersAt(v, append(slices.Clone(walked), name), path[1:])
	}
	switch v := v.(type) {
	case *Record:
		return next(path[0], v.Get(path[0]))
	case traits.Lister:
		var out []Answer
		for i := range int(v.Size().(types.Int)) {
			if name := strconv.Itoa(i); path[0] == Every || path[0] == name {
				out = append(out, next(name, v.Get(types.Int(i)))...)
			}
		}
		return out
	}
	return next(path[0], nil)
}

func shown(v ref.Val) any {
	switch v := v.(type) {
	case nil, *Record:
		return nil
	case traits.Lister:
		if n := int(v.Size().(types.Int)); n > 0 {
			if _, objects := v.Get(types.IntZero).(*Record); objects {
				return n
			}
		}
	}
	return plain(v)
}

// Pointer is a path as a JSON Pointer.
func Pointer(path ...string) string {
	out := ""
	for _, step := range path {
		out += "/" + strictjson.Escape(step)
	}
	return out
}
