package catalogue

import (
	"math"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue/strictjson"
	"kosodate.example/onestop/app/rule/jp"
)

// checker goes through the facts of one case beside their definitions, makes CEL values of them and collects every
// fault. It is generated from the same definitions as the JSON Schema that clients get (FactsSchema); a property test
// holds the two together. It exists because a general validator takes longer than everything else in a plan.
type checker struct {
	filing jp.Date
	latest jp.Date
	faults []fault.Detail
}

// maxFaults is how many faults are collected: more help nobody, and a hostile text could make millions.
const maxFaults = 100

// place is where in the facts the checker is; it becomes a JSON Pointer only when something is wrong there.
type place struct {
	parent *place
	name   string
	index  int // of a list element, whose name is empty
}

func (p *place) pointer() string {
	step := strictjson.Escape(p.name)
	if p.name == "" && p.parent != nil && p.index >= 0 {
		step = strconv.Itoa(p.index)
	}
	if p.parent == nil {
		return "/" + step
	}
	return p.parent.pointer() + "/" + step
}

func member(parent *place, name string) place { return place{parent: parent, name: name, index: -1} }

func (c *checker) fail(at *place, code fault.Answer, params ...fault.Param) {
	if len(c.faults) == maxFaults {
		return
	}
	c.faults = append(c.faults, fault.Detail{Code: string(code), Reason: code.Reason(), Pointer: at.pointer(), Params: params})
}

// numbers refuses every number written with a point or an exponent, wherever it is (evidence.md, "The command"):
// JSON Schema would take 3.0 for an integer.
func (c *checker) numbers(v *strictjson.Value, at *place) {
	switch v.Kind {
	case strictjson.Number:
		if floating(v) {
			c.fail(at, "number-form")
		}
	case strictjson.Array:
		for i := range v.Items {
			c.numbers(&v.Items[i], &place{parent: at, index: i})
		}
	case strictjson.Object:
		for i := range v.Members {
			inside := member(at, v.Members[i].Name)
			c.numbers(&v.Members[i].Value, &inside)
		}
	}
}

func floating(v *strictjson.Value) bool {
	return v.Kind == strictjson.Number && strings.ContainsAny(v.Raw, ".eE")
}

func (c *checker) object(kind *recordType, v *strictjson.Value, at *place) *record {
	if v.Kind != strictjson.Object {
		c.wrongType(v, at)
		return nil
	}
	r := &record{kind: kind, values: make([]ref.Val, len(kind.fields))}
	for slot, f := range kind.fields {
		inside := member(at, f.Name)
		r.values[slot] = c.memberOf(r, f, v.Get(f.Name), &inside)
	}
	for i := range v.Members {
		if _, known := kind.slots[v.Members[i].Name]; !known {
			inside := member(at, v.Members[i].Name)
			c.fail(&inside, "unknown")
		}
	}
	if name, ok := v.Repeated(); ok {
		inside := member(at, name)
		c.fail(&inside, "repeated")
	}
	return r
}

// memberOf checks one member of an object, of which the members asked before it are already in r.
func (c *checker) memberOf(r *record, f *Fact, v *strictjson.Value, at *place) ref.Val {
	wanted, known := ref.Val(types.True), true
	if f.When != "" {
		wanted = r.get(f.When)
		known = wanted != nil // else the other fact is wrong itself, and said so
	}
	if v.Kind == strictjson.Absent {
		if known && wanted == types.True {
			c.fail(at, "required")
		}
		return nil
	}
	if known && wanted != types.True {
		c.fail(at, "not-applicable")
		return nil
	}
	return c.value(f, v, at)
}

func (c *checker) value(f *Fact, v *strictjson.Value, at *place) ref.Val {
	switch f.Type {
	case FactBoolean:
		if v.Kind != strictjson.Bool {
			c.wrongType(v, at)
			return nil
		}
		return types.Bool(v.Bool)
	case FactInteger:
		return c.integer(v, at)
	case FactChoice:
		return c.choice(f, v, at)
	case FactDate:
		return c.date(v, at)
	case FactMunicipality:
		return c.municipality(f, v, at)
	case FactList:
		return c.list(f, v, at)
	default:
		if r := c.object(f.record, v, at); r != nil {
			return r
		}
		return nil
	}
}

func (c *checker) integer(v *strictjson.Value, at *place) ref.Val {
	if v.Kind != strictjson.Number || floating(v) {
		c.wrongType(v, at)
		return nil
	}
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	if n < 0 {
		c.fail(at, "negative")
		return nil
	}
	// JSON has no largest integer. No rule tells such numbers apart, and adding to a clamped one cannot overflow.
	if err != nil || n > math.MaxInt32 {
		n = math.MaxInt32
	}
	return types.Int(n)
}

func (c *checker) choice(f *Fact, v *strictjson.Value, at *place) ref.Val {
	if v.Kind != strictjson.String {
		c.wrongType(v, at)
		return nil
	}
	if answer, ok := f.answers[v.Text]; ok {
		return answer
	}
	c.fail(at, "wrong-choice")
	return nil
}

func (c *checker) date(v *strictjson.Value, at *place) ref.Val {
	if v.Kind != strictjson.String {
		c.wrongType(v, at)
		return nil
	}
	d, err := jp.ParseDate(v.Text)
	if err != nil {
		c.fail(at, "bad-date")
		return nil
	}
	if d.After(c.filing) {
		c.fail(at, "after-filing")
		return nil
	}
	if d.After(c.latest) {
		c.latest = d
	}
	return &date{d}
}

func (c *checker) municipality(f *Fact, v *strictjson.Value, at *place) ref.Val {
	if v.Kind != strictjson.String {
		c.wrongType(v, at)
		return nil
	}
	if (f.Abroad && v.Text == Abroad) || jp.ValidMunicipality(v.Text) {
		return types.String(v.Text)
	}
	c.fail(at, "bad-municipality")
	return nil
}

func (c *checker) list(f *Fact, v *strictjson.Value, at *place) ref.Val {
	if v.Kind != strictjson.Array {
		c.wrongType(v, at)
		return nil
	}
	if len(v.Items) < f.Min {
		c.fail(at, "too-few", fault.Number("min", f.Min))
		return nil
	}
	values := make([]ref.Val, len(v.Items))
	for i := range v.Items {
		values[i] = c.value(f.Of, &v.Items[i], &place{parent: at, index: i})
	}
	return types.NewRefValList(types.DefaultTypeAdapter, values)
}

// wrongType refuses a value of another type, unless the number form of the same value was refused before.
func (c *checker) wrongType(v *strictjson.Value, at *place) {
	if !floating(v) {
		c.fail(at, "wrong-type")
	}
}
