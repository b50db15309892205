package answers

import (
	"html/template"
	"slices"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// suggest offers the municipality's facilities where a question names them: as proposals of a text, and for wishes in their order
// as a field each. What is not among them may be typed all the same.
func (b *Builder) suggest(f *page.Field, q *question.Question) {
	if q.Suggest != question.Facilities || len(b.Facilities) == 0 {
		return
	}
	if q.Type == question.Listing {
		f.Kind, f.Rows = page.FieldWishes, q.Max
	}
	for _, one := range b.Facilities {
		f.Choices = append(f.Choices, page.Choice{Value: one.Name.Ja, Label: b.Request.Read(asIs(one.Name.Ja)), Help: b.about(one)})
	}
}

// about is what helps to choose a facility: its name in the person's language, what it is, for which ages, where.
func (b *Builder) about(f *catalogue.Facility) template.HTML {
	name := b.Request.Read(f.Name)
	if name == b.Request.Read(asIs(f.Name.Ja)) {
		name = ""
	}
	parts := []template.HTML{name, b.Request.Read(f.Kind), b.Request.Read(f.Ages), b.Request.Read(asIs(f.Address)), b.Request.Read(asIs(f.Phone)),
		b.Request.Read(f.Note)}
	var out template.HTML
	for _, part := range slices.DeleteFunc(parts, func(t template.HTML) bool { return t == "" }) {
		if out != "" {
			out += "・"
		}
		out += part
	}
	return out
}

// asIs is a text that is the same in every language.
func asIs(text string) catalogue.Text { return catalogue.Text{Ja: text, Plain: text, En: text} }
