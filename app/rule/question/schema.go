package question

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/source"
)

// Schema is a JSON Schema, or a part of one, ready to be written as JSON.
type Schema map[string]any

// Draft is the JSON Schema that schemas are written in.
const Draft = "https://json-schema.org/draft/2020-12/schema"

// FormatMunicipality is the format that schemas use beside JSON Schema's own "date": a code of 6 digits with its check
// digit, which no pattern can express. A client that does not know it still has the pattern.
const FormatMunicipality = "municipality-code"

// The patterns of a calendar day and a month; which days exist is for format "date".
const (
	datePattern  = `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
	monthPattern = `^[0-9]{4}-(0[1-9]|1[0-2])$`
)

// Schema is the list as JSON Schema 2020-12, closed at every depth, with titles, help and choices in lang. `x-order` of each
// object is the order in which its questions are asked. A condition is said by if, then and else where JSON Schema can say
// it; else the question is optional, and `x-when` has its CEL.
//
// With exact it takes what a Checker takes with Exact, but for what no schema can say: check digits, days after the filing
// date, 3.0 for 3, and members given twice. Without, no pattern is stated: what a person may type is wider than what is kept
// (an era date, full-width digits), and must not be refused before it is brought to its normal form.
func (l *List) Schema(lang string, exact bool) Schema {
	return (&schemas{lang, exact}).object(l.Questions)
}

type schemas struct {
	lang  string
	exact bool
}

func (m *schemas) object(questions []*Question) Schema {
	properties := Schema{}
	required, order := []string{}, []string{}
	var conditional []Schema
	for _, q := range questions {
		s := m.question(q)
		properties[q.Name] = s
		order = append(order, q.Name)
		when, whenSaid := q.when.schema()
		needed, neededSaid := q.needed.schema()
		there := Schema{"required": []string{q.Name}}
		switch {
		case !whenSaid:
			s["x-when"] = q.When
		case !neededSaid:
			s["x-required-when"] = q.RequiredWhen
		case q.when == nil && q.needed == nil && !q.Optional:
			required = append(required, q.Name)
		case q.when != nil:
			rule := Schema{"if": when, "else": Schema{"properties": Schema{q.Name: false}}}
			if q.needed != nil {
				rule["then"] = Schema{"if": needed, "then": there}
			} else if !q.Optional {
				rule["then"] = there
			}
			conditional = append(conditional, rule)
		case q.needed != nil:
			conditional = append(conditional, Schema{"if": needed, "then": there})
		}
	}
	s := Schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false, "x-order": order}
	if len(conditional) > 0 {
		s["allOf"] = conditional
	}
	return s
}

func (m *schemas) question(q *Question) Schema {
	s := m.answer(q)
	if title := q.Label.In(m.lang); title != "" {
		s["title"] = title
	}
	if help := strings.TrimSpace(q.Help.In(m.lang) + " " + q.dated().In(m.lang)); help != "" {
		s["description"] = help
	}
	if q.Example != nil {
		s["examples"] = []any{q.Example}
	}
	return s
}

// The days as of which something is asked, for who reads a schema: which one it is follows from what is filed.
var (
	asOfFiling  = source.Text{Ja: "申請する日によって決まる1月1日の時点で答えます。", Plain: "出す 日で きまる 1月1日の ことを こたえます。", En: "As of the 1 January that decides, by the day of filing."}
	asOfAnswers = source.Text{
		Ja:    "ほかの質問への答えによって決まる1月1日の時点で答えます。",
		Plain: "ほかの こたえで きまる 1月1日の ことを こたえます。",
		En:    "As of the 1 January that decides, by the other answers.",
	}
)

// dated says by what the day of a question is decided; empty for one without.
func (q *Question) dated() source.Text {
	switch {
	case q.asOf == nil:
		return source.Text{}
	case q.asOf.beside|q.asOf.top != 0:
		return asOfAnswers
	}
	return asOfFiling
}

func (m *schemas) answer(q *Question) Schema {
	switch q.Type {
	case Boolean:
		return Schema{"type": "boolean"}
	case Integer:
		return bounded(Schema{"type": "integer", "minimum": q.Min}, "maximum", q.Max)
	case Choose:
		return m.choice(q)
	case Municipality:
		return municipality(q.Abroad, m.exact)
	case Object:
		return m.object(q.Fields)
	case Listing:
		s := bounded(Schema{"type": "array", "items": m.question(q.Of)}, "maxItems", q.Max)
		return bounded(s, "minItems", q.Min)
	}
	s := Schema{"type": "string", "maxLength": q.limit()}
	switch {
	case q.Type == "email":
		s["format"] = "email"
	case q.Type == Day && m.exact:
		return Schema{"type": "string", "format": "date", "pattern": datePattern}
	case q.Type == Month && m.exact:
		s["pattern"] = monthPattern
	}
	return s
}

func bounded(s Schema, key string, limit int) Schema {
	if limit > 0 {
		s[key] = limit
	}
	return s
}

// choice names the values twice: enum for code generators, oneOf with titles for forms.
func (m *schemas) choice(q *Question) Schema {
	values := make([]string, len(q.Choices))
	titled := make([]Schema, len(q.Choices))
	for i, c := range q.Choices {
		values[i] = c.Value
		titled[i] = Schema{"const": c.Value, "title": c.Label.In(m.lang)}
	}
	return Schema{"type": "string", "enum": values, "oneOf": titled}
}

func municipality(abroad, exact bool) Schema {
	if !exact {
		return Schema{"type": "string", "maxLength": defaultMax}
	}
	code := Schema{"type": "string", "pattern": "^[0-9]{6}$", "format": FormatMunicipality}
	if !abroad {
		return code
	}
	return Schema{"type": "string", "anyOf": []Schema{code, {"const": Abroad}}}
}

// schema is what an object has to match for a condition to hold; false if JSON Schema cannot say it of that object alone.
func (k *condition) schema() (Schema, bool) {
	if k == nil {
		return nil, true
	}
	if k.simple == nil {
		return nil, false
	}
	return k.simple.schema()
}

func (t *Test) schema() (Schema, bool) {
	switch {
	case t.Not != nil:
		s, ok := t.Not.schema()
		return Schema{"not": s}, ok
	case t.All != nil:
		return combined("allOf", t.All)
	case t.Any != nil:
		return combined("anyOf", t.Any)
	case t.Top, t.Lax && len(t.Path) > 1: // of another object; or there, and with any member on its way missing
		return nil, false
	}
	s := Schema{"enum": t.In}
	if t.Has != nil {
		s = Schema{"type": "array", "contains": Schema{"const": t.Has}}
	}
	for _, name := range slices.Backward(t.Path) {
		s = Schema{"properties": Schema{name: s}}
		if !t.Lax {
			s["required"] = []string{name}
		}
	}
	return s, true
}

func combined(key string, tests []*Test) (Schema, bool) {
	all := make([]Schema, len(tests))
	for i, t := range tests {
		s, ok := t.schema()
		if !ok {
			return nil, false
		}
		all[i] = s
	}
	return Schema{key: all}, true
}
