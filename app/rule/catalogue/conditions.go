package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// The names that every condition may use.
const (
	varFacts        = "facts"
	varMunicipality = "municipality" // the one applied to
	varFilingDate   = "filing_date"  // in Japan
)

// compiler compiles the conditions of one version: one environment for those about the whole case, and one for each
// kind of subject, in which the subject's own facts have a name.
type compiler struct {
	base     *cel.Env
	facts    *question.List
	subjects map[string]*cel.Env
	programs map[string]*program   // by subject and source: blocks repeat the same conditions
	reads    map[string][][]string // by the same: the paths of the answers that it reads
	form     []string              // the names of answers of the form, which signposts alone may read
}

func newCompiler(v *Version) (*compiler, error) {
	answers, err := v.facts.Env(varFacts)
	if err != nil {
		return nil, err
	}
	base, err := answers.Extend(
		cel.Variable(varMunicipality, types.StringType),
		cel.Variable(varFilingDate, question.DateType),
		cel.Macros(parser.NewGlobalMacro("other", 1, expandOther)),
	)
	if err != nil {
		return nil, err
	}
	return (&compiler{facts: v.facts}).over(base, nil), nil
}

// over is a compiler for conditions of the same facts in another environment, in which answers of the form have names.
func (c *compiler) over(base *cel.Env, form []string) *compiler {
	return &compiler{base: base, facts: c.facts, form: form, subjects: map[string]*cel.Env{}, programs: map[string]*program{}, reads: map[string][][]string{}}
}

// expandOther writes other(x) out: x is a code, and neither the municipality applied to nor abroad (catalogue.md). As a
// macro it sees the municipality without being handed it in every condition.
func expandOther(f parser.ExprHelper, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	out := f.NewCall(operators.NotEquals, args[0], f.NewIdent(varMunicipality))
	for _, none := range []string{question.Abroad, ""} {
		out = f.NewCall(operators.LogicalAnd, out, f.NewCall(operators.NotEquals, f.Copy(args[0]), f.NewLiteral(types.String(none))))
	}
	return out, nil
}

// program is a condition ready to be asked; nil always holds.
type program struct {
	source string
	cel    cel.Program
	quick  *question.Quick // nil: only CEL can say
	simple *question.Test  // nil: it says more, or it is about one of several
	reads  [][]string      // the paths of the answers that it reads
}

// compile makes a program of a condition for a kind of subject. An empty condition is nil: it always holds.
func (c *compiler) compile(source string, kind subjectKind) (*program, error) {
	if strings.TrimSpace(source) == "" {
		return nil, nil
	}
	key := kind.list + "\x00" + source
	if p, ok := c.programs[key]; ok {
		return p, nil
	}
	env, err := c.env(kind)
	if err != nil {
		return nil, err
	}
	tree, general, err := question.CompileCondition(env, source)
	if err != nil {
		return nil, err
	}
	p := &program{source: source, cel: general}
	p.quick = c.facts.Quick(tree, question.Names{Top: varFacts, Entry: kind.name, List: kind.list, Place: varMunicipality})
	c.programs[key] = p
	p.reads = question.Reads(tree, append([]string{varFacts, varMunicipality, varFilingDate, kind.name}, c.form...)...)
	if kind.list == "" {
		p.simple = c.facts.Simple(tree, varFacts)
	}
	c.reads[key] = p.reads
	return p, nil
}

// readBy are the paths of what a condition reads that was compiled.
func (c *compiler) readBy(source string, kind subjectKind) [][]string {
	return c.reads[kind.list+"\x00"+source]
}

func (c *compiler) env(kind subjectKind) (*cel.Env, error) {
	if kind.list == "" {
		return c.base, nil
	}
	if env, ok := c.subjects[kind.list]; ok {
		return env, nil
	}
	entry, ok := c.facts.EntryType(kind.list)
	if !ok {
		return nil, fmt.Errorf("subject %s: this version has no list %s in its facts", kind.name, kind.list)
	}
	env, err := c.base.Extend(cel.Variable(kind.name, entry))
	if err == nil {
		c.subjects[kind.list] = env
	}
	return env, err
}

// compileConditions makes a program of every condition of the version that has none yet: those of the version before, and of the
// national one under a municipality's, read the same answers in the same places.
func (b *builder) compileConditions(d *draft) {
	c, err := newCompiler(d.Version)
	if err != nil {
		b.Add(d.line(), "conditions cannot be compiled: %v", err)
		return
	}
	compile := func(at source.Position, text string, kind subjectKind) *program {
		p, err := c.compile(text, kind)
		if err != nil {
			b.Add(at, "%s %s: %v", d.Procedure.Code, d.Effective, err)
		}
		return p
	}
	for _, r := range d.Documents {
		if !r.compiled {
			r.when, r.replaceable, r.compiled = compile(r.at, r.When, r.kind), compile(r.at, r.Replaceable, r.kind), true
			r.whenReads, r.replaceableReads = c.readBy(r.When, r.kind), c.readBy(r.Replaceable, r.kind)
		}
	}
	if d.rules == nil || len(d.forms) < len(d.Form) {
		b.compileForm(d, compile)
	}
	if d.rules != nil {
		b.compileSignposts(d, c)
	}
}

func (b *builder) compileForm(d *draft, compile func(source.Position, string, subjectKind) *program) {
	var err error
	if d.rules, err = b.catalogue.forms.Compile(d.Form); err != nil {
		b.Add(d.line("form"), "form: %v", err)
	}
	programs := slices.Clone(d.forms)
	for i, use := range d.Form[len(programs):] {
		programs = append(programs, compile(d.line("form", i), use.When, subjectKind{}))
	}
	d.forms = programs
	b.checkSteps(d)
}
