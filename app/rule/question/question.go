// Package question is the one model of everything that is asked: the facts that decide about documents (前提事実) and the
// fields of a form. A question says how it is answered, when it is asked, and in what words; from that come its check and
// normal form, its JSON Schema, its example and, in app/web/answers, its place on a page.
//
// Questions are data in YAML. Compile makes a List of them, with every condition compiled once; a List never changes, so it
// may be used from any number of goroutines. catalogue.md, section 1, is the contract.
package question

import (
	"slices"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/source"
)

// Question is one thing that is asked, or an object or a list of such things.
type Question struct {
	Name  string      `yaml:"name"` // the member's name; empty for the element of a list
	Type  string      `yaml:"type"`
	Label source.Text `yaml:"label"`          // the question
	Help  source.Text `yaml:"help,omitempty"` // how to answer it

	Choices []Choice    `yaml:"choices"` // Choose: what may be answered
	Abroad  bool        `yaml:"abroad"`  // Municipality: `abroad` may be answered too
	Fields  []*Question `yaml:"fields"`  // Object: its members
	Of      *Question   `yaml:"of"`      // Listing: its elements
	Min     int         `yaml:"min"`     // the least: of a number, or of entries of a list
	Max     int         `yaml:"max"`     // the most: of a number, of entries of a list, of characters of a text; 0: as the type says
	Future  bool        `yaml:"future"`  // Day, Month: may lie after the filing date

	// When is CEL over other answers: the question is asked exactly when it holds, and an answer is refused else. Empty:
	// always. What is asked has to be answered, unless it is Optional, or RequiredWhen says when it has to be.
	When         string `yaml:"when"`
	Optional     bool   `yaml:"optional"`
	RequiredWhen string `yaml:"required_when"`

	// AsOf is CEL for the day as of which an answer is wanted (an address on a 1 January), to be shown with the question. It may
	// read filing_date besides other answers, since it decides nothing.
	AsOf string `yaml:"as_of"`

	// Suggest names what a text may be chosen from, where it is known: Facilities, Subject. Another text is an answer all the same.
	Suggest string `yaml:"suggest"`

	// Rare says of a yes or no that most people answer no: where several such questions stand beside each other, a page may ask them
	// together, and one choice says no to all.
	Rare bool `yaml:"rare"`

	// From is where the same is likely to stand already, for a page to fill in: form.applicant.family_name, or several of which the
	// first that is answered counts; FromFirst of the first of several people alone. Known is the fact about the same person
	// or thing, a choice, that says it already unless it is `other`.
	From      string `yaml:"from"`
	FromFirst string `yaml:"from_first"`
	Known     string `yaml:"known"`

	Autocomplete string `yaml:"autocomplete"` // the HTML token, empty if there is none
	Example      any    `yaml:"example"`      // a valid answer
	ExampleDays  *int   `yaml:"example_days"` // Day: the example of a form is this many days after its filing date

	// Use takes the shared definition of that name; what is said here besides overrides it.
	Use string `yaml:"use"`

	At source.Position `yaml:"-"` // where it is written

	record       *recordType        // Object: how its values are kept
	answers      map[string]ref.Val // Choose: each choice as a CEL value, made once
	when, needed *condition         // of When and RequiredWhen; nil where there is none
	asOf         *condition         // of AsOf
}

// The types of questions that other packages tell apart; those of a text are in texts.go.
const (
	Boolean      = "boolean"
	Integer      = "integer"
	Choose       = "choice"
	Day          = "date"
	Month        = "month"        // YYYY-MM
	Municipality = "municipality" // a code with a right check digit
	Object       = "object"
	Listing      = "list"
	Text         = "text"
	LongText     = "long-text"
	PersonName   = "name"
)

// Facilities are the nurseries, kindergartens and the like of a municipality (catalogue.Facility), as what Suggest names.
const Facilities = "facilities"

// Subject is the person of whom a statement speaks, by the name that the form has of them, as what Suggest names.
const Subject = "subject"

// Abroad is the answer for a person who lived outside Japan.
const Abroad = "abroad"

// Choice is one possible answer.
type Choice struct {
	Value string      `yaml:"value"`
	Label source.Text `yaml:"label"`
}

// Inherits says that its texts may be those of the definition that it uses, or of the list whose element it is.
func (q *Question) Inherits() bool { return q.Use != "" || q.Name == "" }

// Find follows names to the question that they lead to, as a JSON Pointer to its answer does; the places of a list's entries
// are passed over. nil if there is none.
func Find(questions []*Question, path ...string) *Question {
	var found *Question
	for _, name := range path {
		if _, err := strconv.Atoi(name); err == nil && found != nil && found.Type == Listing {
			continue
		}
		at := slices.IndexFunc(questions, func(q *Question) bool { return q.Name == name })
		if at < 0 {
			return nil
		}
		if found, questions = questions[at], questions[at].Fields; found.Of != nil {
			questions = found.Of.Fields
		}
	}
	return found
}

// Locate remembers where a question and those inside it are written.
func (q *Question) Locate(f *source.File, path ...any) {
	if q == nil {
		return
	}
	q.At = f.At(path...)
	for i, inner := range q.Fields {
		inner.Locate(f, append(slices.Clone(path), "fields", i)...)
	}
	q.Of.Locate(f, append(slices.Clone(path), "of")...)
}

// Resolve is a copy of the question with `use` replaced by the definition of that name, at every depth. It is always a copy:
// two lists never share a question, since each prepares its own.
func (q *Question) Resolve(definitions map[string]*Question, faults *source.List) *Question {
	out := *q
	if q.Use != "" {
		def := definitions[q.Use]
		if def == nil {
			faults.Add(q.At, "use: there is no shared fact %q", q.Use)
			return &out
		}
		out = q.over(*def)
	}
	out.Fields = slices.Clone(out.Fields)
	for i, inner := range out.Fields {
		out.Fields[i] = inner.Resolve(definitions, faults)
	}
	if out.Of != nil {
		out.Of = out.Of.Resolve(definitions, faults)
		out.Of.Name = ""
	}
	return &out
}

// over is a definition with what the place that uses it says besides.
func (q *Question) over(def Question) Question {
	def.At, def.Use, def.Optional, def.Rare = q.At, "", def.Optional || q.Optional, def.Rare || q.Rare
	for _, s := range []struct {
		into      *string
		said, own string
	}{{&def.Name, q.Name, q.Use}, {&def.When, q.When, ""}, {&def.RequiredWhen, q.RequiredWhen, ""}, {&def.AsOf, q.AsOf, ""}, {&def.Suggest, q.Suggest, ""}} {
		if *s.into == "" {
			*s.into = s.own
		}
		if s.said != "" {
			*s.into = s.said
		}
	}
	if q.Label != (source.Text{}) {
		def.Label = q.Label
	}
	if q.Help != (source.Text{}) {
		def.Help = q.Help
	}
	if q.Min != 0 {
		def.Min = q.Min
	}
	if q.Max != 0 {
		def.Max = q.Max
	}
	return def
}

// prepare makes what checking and conditions need. typeName names the object types below it, for CEL's messages.
func (q *Question) prepare(typeName string) {
	switch q.Type {
	case Choose:
		q.answers = make(map[string]ref.Val, len(q.Choices))
		for _, c := range q.Choices {
			q.answers[c.Value] = types.String(c.Value)
		}
	case Object:
		q.record = newRecordType(typeName, q.Fields)
	case Listing:
		q.Of.prepare(typeName)
	}
}

// celType is the type that conditions see.
func (q *Question) celType() *types.Type {
	switch q.Type {
	case Object:
		return q.record.celType
	case Listing:
		return types.NewListType(q.Of.celType())
	}
	return kinds[q.Type]
}

// absent is what a condition reads where there is no answer: the default of the type.
func (q *Question) absent() ref.Val {
	switch q.Type {
	case Object:
		return &Record{kind: q.record, values: make([]ref.Val, len(q.record.questions))}
	case Listing:
		return noEntries
	case Boolean:
		return types.False
	case Integer:
		return types.IntZero
	case Day:
		return &date{}
	}
	return types.String("")
}

var noEntries = types.NewRefValList(types.DefaultTypeAdapter, nil)
