package question

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/strictjson"
)

// kinds are the types of questions by their names, with what conditions see of an answer; of an object and a list that is
// by their definition.
var kinds = func() map[string]*types.Type {
	out := map[string]*types.Type{
		Boolean:      types.BoolType,
		Integer:      types.IntType,
		Choose:       types.StringType,
		Day:          DateType,
		Municipality: types.StringType,
		Object:       nil,
		Listing:      nil,
	}
	for name := range cleaners {
		out[name] = types.StringType
	}
	return out
}()

// defaultMax is how many characters a text may have that says nothing else.
const defaultMax = 100

// maxInteger is the largest number of a question that says no other (catalogue.md, section 1): nobody has more children.
const maxInteger = 9_999

func (q *Question) limit() int {
	if q.Max > 0 {
		return q.Max
	}
	return defaultMax
}

func (c *Checker) boolean(v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.Bool {
		return c.wrongType(v, at)
	}
	return types.Bool(v.Bool)
}

func (c *Checker) integer(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind == strictjson.String && !c.Exact && strings.Trim(v.Text, "0123456789") != "" { // somebody typed it
		return c.Refuse(at, v, "number-form")
	}
	if v.Kind != strictjson.Number || floating(v) {
		return c.wrongType(v, at)
	}
	if v.Raw == "-0" { // JSON Schema takes it for 0, another program for a fraction
		return c.Refuse(at, v, "number-form")
	}
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	switch {
	case q.Max > 0 && (err != nil || n < int64(q.Min) || n > int64(q.Max)):
		return c.Refuse(at, v, "out-of-range", fault.Number("min", q.Min), fault.Number("max", q.Max))
	case n < 0:
		return c.Refuse(at, v, "negative")
	case q.Max == 0 && (err != nil || n > maxInteger):
		return c.Refuse(at, v, "out-of-range", fault.Number("min", 0), fault.Number("max", maxInteger))
	}
	return types.Int(n)
}

func (c *Checker) choice(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.String {
		return c.wrongType(v, at)
	}
	if answer, ok := q.answers[v.Text]; ok {
		return answer
	}
	return c.Refuse(at, v, "invalid-choice")
}

// earliestYear is the first that is taken (catalogue.md, section 1).
const earliestYear = 1900

// day takes a date as people write it. Exactly, it is a real YYYY-MM-DD from 1900 on and nothing else.
func (c *Checker) day(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.String {
		return c.wrongType(v, at)
	}
	var d jp.Date
	var err error
	if c.Exact {
		if d, err = jp.ParseDate(v.Text); d.Year < earliestYear {
			return c.Refuse(at, v, "invalid-date")
		}
	} else if len(v.Text) > 60 {
		return c.Refuse(at, v, "invalid-date")
	} else if d, err = jp.ParseEraDate(v.Text); err == nil && d.Year < earliestYear || !c.FiledOn.IsZero() && q.Future && d.Year > c.FiledOn.Year+50 {
		return c.Refuse(at, v, "invalid-date") // a typing error: nobody of today has such a date
	}
	switch {
	case err == nil:
	case !c.Exact && jp.ShortYear(v.Text):
		return c.Refuse(at, v, "year-unclear")
	default:
		return c.Refuse(at, v, "invalid-date")
	}
	if q.Future || c.FiledOn.IsZero() { // without a filing date there is no future
		return &date{Date: d}
	}
	if d.After(c.FiledOn) {
		return c.Refuse(at, v, "date-in-future")
	}
	if d.After(c.Latest) {
		c.Latest = d
	}
	return &date{Date: d}
}

func (c *Checker) municipality(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.String {
		return c.wrongType(v, at)
	}
	code := v.Text
	if !c.Exact {
		code = folded(code)
	}
	if (q.Abroad && code == Abroad) || jp.ValidMunicipality(code) {
		return types.String(code)
	}
	return c.Refuse(at, v, fault.CodeInvalidMunicipal)
}

// list leaves out entries without an answer, but exactly: a line of a page that was left empty is none.
func (c *Checker) list(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.Array {
		return c.wrongType(v, at)
	}
	if q.Max > 0 && len(v.Items) > q.Max {
		return c.Refuse(at, v, "too-many", fault.Number("max", q.Max))
	}
	values := make([]ref.Val, 0, len(v.Items))
	given := 0
	for i := range v.Items {
		if !c.Exact && q.Of.blank(&v.Items[i]) {
			continue
		}
		given++
		if entry := c.value(q.Of, &v.Items[i], at.Nth(i)); entry != nil {
			values = append(values, entry)
		}
	}
	if given < q.Min {
		if c.lacking(at, "too-few", fault.Number("min", q.Min)); given == 0 && !c.Final {
			return nil // no answer, in a draft
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, values)
}

// text takes every type of text. Exactly, one that is not written in its normal form is refused where its type has such a
// form (0012345), and else taken as it stands.
func (c *Checker) text(q *Question, v *strictjson.Value, at *Place) ref.Val {
	if v.Kind != strictjson.String {
		return c.wrongType(v, at)
	}
	if hasControl(v.Text, q.Type == LongText) {
		return c.Refuse(at, v, "control-character")
	}
	// What is kept counts: half-width kana have more characters before than after, and +81 with a telephone number is
	// twelve digits that become eleven.
	cleaner := cleaners[q.Type]
	out, ok := cleaner.clean(v.Text)
	if c.Exact && out != v.Text {
		out, ok = v.Text, cleaner.refusal == ""
	}
	switch limit := q.limit(); {
	case !ok:
		return c.Refuse(at, v, cleaner.refusal)
	case individual.InText(out):
		return c.Fail(at, fault.CodeIndividualNumber)
	case utf8.RuneCountInString(out) > limit:
		return c.Refuse(at, v, "too-long", fault.Number("max", limit))
	case q.Type == Month && !q.Future && !c.FiledOn.IsZero():
		return c.pastMonth(out, v, at)
	}
	return types.String(out)
}

func (c *Checker) pastMonth(month string, v *strictjson.Value, at *Place) ref.Val {
	if month > c.FiledOn.String()[:7] {
		return c.Refuse(at, v, "date-in-future")
	}
	if first, err := jp.ParseDate(month + "-01"); err == nil && first.After(c.Latest) {
		c.Latest = first
	}
	return types.String(month)
}

// blank says whether a value counts as no answer: null, white space, for what may be left out a list of nothing else.
func (q *Question) blank(v *strictjson.Value) bool {
	switch v.Kind {
	case strictjson.Absent, strictjson.Null:
		return true
	case strictjson.String:
		return strings.TrimSpace(v.Text) == ""
	case strictjson.Array:
		return q.Optional && q.Type == Listing && !slices.ContainsFunc(v.Items, func(e strictjson.Value) bool { return !q.Of.blank(&e) })
	default: // the others go on below
	}
	return false
}
