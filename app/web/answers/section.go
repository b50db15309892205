package answers

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/web/page"
)

// Section makes the questions of one section of the form; of one that is asked for each of several, a group for each. n is
// how many there are.
func (b *Builder) Section(s form.Section, saved map[string]any, n int) []Part {
	at := "form." + s.Key
	if s.Each == "" {
		object, _ := saved[s.Key].(map[string]any)
		return b.fields(s.Group, at, object)
	}
	elements, _ := saved[s.Key].([]any)
	var out []Part
	for i := range n {
		var object map[string]any
		if i < len(elements) {
			object, _ = elements[i].(map[string]any)
		}
		legend := b.Request.Read(s.Group.Label)
		if n > 1 {
			legend += template.HTML(" " + strconv.Itoa(i+1)) //nolint:gosec // a number
		}
		out = append(out, Part{Group: &Group{Legend: legend, Parts: b.fields(s.Group, at+"."+strconv.Itoa(i), object)}})
	}
	return out
}

func (b *Builder) fields(g *form.Group, at string, saved map[string]any) []Part {
	out := make([]Part, 0, len(g.Fields))
	for i := range g.Fields {
		q := &g.Fields[i]
		f := page.Field{Kind: kindOf(q.Type), Name: at + "." + q.Key, Pointer: pointer(at + "." + q.Key), Label: b.Request.Read(q.Label), Help: b.Request.Read(q.Help),
			Need: q.Required, Autocomplete: q.Autocomplete, InputMode: modeOf(q.Type)}
		switch f.Kind {
		case page.FieldYesNo:
			f.Choices = b.yesNo()
		case page.FieldRadio:
			for _, c := range q.Choices {
				f.Choices = append(f.Choices, page.Choice{Value: c.Value, Label: b.Request.Read(c.Label)})
			}
			if len(f.Choices) > 8 {
				f.Kind = page.FieldSelect
				f.Choices = append([]page.Choice{{Label: b.Request.Markup("answers.choose")}}, f.Choices...)
			}
		}
		if beside := slices.IndexFunc(g.Fields, func(o form.Field) bool { return o.Key == "address" }); q.Type == "postal-code" && beside >= 0 {
			f.Fills = page.FieldID(pointer(at + ".address"))
		}
		b.fill(&f, saved[q.Key])
		part := Part{Field: &f, Due: q.RequiredFor(saved)}
		if other, answer, on := b.condition(g, q); on {
			f.NeedWhen = b.Request.Markup("field.required-when", "question", b.Request.Read(other.Label), "answer", answer)
			if !strings.Contains(q.RequiredWhen, "=") { // a yes: with a no it makes no sense
				part.When = at + "." + other.Key
			}
		}
		out = append(out, part)
	}
	return out
}

// condition is the question, and the answer to it in words, on which another is required.
func (b *Builder) condition(g *form.Group, q *form.Field) (other *form.Field, answer template.HTML, on bool) {
	key, want, exact := strings.Cut(q.RequiredWhen, "=")
	at := slices.IndexFunc(g.Fields, func(f form.Field) bool { return f.Key == key })
	if q.RequiredWhen == "" || at < 0 {
		return nil, "", false
	}
	if other = &g.Fields[at]; !exact {
		want = "true"
	}
	if other.Type == "boolean" {
		return other, b.Request.Markup(map[string]string{"true": "answers.yes", "false": "answers.no"}[want]), true
	}
	for _, c := range other.Choices {
		if c.Value == want {
			return other, b.Request.Read(c.Label), true
		}
	}
	return other, page.Plaintext(want), true
}

// kindOf is the control for a type of the form (configs/procedures/_form.yaml).
func kindOf(kind string) string {
	switch kind {
	case "date":
		return page.FieldDate
	case "choice":
		return page.FieldRadio
	case "boolean":
		return page.FieldYesNo
	case "integer":
		return page.FieldNumber
	case "long-text", "list": // a list is written one entry a line
		return page.FieldArea
	case "phone":
		return page.FieldTel
	case "email":
		return page.FieldEmail
	}
	return page.FieldText
}

func modeOf(kind string) string {
	switch kind {
	case "postal-code", "account-number", "bank-code", "branch-code", "post-symbol", "post-number", "month", "time":
		return "numeric"
	}
	return ""
}
