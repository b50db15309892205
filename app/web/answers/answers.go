// Package answers turns the questions of a procedure (前提事実, and the form beyond them) into the fields of a page, and what a
// page sends into the answers of a draft. The questions and what is right are the catalogue's; nothing is checked here.
//
// A field's name is its place in the draft, "facts.children.0.birth_date"; its pointer the same as a JSON Pointer, so that a
// refusal leads to it.
package answers

import (
	"encoding/json"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

// Part is one thing on a page: a question, a group of them about one subject, or a list of such groups.
type Part struct {
	Field *page.Field
	Group *Group
	List  *List
	// When is the name of the question that has to be answered with yes for this one to be asked; empty: always.
	When      string
	WhenLabel template.HTML // that question, for who has no script to hide this one; empty if the field says it itself
	Due       bool          // it has to be answered, by what is saved now
}

// Group is the questions about one subject.
type Group struct {
	Legend, Help template.HTML
	Parts        []Part
}

// List is the same questions about each of several: children, guardians.
type List struct {
	Name         string // of the values: "facts.children"
	ID           string
	Legend, Help template.HTML
	Entries      []Group
	Wrong        []page.Wrong
}

// Builder makes parts for one person's page.
type Builder struct {
	Request *page.Request
	Places  []page.Choice     // the municipalities to choose from
	Origins map[string]string // JSON Pointer → the site that filled it in (R14)
	Posted  url.Values        // what was typed, while a refused form is shown again; nil otherwise
	Wrong   []page.Wrong
}

// Facts makes the questions that decide which documents are needed, with the answers that are saved.
func (b *Builder) Facts(v *catalogue.Version, saved json.RawMessage) []Part {
	values := map[string]any{}
	d := json.NewDecoder(strings.NewReader(string(saved)))
	d.UseNumber()
	_ = d.Decode(&values) // what is saved is an object; without one nothing is answered yet
	return b.facts(v.Facts, "facts", values)
}

func (b *Builder) facts(questions []*catalogue.Fact, at string, saved map[string]any) []Part {
	var out []Part
	for _, q := range questions {
		part := b.fact(q, at+"."+q.Name, saved[q.Name])
		if q.When != "" {
			part.When = at + "." + q.When
			for _, other := range questions {
				if other.Name == q.When {
					part.WhenLabel = b.Request.Read(other.Label)
				}
			}
		}
		out = append(out, part)
	}
	return out
}

func (b *Builder) fact(q *catalogue.Fact, at string, saved any) Part {
	switch q.Type {
	case catalogue.FactObject:
		object, _ := saved.(map[string]any)
		return Part{Group: &Group{Legend: b.Request.Read(q.Label), Help: b.Request.Read(q.Help), Parts: b.facts(q.Fields, at, object)}}
	case catalogue.FactList:
		if q.Of.Type == catalogue.FactChoice {
			return Part{Field: b.several(q, at, saved)}
		}
		return Part{List: b.list(q, at, saved)}
	}
	f := page.Field{Name: at, Pointer: pointer(at), Label: b.Request.Read(q.Label), Help: b.Request.Read(q.Help), Need: true}
	switch q.Type {
	case catalogue.FactBoolean:
		f.Kind, f.Choices = page.FieldYesNo, b.yesNo()
	case catalogue.FactInteger:
		f.Kind = page.FieldNumber
	case catalogue.FactDate:
		f.Kind = page.FieldDate
	case catalogue.FactChoice:
		f.Kind = page.FieldRadio
		for _, c := range q.Choices {
			f.Choices = append(f.Choices, page.Choice{Value: c.Value, Label: b.Request.Read(c.Label)})
		}
	case catalogue.FactMunicipality:
		f.Kind = page.FieldPlace
		f.Choices = b.Places
		if q.Abroad {
			f.Choices = append(append([]page.Choice{}, b.Places...), page.Choice{Value: catalogue.Abroad, Label: b.Request.Markup("answers.abroad")})
		}
	}
	b.fill(&f, saved)
	return Part{Field: &f}
}

// several is a question of which more than one choice may be chosen.
func (b *Builder) several(q *catalogue.Fact, at string, saved any) *page.Field {
	f := &page.Field{Kind: page.FieldChecks, Name: at, Pointer: pointer(at), Label: b.Request.Read(q.Label), Help: b.Request.Read(q.Help), Need: q.Min > 0,
		Wrong: page.WrongAt(b.Wrong, pointer(at)), Origin: b.Origins[pointer(at)]}
	for _, c := range q.Of.Choices {
		f.Choices = append(f.Choices, page.Choice{Value: c.Value, Label: b.Request.Read(c.Label)})
	}
	if b.Posted != nil {
		f.Values = b.Posted[at]
		return f
	}
	elements, _ := saved.([]any)
	for _, e := range elements {
		f.Values = append(f.Values, written(e))
	}
	return f
}

func (b *Builder) list(q *catalogue.Fact, at string, saved any) *List {
	elements, _ := saved.([]any)
	n := max(len(elements), q.Min)
	if b.Posted.Has(at + ".count") {
		n = count(b.Posted, at)
	}
	out := &List{Name: at, ID: page.FieldID(pointer(at)), Legend: b.Request.Read(q.Label), Help: b.Request.Read(q.Help), Wrong: exactly(b.Wrong, pointer(at))}
	for i := range n {
		object := map[string]any{}
		if i < len(elements) {
			object, _ = elements[i].(map[string]any)
		}
		out.Entries = append(out.Entries, Group{Legend: b.Request.Read(q.Of.Label), Parts: b.facts(q.Of.Fields, at+"."+strconv.Itoa(i), object)})
	}
	return out
}

// fill puts into a field what was typed, else what is saved, who filled it in, and what is wrong with it.
func (b *Builder) fill(f *page.Field, saved any) {
	f.Value = written(saved)
	if b.Posted != nil && (b.Posted.Has(f.Name) || b.Posted.Has(f.Name+"-y")) {
		f.Value = b.Posted.Get(f.Name)
	}
	switch f.Kind {
	case page.FieldDate:
		f.Parts = page.DateParts(f.Value, b.Posted, f.Name)
	case page.FieldPlace:
		f.Other = b.Posted.Get(f.Name + "-code")
		if f.Value != "" && !f.Offers(f.Value) {
			f.Other, f.Value = f.Value, page.OtherPlace
		}
	}
	f.Origin = b.Origins[f.Pointer]
	f.Wrong = page.WrongAt(b.Wrong, f.Pointer)
}

func (b *Builder) yesNo() []page.Choice {
	return []page.Choice{{Value: "true", Label: b.Request.Markup("answers.yes")}, {Value: "false", Label: b.Request.Markup("answers.no")}}
}

// written is a saved answer as a field shows it.
func written(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		lines := make([]string, len(v))
		for i := range v {
			lines[i] = written(v[i])
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

// pointer is the JSON Pointer of a field's name.
func pointer(name string) string { return "/" + strings.ReplaceAll(name, ".", "/") }

// exactly are the faults at a place itself, not below it.
func exactly(wrong []page.Wrong, at string) []page.Wrong {
	var out []page.Wrong
	for _, w := range wrong {
		if w.Pointer == at {
			out = append(out, w)
		}
	}
	return out
}

// mostEntries bounds how many entries of a list one page may have.
const mostEntries = 30

func count(values url.Values, list string) int {
	n, err := strconv.Atoi(values.Get(list + ".count"))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, mostEntries)
}
