package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// varAnswer is the one name that the conditions of an outcome may use: the facts of an answer by their field names.
const varAnswer = "answer"

// OutcomeRules say what follows from an answer to an item (R3): CEL over answer, a map from field name to value. A field
// that is not in the answer is not in the map, so an expression asks has(answer.field) first.
type OutcomeRules struct {
	Eligible string `yaml:"eligible"` // a boolean
	Category string `yaml:"category"` // a text; "" for none. Empty: the item decides no category
	Amount   string `yaml:"amount"`   // whole yen, or null for none. Empty: the item decides no amount

	eligible, category, amount cel.Program // nil where the expression is empty
}

// Outcome is what a case's item comes to: concluded by a reviewer from the document, or following from an answer (R3).
type Outcome struct {
	Eligible bool   `json:"eligible"`
	Category string `json:"category,omitempty"`
	Amount   *int64 `json:"amount,omitempty"` // whole yen
}

// OutcomeOf is what follows from an answer to the item, given by its field names. Numbers are int, int64 or float64; null,
// a blank text and a field that the catalogue does not name count as not there. An error means that the answer does not have the form
// that the item's expressions rely on (an amount that is no whole number, a text where a number belongs): a fault of the
// answer, which a person has to look at.
func (i *Item) OutcomeOf(answer map[string]any) (Outcome, error) {
	var out Outcome
	given := map[string]any{varAnswer: i.known(answer)}
	v, err := evaluate(i.Outcome.eligible, "eligible", given)
	if err != nil {
		return Outcome{}, err
	}
	var ok bool
	if out.Eligible, ok = v.Value().(bool); !ok {
		return Outcome{}, fmt.Errorf("outcome eligible gives %s, not a boolean", v.Type().TypeName())
	}
	if i.Outcome.category != nil {
		if v, err = evaluate(i.Outcome.category, "category", given); err != nil {
			return Outcome{}, err
		}
		if out.Category, ok = v.Value().(string); !ok {
			return Outcome{}, fmt.Errorf("outcome category gives %s, not a text", v.Type().TypeName())
		}
	}
	if i.Outcome.amount != nil {
		if v, err = evaluate(i.Outcome.amount, "amount", given); err != nil {
			return Outcome{}, err
		}
		if out.Amount, err = yen(v); err != nil {
			return Outcome{}, err
		}
	}
	return out, nil
}

// OutcomeOf is what follows from an answer to an item for a version of a procedure: what follows from the item, but where
// the version says itself what entitles. Errors as of Item.OutcomeOf.
func (c *Catalogue) OutcomeOf(v *Version, item string, answer map[string]any) (Outcome, error) {
	i := c.Item(item)
	if i == nil {
		return Outcome{}, fmt.Errorf("there is no item %s", item)
	}
	out, err := i.OutcomeOf(answer)
	if err != nil {
		return Outcome{}, err
	}
	for _, l := range v.Linkage {
		if l.Item != item || l.eligible == nil {
			continue
		}
		entitles, err := evaluate(l.eligible, "eligible", map[string]any{varAnswer: i.known(answer)})
		if err != nil {
			return Outcome{}, err
		}
		var ok bool
		if out.Eligible, ok = entitles.Value().(bool); !ok {
			return Outcome{}, fmt.Errorf("outcome eligible gives %s, not a boolean", entitles.Type().TypeName())
		}
	}
	return out, nil
}

// known is the answer with the item's own fields alone, whole numbers as integers: JSON makes a fraction of every number,
// and in CEL 0.0 is of another type than 0.
func (i *Item) known(answer map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range i.Fields {
		switch v := answer[f.Name].(type) {
		case nil:
		case string:
			if strings.TrimSpace(v) != "" {
				out[f.Name] = v
			}
		case float64:
			if v == math.Trunc(v) && math.Abs(v) <= maxYen {
				out[f.Name] = int64(v)
			} else {
				out[f.Name] = v
			}
		default:
			out[f.Name] = v
		}
	}
	return out
}

// maxYen is the largest sum that a float64 still holds to the yen.
const maxYen = 1 << 53

// yen reads an amount: a whole number of yen, or null for none.
func yen(v ref.Val) (*int64, error) {
	switch v := v.(type) {
	case types.Null:
		return nil, nil
	case types.Int:
		n := int64(v)
		return &n, nil
	}
	return nil, fmt.Errorf("outcome amount gives %s, not a whole number of yen", v.Type().TypeName())
}

func evaluate(p cel.Program, name string, given map[string]any) (ref.Val, error) {
	if p == nil {
		return nil, fmt.Errorf("this item has no outcome %s", name)
	}
	v, _, err := p.Eval(given)
	if err != nil {
		return nil, fmt.Errorf("outcome %s: %w", name, err) // CEL names the operation that failed, never a value
	}
	return v, nil
}

// Decides says whether the item's answer gives an outcome of a kind: OutcomeEligibility, OutcomeCategory, OutcomeAmount.
func (i *Item) Decides(kind string) bool {
	switch kind {
	case OutcomeCategory:
		return i.Outcome.Category != ""
	case OutcomeAmount:
		return i.Outcome.Amount != ""
	}
	return kind == OutcomeEligibility
}

// compileOutcomes compiles the outcomes of every item of a file.
func (b *builder) compileOutcomes(s *source.File, items map[string]*Item) {
	env, err := answerEnv()
	if err != nil {
		b.Add(s.At("items"), "outcomes: %v", err)
		return
	}
	for _, name := range sortedKeys(items) {
		item := items[name]
		if item == nil {
			continue // checkShared says so
		}
		o := &item.Outcome
		if strings.TrimSpace(o.Eligible) == "" {
			b.Add(s.At("items", name, "outcome"), "item %s: outcome.eligible is missing", name)
		}
		for _, x := range []struct {
			key, source string
			into        *cel.Program
			allowed     []*cel.Type
		}{
			{"eligible", o.Eligible, &o.eligible, []*cel.Type{cel.BoolType}},
			{"category", o.Category, &o.category, []*cel.Type{cel.StringType}},
			{"amount", o.Amount, &o.amount, []*cel.Type{cel.IntType, cel.NullType, cel.NullableType(cel.IntType)}},
		} {
			if strings.TrimSpace(x.source) == "" {
				continue
			}
			if *x.into, err = compileOutcome(env, item, x.source, x.allowed); err != nil {
				b.Add(s.At("items", name, "outcome", x.key), "item %s: outcome %s: %v", name, x.key, err)
			}
		}
	}
}

// answerEnv is where conditions over an answer compile. Its values have no type before it comes (dyn), so that what an
// expression gives is checked when it is evaluated.
func answerEnv() (*cel.Env, error) {
	return cel.NewEnv(cel.Variable(varAnswer, cel.MapType(cel.StringType, cel.DynType)))
}

func compileOutcome(env *cel.Env, item *Item, source string, allowed []*cel.Type) (cel.Program, error) {
	tree, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, fmt.Errorf("does not compile: %s", question.OneLine(issues.Err()))
	}
	gives := tree.OutputType()
	if !gives.IsExactType(cel.DynType) && !slices.ContainsFunc(allowed, gives.IsExactType) {
		return nil, fmt.Errorf("gives %s, not %s", gives, allowed[0])
	}
	for _, field := range answerFields(tree.NativeRep()) {
		if !slices.ContainsFunc(item.Fields, func(f ComparedField) bool { return f.Name == field }) {
			return nil, fmt.Errorf("the item has no field %q", field)
		}
	}
	p, err := env.Program(tree, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, fmt.Errorf("does not compile: %s", question.OneLine(err))
	}
	if _, _, err := p.Eval(map[string]any{varAnswer: map[string]any{}}); err != nil {
		return nil, errors.New("fails on an answer without its fields: ask has() before reading one")
	}
	return p, nil
}

// answerFields are the fields that an expression reads. The map would take any name, so a misspelt one would silently
// never be there: they are found in the tree and held to the item.
func answerFields(tree *ast.AST) []string {
	isAnswer := func(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == varAnswer }
	found := map[string]bool{}
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind: // answer.field and has(answer.field)
			if isAnswer(e.AsSelect().Operand()) {
				found[e.AsSelect().FieldName()] = true
			}
		case ast.CallKind: // 'field' in answer, answer['field']
			call := e.AsCall()
			args := call.Args()
			switch {
			case call.FunctionName() == operators.In && isAnswer(args[1]) && args[0].Kind() == ast.LiteralKind:
				found[fmt.Sprint(args[0].AsLiteral().Value())] = true
			case call.FunctionName() == operators.Index && isAnswer(args[0]) && args[1].Kind() == ast.LiteralKind:
				found[fmt.Sprint(args[1].AsLiteral().Value())] = true
			}
		default: // the others go on below
		}
	}))
	return slices.Sorted(maps.Keys(found))
}
