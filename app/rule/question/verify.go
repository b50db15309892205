package question

import (
	"regexp"
	"slices"

	"kosodate.example/onestop/app/rule/jp"
)

// Name is how a question and a document's field are named.
var Name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// mostOfInteger is the largest number that may be asked for: twelve digits may be an individual number (P4).
const mostOfInteger = 99_999_999_999

// maxEntries is how many entries a list has at most that says so at all.
const maxEntries = 50

// autocompleteTokens are those of HTML that questions about the person who answers them can need (WCAG 2.2, 1.3.5).
var autocompleteTokens = []string{"", "name", "family-name", "given-name", "bday", "sex", "postal-code", "street-address", "tel", "email",
	"organization", "organization-title"}

// verifier checks definitions.
type verifier struct {
	fail func(q *Question, format string, args ...any)
}

// members checks the definitions of the members of one object.
func (v *verifier) members(questions []*Question) {
	for i, q := range questions {
		if !Name.MatchString(q.Name) {
			v.fail(q, "its name is small letters, digits and _")
		}
		if slices.ContainsFunc(questions[:i], func(o *Question) bool { return o.Name == q.Name }) {
			v.fail(q, "it stands twice")
		}
		if i == maxBeside {
			v.fail(q, "one object has %d questions at most", maxBeside)
		}
		v.one(q)
	}
}

func (v *verifier) one(q *Question) {
	if q.Use != "" {
		return // a definition that was not found, which was said
	}
	if _, known := kinds[q.Type]; !known {
		v.fail(q, "there is no type %q", q.Type)
		return
	}
	for _, part := range []struct {
		key           string
		there, wanted bool
	}{{"choices", len(q.Choices) > 0, q.Type == Choose}, {"fields", len(q.Fields) > 0, q.Type == Object}, {"of", q.Of != nil, q.Type == Listing}} {
		if part.there != part.wanted {
			v.fail(q, "type %s: %s is given exactly where the type asks for it", q.Type, part.key)
		}
	}
	for i, c := range q.Choices {
		if c.Value == "" || slices.ContainsFunc(q.Choices[:i], func(o Choice) bool { return o.Value == c.Value }) {
			v.fail(q, "choice %q is empty or stands twice", c.Value)
		}
	}
	v.limits(q)
	v.members(q.Fields)
	if q.Of == nil {
		return
	}
	if q.Of.Type == Listing {
		v.fail(q, "a list of lists")
	}
	v.one(q.Of)
}

func (v *verifier) limits(q *Question) {
	_, isText := cleaners[q.Type]
	number := q.Type == Integer
	switch {
	case q.Min != 0 && !number && q.Type != Listing, q.Max != 0 && !number && q.Type != Listing && q.Type != Day && !isText, q.Min < 0, q.Max < 0:
		v.fail(q, "min is for numbers and lists, max for texts too, and neither is below 0")
	case q.Max > 0 && q.Min > q.Max, number && (q.Max > mostOfInteger || q.Min > 0 && q.Max == 0):
		v.fail(q, "an integer has a max no smaller than its min, and no more than eleven digits")
	case q.Type == Listing && q.Max > maxEntries:
		v.fail(q, "a list has max, its most entries, up to %d", maxEntries)
	}
	if q.Abroad && q.Type != Municipality || q.Future && q.Type != Day && q.Type != Month {
		v.fail(q, "abroad is for municipalities, future for dates and months")
	}
	switch {
	case q.Suggest == "", q.Suggest == Subject && q.Type == PersonName:
	case q.Suggest == Facilities && (q.Type == Text || q.Type == Listing && q.Of != nil && q.Of.Type == Text):
	default:
		v.fail(q, "suggest is %s, for a text or a list of texts, or %s, for a name", Facilities, Subject)
	}
	if q.Rare && (q.Type != Boolean || q.Optional) {
		v.fail(q, "rare is for a yes or no that has to be answered")
	}
	if q.Optional && q.RequiredWhen != "" {
		v.fail(q, "required_when says already that it is optional")
	}
	if !slices.Contains(autocompleteTokens, q.Autocomplete) {
		v.fail(q, "autocomplete has no token %q", q.Autocomplete)
	}
	if q.ExampleDays != nil && (q.Type != Day || *q.ExampleDays > 0 && !q.Future) {
		v.fail(q, "example_days is for a date, and after the filing date only with future")
	}
}

// exampleDay is a filing date on which every example of a question is valid.
var exampleDay = jp.Date{Year: 2026, Month: 6, Day: 1}

// examples holds each example to its own question.
func (v *verifier) examples(questions []*Question) {
	for _, q := range questions {
		if q.Example != nil {
			c := Checker{Options: Options{Final: true, FiledOn: exampleDay}}
			tree := (&planter{}).value(q.Example, 1)
			if c.value(q, &tree, At(q.Name)); len(c.Faults) > 0 {
				v.fail(q, "its example is refused: %s", c.Faults[0].Code)
			}
		}
		v.examples(q.Fields)
	}
}
