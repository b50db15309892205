// Package condition takes the conditions of a catalogue apart as they are written: their parts, one form for all that mean
// the same, whether one follows from another, which questions they read, and in which cases they hold. It is pure, and says
// nothing to people: app/present/say does.
package condition

import (
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/parser"

	"kosodate.example/onestop/app/rule/question"
)

// Expr is a condition or a part of one. other(x), has(x) and list.exists(x, …) stand in it as they are written: no macro is
// written out.
type Expr = ast.Expr

// The functions that are macros where a condition is compiled.
const (
	Exists = "exists"
	All    = "all"
	Has    = "has"
	Other  = "other"
	Size   = "size"
)

// syntax reads without macros, so that a person meets again what a person wrote.
var syntax = func() *parser.Parser {
	p, err := parser.NewParser(parser.Macros())
	if err != nil {
		panic(err) // its options are constants
	}
	return p
}()

// read are the conditions that were parsed, by how they are written. A reviewer's page and a finding's sentence ask for the same few
// hundred again and again; an Expr is never changed, so that they can be shared.
var read struct {
	sync.Mutex
	byText map[string]Expr
}

// mostRead is when read is begun anew: some hundred editions' worth, so that what is tried while editing does not stay for ever.
const mostRead = 10_000

// Parse reads a condition; nil for an empty one, which always holds. It checks the syntax alone.
func Parse(text string) (Expr, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	read.Lock()
	defer read.Unlock()
	if e, ok := read.byText[text]; ok {
		return e, nil
	}
	tree, errs := syntax.Parse(common.NewTextSource(text))
	if len(errs.GetErrors()) > 0 {
		return nil, fmt.Errorf("condition: %s", errs.GetErrors()[0].Message)
	}
	if read.byText == nil || len(read.byText) == mostRead {
		read.byText = map[string]Expr{}
	}
	read.byText[text] = tree.Expr()
	return tree.Expr(), nil
}

// Text writes a part as an expression.
func Text(e Expr) string {
	text, err := parser.Unparse(e, ast.NewSourceInfo(nil))
	if err != nil {
		panic("condition: what was read cannot be written: " + err.Error())
	}
	return text
}

// Call is the name and the arguments of a call, with the object of x.f(y) as the first of them; false for anything else.
func Call(e Expr) (function string, args []Expr, ok bool) {
	if e.Kind() != ast.CallKind {
		return "", nil, false
	}
	call := e.AsCall()
	if call.IsMemberFunction() {
		return call.FunctionName(), append([]Expr{call.Target()}, call.Args()...), true
	}
	return call.FunctionName(), call.Args(), true
}

// Parts are the operands of e if it is one operator (&& or ||) over and over, else e alone.
func Parts(e Expr, operator string) []Expr {
	function, args, ok := Call(e)
	if !ok || function != operator {
		return []Expr{e}
	}
	return append(Parts(args[0], operator), Parts(args[1], operator)...)
}

// Branches are the parts of a condition that a case can take or not: what stands on either side of ||, and after ? and :,
// each with what has to hold for it to be looked at. A condition without any has none.
func Branches(e Expr) []string {
	var out []string
	if e != nil {
		branches(e, "", &out)
	}
	return out
}

func branches(e Expr, under string, out *[]string) {
	function, args, ok := Call(e)
	if !ok {
		return
	}
	both := func(text string) string {
		if under == "" {
			return text
		}
		return under + " && (" + text + ")"
	}
	switch function {
	case operators.LogicalAnd:
		for _, one := range Parts(e, function) {
			branches(one, under, out)
		}
	case operators.LogicalOr:
		for _, one := range Parts(e, function) {
			*out = append(*out, both(Text(one)))
			branches(one, under, out)
		}
	case operators.Conditional:
		*out = append(*out, both(Text(args[0])), both("!("+Text(args[0])+")"))
		branches(args[1], both(Text(args[0])), out)
		branches(args[2], both("!("+Text(args[0])+")"), out)
	}
}

// Literals are the values of a constant or of a list of them; false for anything else.
func Literals(e Expr) (values []any, ok bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		return []any{e.AsLiteral().Value()}, true
	case ast.ListKind:
		for _, one := range e.AsList().Elements() {
			if one.Kind() != ast.LiteralKind {
				return nil, false
			}
			values = append(values, one.AsLiteral().Value())
		}
		return values, true
	default: // the others are no constants
		return nil, false
	}
}

// Found is a question that a condition speaks of.
type Found struct {
	Question *question.Question
	Path     []string             // to it from the top of the facts, without the places of entries
	Within   []*question.Question // the objects and lists on the way, the outermost first
}
