package answers

import (
	"html/template"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
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

// about is what helps to choose a facility, a line each: its name in the person's language and what it is, whom it takes and when it is open,
// how many places are free, where it is.
func (b *Builder) about(f *catalogue.Facility) template.HTML {
	name := b.Request.Read(f.Name)
	if name == b.Request.Read(asIs(f.Name.Ja)) {
		name = ""
	}
	hours := b.Request.Read(f.Hours)
	if hours != "" {
		hours = b.Request.Markup("answers.hours", "hours", hours)
	}
	dot := b.Request.Read(marks("・"))
	return joined("<br>",
		joined(dot, name, b.Request.Read(f.Kind)),
		joined(dot, b.Request.Markup("answers.ages", "ages", b.Request.Read(f.Ages)), hours),
		b.free(f.Free),
		joined(dot, b.Request.Read(asIs(f.Address)), b.Request.Read(asIs(f.Phone)), b.Request.Read(f.Note)))
}

// free says how many places each class had, and when; empty where nobody knows.
func (b *Builder) free(f *catalogue.Free) template.HTML {
	if f == nil {
		return ""
	}
	var all []template.HTML
	for _, one := range f.Places {
		key := "answers.free-at"
		if one.N == 0 {
			key = "answers.free-none"
		}
		all = append(all, b.Request.Markup(key, "age", one.Age, "n", one.N))
	}
	return b.Request.Markup("answers.free", "day", b.Request.Read(onDay(f.Day())), "places", joined(b.Request.Markup("answers.and"), all...))
}

// joined are the parts that are not empty, with something between them.
func joined(between template.HTML, parts ...template.HTML) template.HTML {
	var out template.HTML
	for _, part := range parts {
		if part != "" && out != "" {
			out += between
		}
		out += part
	}
	return out
}

// onDay is a day in a person's language.
type onDay jp.Date

// In says it.
func (d onDay) In(lang string) string { return present.Date(jp.Date(d), lang) }

// asIs is a text that is the same in every language.
func asIs(text string) catalogue.Text { return catalogue.Text{Ja: text, Plain: text, En: text} }
