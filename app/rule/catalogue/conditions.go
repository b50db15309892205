package catalogue

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"

	"kosodate.example/onestop/app/rule/jp"
)

// The names that every condition may use.
const (
	varFacts        = "facts"
	varMunicipality = "municipality" // the one applied to
	varFilingDate   = "filing_date"  // in Japan
)

// provider adds the record types of one version to CEL's own types.
type provider struct {
	*types.Registry
	records map[string]*recordType
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if r, ok := p.records[name]; ok {
		return types.NewTypeTypeWithParam(r.celType), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if r, ok := p.records[name]; ok {
		return sortedKeys(r.getters), true
	}
	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if r, ok := p.records[name]; ok {
		f, ok := r.getters[field]
		return f, ok
	}
	return p.Registry.FindStructFieldType(name, field)
}

// compiler compiles the conditions of one version: one environment for those about the whole case, and one for each
// kind of subject, in which the subject's own facts have a name.
type compiler struct {
	base     *cel.Env
	facts    *recordType
	elements map[string]*types.Type // by list: the type of its elements
	subjects map[string]*cel.Env
	programs map[string]cel.Program // by subject and source: blocks repeat the same conditions
}

func newCompiler(v *Version) (*compiler, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	p := &provider{Registry: registry, records: map[string]*recordType{}}
	for _, r := range v.facts.all() {
		p.records[r.celType.TypeName()] = r
	}
	base, err := cel.NewEnv(
		cel.CustomTypeProvider(p), cel.CustomTypeAdapter(p),
		cel.Variable(varFacts, v.facts.celType),
		cel.Variable(varMunicipality, types.StringType),
		cel.Variable(varFilingDate, dateType),
		cel.Macros(parser.NewGlobalMacro("other", 1, expandOther)),
		cel.Function("age_on", cel.Overload("age_on_date_date", []*cel.Type{dateType, dateType}, cel.IntType, cel.BinaryBinding(ageOn))),
	)
	if err != nil {
		return nil, err
	}
	c := &compiler{base: base, facts: v.facts, elements: map[string]*types.Type{}, subjects: map[string]*cel.Env{}, programs: map[string]cel.Program{}}
	for _, f := range v.Facts {
		if f.Type == FactList {
			c.elements[f.Name] = f.Of.celType()
		}
	}
	return c, nil
}

// expandOther writes other(x) out: x is neither the municipality applied to nor abroad (catalogue.md). As a macro it
// sees the municipality without being handed it in every condition.
func expandOther(f parser.ExprHelper, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	return f.NewCall(operators.LogicalAnd,
		f.NewCall(operators.NotEquals, args[0], f.NewIdent(varMunicipality)),
		f.NewCall(operators.NotEquals, f.Copy(args[0]), f.NewLiteral(types.String(Abroad)))), nil
}

// ageOn is age_on(birth, day) by the Age Calculation Act.
func ageOn(birth, day ref.Val) ref.Val {
	b, ok1 := birth.(*date)
	d, ok2 := day.(*date)
	if !ok1 || !ok2 {
		return types.NewErr("age_on takes two dates")
	}
	return types.Int(jp.Age(b.Date, d.Date))
}

// compile makes a program of a condition for a kind of subject. An empty condition is nil: it always holds.
func (c *compiler) compile(source string, kind subjectKind) (cel.Program, error) {
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
	tree, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, fmt.Errorf("condition does not compile: %s", oneLine(issues.Err()))
	}
	if !tree.OutputType().IsExactType(types.BoolType) {
		return nil, fmt.Errorf("condition gives %s, not a boolean", tree.OutputType())
	}
	p, err := env.Program(tree, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, fmt.Errorf("condition does not compile: %s", oneLine(err))
	}
	c.programs[key] = p
	return p, nil
}

func (c *compiler) env(kind subjectKind) (*cel.Env, error) {
	if kind.list == "" {
		return c.base, nil
	}
	if env, ok := c.subjects[kind.list]; ok {
		return env, nil
	}
	element, ok := c.elements[kind.list]
	if !ok {
		return nil, fmt.Errorf("subject %s: this version has no list %s in its facts", kind.name, kind.list)
	}
	env, err := c.base.Extend(cel.Variable(kind.name, element))
	if err == nil {
		c.subjects[kind.list] = env
	}
	return env, err
}

// oneLine keeps the first line of CEL's message, without the position in an input that has no name.
func oneLine(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimPrefix(first, "ERROR: <input>:")
}
