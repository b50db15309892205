package question

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Options say how answers are taken.
type Options struct {
	FiledOn jp.Date // the filing date in Japan: what may not lie after it is refused; the zero date: nothing lies after it
	// Exact takes answers in their normal form alone and coerces nothing: null is no missing answer, 令和8年6月1日 no date.
	// It is for a plan (evidence.md), where the same facts have to mean the same for ever and two programs have to agree.
	// What people write is brought to its normal form before, once, when it comes in.
	Exact bool
	// Final says that everything has to be there that is asked, and nothing else. Else what is missing is no fault, and
	// what is not asked for now is kept: nothing is lost while a person changes their mind.
	Final bool
}

// Checker goes through answers beside their questions, makes CEL values of them and collects every fault. It is made from
// the same definitions as the JSON Schema that clients get; a property test holds the two together. It exists because a
// general validator takes longer than everything else in a plan. One serves one set of answers.
type Checker struct {
	Options
	Faults []fault.Detail // at most maxFaults, in the order in which the questions are asked
	Latest jp.Date        // the latest day that may not lie after the filing date; the zero date if there is none

	top  *Record // that of the list that is checked: facts. in its conditions
	open int     // how many answers are wrong or missing so far

	numbered bool // Numbers has said which numbers are written wrongly
}

// maxFaults is how many faults are collected: more help nobody, and a hostile text could make millions.
const maxFaults = 100

// Record checks the answers of a list; nil if they are no object. The codes are those of messages.
func (c *Checker) Record(l *List, v *strictjson.Value, at *Place) *Record {
	c.top = nil
	return c.object(l.record, v, at)
}

// Numbers refuses every number written with a point or an exponent, wherever it is (evidence.md, "The command"): JSON Schema
// would take 3.0 for an integer. It is called before any Record, with everything that was sent: what it says comes first.
func (c *Checker) Numbers(v *strictjson.Value, at *Place) {
	c.numbered = true
	switch v.Kind {
	case strictjson.Number:
		if floating(v) {
			c.Refuse(at, v, "number-form")
		}
	case strictjson.Array:
		for i := range v.Items {
			c.Numbers(&v.Items[i], at.Nth(i))
		}
	case strictjson.Object:
		for i := range v.Members {
			c.Numbers(&v.Members[i].Value, at.Member(v.Members[i].Name))
		}
	default: // the others go on below
	}
}

func floating(v *strictjson.Value) bool {
	return v.Kind == strictjson.Number && strings.ContainsAny(v.Raw, ".eE")
}

func (c *Checker) object(kind *recordType, v *strictjson.Value, at *Place) *Record {
	if v.Kind != strictjson.Object {
		c.wrongType(v, at)
		return nil
	}
	r := &Record{kind: kind, values: make([]ref.Val, len(kind.questions))}
	if c.top == nil {
		c.top = r
	}
	for slot, q := range kind.questions {
		inside := Place{parent: at, name: q.Name, index: -1}
		before := c.open
		if r.values[slot] = c.member(r, q, v.Get(q.Name), &inside); c.open > before {
			r.unsure |= 1 << slot
		}
	}
	c.Unknown(v, at, func(name string) bool { _, ok := kind.slots[name]; return ok })
	return r
}

// Unknown refuses the members that an object does not have, and those that are there twice.
func (c *Checker) Unknown(v *strictjson.Value, at *Place, known func(name string) bool) {
	for i := range v.Members {
		switch m := &v.Members[i]; {
		case known(m.Name):
		case individual.InText(m.Name):
			c.Fail(at, fault.CodeIndividualNumber)
		default:
			c.Refuse(at.Member(m.Name), &m.Value, "unknown-field")
		}
	}
	if name, ok := v.Repeated(); ok && !individual.InText(name) {
		c.Fail(at.Member(name), "repeated")
	}
}

// member checks one answer of an object, of which those asked before it are already in r.
func (c *Checker) member(r *Record, q *Question, v *strictjson.Value, at *Place) ref.Val {
	asked, sure := q.when.holds(r, c.top)
	if v.Kind == strictjson.Absent || !c.Exact && q.blank(v) {
		switch {
		case !sure: // it depends on an answer that is wrong or missing itself
			c.open++
		case asked && q.needs(r, c.top):
			return c.lacking(at, "required")
		}
		return nil
	}
	if c.Final && sure && !asked {
		return c.Refuse(at, v, "not-applicable")
	}
	return c.value(q, v, at)
}

// needs says whether a question that is asked has to be answered.
func (q *Question) needs(r, top *Record) bool {
	if q.needed != nil {
		holds, sure := q.needed.holds(r, top)
		return holds && sure
	}
	return !q.Optional
}

// value checks an answer by the type of its question; nil exactly if it is wrong, or nothing is left of it. The calls are
// written out, and not in the table of types, so that no place has to be allocated: this is what most of a plan's time is.
func (c *Checker) value(q *Question, v *strictjson.Value, at *Place) ref.Val {
	switch q.Type {
	case Boolean:
		return c.boolean(v, at)
	case Integer:
		return c.integer(q, v, at)
	case Choose:
		return c.choice(q, v, at)
	case Day:
		return c.day(q, v, at)
	case Municipality:
		return c.municipality(q, v, at)
	case Object:
		if r := c.object(q.record, v, at); r != nil { // the nil of a record must not become a value
			return r
		}
		return nil
	case Listing:
		return c.list(q, v, at)
	}
	return c.text(q, v, at)
}

// lacking is for what is not there yet: in a draft that is no fault.
func (c *Checker) lacking(at *Place, code fault.Answer, params ...fault.Param) ref.Val {
	if c.Final {
		return c.Fail(at, code, params...)
	}
	c.open++
	return nil
}

// Refuse says what is wrong with a value; or that it hides something like an individual number (P4), since whoever sent it
// must learn that it is never taken, whatever else is wrong with it. It gives nil, for the value there is not.
func (c *Checker) Refuse(at *Place, v *strictjson.Value, code fault.Answer, params ...fault.Param) ref.Val {
	if hidesIndividualNumber(v) {
		return c.Fail(at, fault.CodeIndividualNumber)
	}
	return c.Fail(at, code, params...)
}

// Full says that no more faults are told: what is still to be checked does not matter.
func (c *Checker) Full() bool { return len(c.Faults) >= maxFaults }

// Fail says what is wrong at a place; it gives nil, for the value there is not.
func (c *Checker) Fail(at *Place, code fault.Answer, params ...fault.Param) ref.Val {
	c.open++
	if !c.Full() {
		c.Faults = append(c.Faults, Fault(code, at.Pointer(), params...))
	}
	return nil
}

// wrongType refuses an answer of another type; of a number its form, unless that was refused before.
func (c *Checker) wrongType(v *strictjson.Value, at *Place) ref.Val {
	switch {
	case floating(v) && c.numbered:
		c.open++
		return nil
	case floating(v):
		return c.Refuse(at, v, "number-form")
	}
	return c.Refuse(at, v, "wrong-type")
}

func hidesIndividualNumber(v *strictjson.Value) bool {
	switch v.Kind {
	case strictjson.String:
		return individual.InText(v.Text)
	case strictjson.Number:
		return individual.InText(v.Raw)
	case strictjson.Array:
		return slices.ContainsFunc(v.Items, func(e strictjson.Value) bool { return hidesIndividualNumber(&e) })
	case strictjson.Object:
		return slices.ContainsFunc(v.Members, func(m strictjson.Member) bool {
			return individual.InText(m.Name) || hidesIndividualNumber(&m.Value)
		})
	default: // the others go on below
	}
	return false
}
