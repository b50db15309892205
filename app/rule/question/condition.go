package question

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"kosodate.example/onestop/app/rule/jp"
)

// condition is CEL over other answers, compiled: those beside the question by their bare names, and the whole of a list by
// the list's own name (facts). It never sees the filing date, so that no draft becomes wrong because time passes.
type condition struct {
	program cel.Program
	simple  *Test // nil if it is more than a Test can say
	// The answers that it reads, by their slots: beside the question, and at the top.
	beside, top         uint64
	besideKind, topKind *recordType
	topName             string
	yes                 int // the slot of the one boolean beside it that it is; -1 for any other condition
}

// maxBeside is how many questions one object has at most: the bits of condition.beside.
const maxBeside = 64

// holds says whether a condition holds; sure is false while an answer that it reads is wrong or missing. No condition
// always holds.
func (k *condition) holds(beside, top *Record) (holds, sure bool) {
	if k == nil {
		return true, true
	}
	if beside.unsure&k.beside != 0 || top.unsure&k.top != 0 {
		return false, false
	}
	if k.yes >= 0 {
		return beside.values[k.yes] == types.True, true
	}
	v, _, err := k.program.Eval(&scope{beside: beside, top: top, topName: k.topName})
	return v == types.True, err == nil
}

// scope is what a condition sees while it is evaluated.
type scope struct {
	beside, top *Record
	topName     string
	filing      ref.Val // nil but for the day as of which something is asked
}

// filingDate is the filing date in Japan, which only a question's AsOf may read.
const filingDate = "filing_date"

// ResolveName implements interpreter.Activation.
func (s *scope) ResolveName(name string) (any, bool) {
	if name == s.topName {
		return s.top, true
	}
	if slot, ok := s.beside.kind.slots[name]; ok {
		return s.beside.at(slot), true
	}
	return s.filing, name == filingDate && s.filing != nil
}

// Parent implements interpreter.Activation.
func (s *scope) Parent() interpreter.Activation { return nil }

// over is the condition over answers that need not be complete or right, as encoding/json decodes them; what is wrong reads
// as what is not there.
func (k *condition) over(beside, top map[string]any) bool {
	if k == nil {
		return true
	}
	holds, _ := k.holds(k.besideKind.read(beside, k.beside), k.topKind.read(top, k.top))
	return holds
}

// read makes a record of the answers in some slots.
func (t *recordType) read(answers map[string]any, slots uint64) *Record {
	r := &Record{kind: t, values: make([]ref.Val, len(t.questions))}
	for slot, q := range t.questions {
		if given, there := answers[q.Name]; slots&(1<<slot) != 0 && there {
			r.values[slot] = q.value(given, r)
		}
	}
	return r
}

// Value is an answer as conditions take it, from what encoding/json decodes; nil for none, and for what is wrong.
func (q *Question) Value(given any) ref.Val { return q.value(given, nil) }

func (q *Question) value(given any, top *Record) ref.Val {
	v := (&planter{}).value(given, 1)
	if q.blank(&v) {
		return nil
	}
	return (&Checker{top: top}).value(q, &v, At(q.Name))
}

// Variable declares the answer under a name of its own for conditions.
func (q *Question) Variable(name string) cel.EnvOption { return cel.Variable(name, q.celType()) }

// Asked says whether a question is asked beside other answers of its object, and those at the top of its list. They may be
// incomplete and wrong.
func (q *Question) Asked(beside, top map[string]any) bool { return q.when.over(beside, top) }

// Due says whether a question is asked and has to be answered, beside answers as for Asked.
func (q *Question) Due(beside, top map[string]any) bool {
	if !q.Asked(beside, top) {
		return false
	}
	if q.needed != nil {
		return q.needed.over(beside, top)
	}
	return !q.Optional
}

// Day is the day as of which an answer is wanted, beside answers as for Asked, in a case that is filed on a day; false where
// the question names none, or what it follows from is not answered yet.
func (q *Question) Day(beside, top map[string]any, filing jp.Date) (jp.Date, bool) {
	if q.asOf == nil {
		return jp.Date{}, false
	}
	s := &scope{beside: q.asOf.besideKind.read(beside, q.asOf.beside), top: q.asOf.topKind.read(top, q.asOf.top), topName: q.asOf.topName}
	s.filing = DateValue(filing)
	v, _, err := q.asOf.program.Eval(s)
	day, ok := v.(*date)
	if err != nil || !ok || day.Year < 1 {
		return jp.Date{}, false
	}
	return day.Date, true
}

// Reads names the answers that the question's condition reads, beside it and at the top of its list.
func (q *Question) Reads() (beside, top []string) {
	if q.when == nil {
		return nil, nil
	}
	return q.when.besideKind.named(q.when.beside), q.when.topKind.named(q.when.top)
}

func (t *recordType) named(slots uint64) []string {
	var out []string
	for slot, q := range t.questions {
		if slots&(1<<slot) != 0 {
			out = append(out, q.Name)
		}
	}
	return out
}

// conditions compiles those of one list.
type conditions struct {
	list    *List
	topName string
	top     *recordType
}

// compile compiles the conditions of an object's questions, and of those inside them. first is how many questions of the top
// are asked before this object.
func (k *conditions) compile(t *recordType, first int, fail func(q *Question, format string, args ...any)) {
	var env *cel.Env
	for slot, q := range t.questions {
		before := first
		if t == k.top {
			before = slot
		}
		for _, one := range []struct {
			key, source string
			into        **condition
			gives       *types.Type
		}{{"when", q.When, &q.when, types.BoolType}, {"required_when", q.RequiredWhen, &q.needed, types.BoolType}, {"as_of", q.AsOf, &q.asOf, DateType}} {
			if strings.TrimSpace(one.source) == "" {
				continue
			}
			var err error
			if env == nil {
				env, err = k.beside(t)
			}
			if err == nil {
				*one.into, err = k.one(env, t, one.source, one.gives, slot, before)
			}
			if err != nil {
				fail(q, "%s: %v", one.key, err)
			}
		}
		inner := q
		if q.Type == Listing {
			inner = q.Of
		}
		if inner.record != nil {
			k.compile(inner.record, before, fail)
		}
	}
}

// beside is the environment in which the questions of an object have their bare names.
func (k *conditions) beside(t *recordType) (*cel.Env, error) {
	names := make([]cel.EnvOption, len(t.questions))
	for slot, q := range t.questions {
		names[slot] = cel.Variable(q.Name, q.celType())
	}
	base, err := k.list.Env(k.topName)
	if err != nil {
		return nil, err
	}
	return base.Extend(names...)
}

// one compiles a condition of the question in a slot. It may read only what is asked before it, so that no question depends
// on itself and one pass over the answers is enough.
func (k *conditions) one(env *cel.Env, t *recordType, text string, gives *types.Type, slot, before int) (*condition, error) {
	if gives == DateType {
		var err error
		if env, err = env.Extend(cel.Variable(filingDate, DateType)); err != nil {
			return nil, err
		}
	}
	tree, program, err := compile(env, text, gives)
	if err != nil {
		return nil, err
	}
	out := &condition{program: program, besideKind: t, topKind: k.top, topName: k.topName, yes: -1}
	var late string
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.IdentKind:
			if n, ok := t.slots[e.AsIdent()]; ok {
				if out.beside |= 1 << n; n >= slot {
					late = e.AsIdent()
				}
			}
		case ast.SelectKind:
			s := e.AsSelect()
			if s.Operand().Kind() != ast.IdentKind || s.Operand().AsIdent() != k.topName {
				return
			}
			if n, ok := k.top.slots[s.FieldName()]; ok {
				if out.top |= 1 << n; n >= before {
					late = k.topName + "." + s.FieldName()
				}
			}
		default: // the others go on below
		}
	}))
	if late != "" {
		return nil, fmt.Errorf("%s is not asked before it", late)
	}
	out.simple = k.test(t, tree.Expr())
	if s := out.simple; s != nil && s.Path != nil && len(s.Path) == 1 && len(s.In) == 1 && s.In[0] == true && !s.Top {
		out.yes = t.slots[s.Path[0]]
		out.beside |= 1 << out.yes // at the top it may have been named from there: facts.expecting
	}
	return out, nil
}

// CompileCondition makes a program of a condition; what it gives has to be a boolean.
func CompileCondition(env *cel.Env, text string) (*ast.AST, cel.Program, error) {
	return compile(env, text, types.BoolType)
}

func compile(env *cel.Env, text string, gives *types.Type) (*ast.AST, cel.Program, error) {
	tree, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, nil, fmt.Errorf("condition does not compile: %s", OneLine(issues.Err()))
	}
	if !tree.OutputType().IsExactType(gives) {
		return nil, nil, fmt.Errorf("condition gives %s, not a %s", tree.OutputType(), map[bool]string{true: "boolean", false: "date"}[gives == types.BoolType])
	}
	if err := affordable(env, tree); err != nil {
		return nil, nil, err
	}
	p, err := env.Program(tree, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, nil, fmt.Errorf("condition does not compile: %s", OneLine(err))
	}
	return tree.NativeRep(), p, nil
}

// OneLine keeps the first line of CEL's message, without the position in an input that has no name.
func OneLine(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimPrefix(first, "ERROR: <input>:")
}
