package answers

import (
	"encoding/json"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// Steps are the pages of the questions of an application, without those that ask this person nothing. There is always one: on a page that asks
// nothing an application begins too.
func (d Saved) Steps() []catalogue.Step {
	called := d.Sections()
	facts := decoded(d.Facts)
	var out []catalogue.Step
	for _, s := range d.Version.Pages() {
		s.Sections = slices.DeleteFunc(slices.Clone(s.Sections), func(one form.Section) bool {
			list := d.Version.Fact(one.Each)
			switch {
			case list != nil && slices.Contains(s.Facts, list):
				beside, top := list.Reads()
				decides := append(beside, top...)
				return !list.Asked(facts, facts) && !slices.ContainsFunc(s.Facts, func(q *question.Question) bool { return slices.Contains(decides, q.Name) })
			case list != nil && d.Entries(one) == 0:
				return true
			}
			return !has(called, one.Key) && !d.here(s, one)
		})
		if len(s.Sections) > 0 || slices.ContainsFunc(s.Facts, func(q *question.Question) bool { return q.Asked(facts, facts) }) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		out = []catalogue.Step{{Key: catalogue.StepQuestions}}
	}
	return out
}

func has(sections []form.Section, key string) bool {
	return slices.ContainsFunc(sections, func(s form.Section) bool { return s.Key == key })
}

// here says whether an answer on the same page decides whether the form has a section.
func (d Saved) here(s catalogue.Step, one form.Section) bool {
	reads, _ := d.Version.CallsFor(one)
	facts := decoded(d.Facts)
	return slices.ContainsFunc(s.Facts, func(q *question.Question) bool { return slices.Contains(reads, q.Name) && q.Asked(facts, facts) })
}

// LacksStep says whether a step has a question that has to be answered and is not.
func (d Saved) LacksStep(s catalogue.Step) bool {
	facts, called := decoded(d.Facts), d.Sections()
	return lacks(s.Facts, facts, facts) || slices.ContainsFunc(s.Sections, func(one form.Section) bool { return has(called, one.Key) && d.Lacks(one) })
}

func lacks(questions []*question.Question, saved, top map[string]any) bool {
	return slices.ContainsFunc(questions, func(q *question.Question) bool {
		if !q.Due(saved, top) {
			return false
		}
		switch v := saved[q.Name].(type) {
		case nil:
			return true
		case map[string]any:
			return lacks(q.Fields, v, top)
		case []any:
			return len(v) < q.Min || slices.ContainsFunc(v, func(e any) bool { return lacks(q.Of.Fields, asObject(e), top) })
		}
		return false
	})
}

func asObject(v any) map[string]any {
	out, _ := v.(map[string]any)
	return out
}

// Step makes what one page asks (short). Of several subjects each has its heading.
func (b *Builder) Step(s catalogue.Step, d Saved) []Part {
	own := *b
	own.step, own.facts, own.known = &s, d.Version.Facts, d.known(s, b.Posted)
	if own.short() {
		own.post(d)
	}
	facts := own.Facts(d.Version, d.Facts)
	var out []Part
	for _, name := range s.Names {
		var fact *Part
		if slices.ContainsFunc(s.Facts, func(q *question.Question) bool { return q.Name == name }) {
			if i := slices.IndexFunc(facts, func(p Part) bool { return p.holds(name) }); i >= 0 {
				fact = &facts[i]
			}
		}
		i := slices.IndexFunc(s.Sections, func(one form.Section) bool { return one.Key == name })
		switch {
		case i >= 0:
			out = append(out, own.subject(s.Sections[i], d, fact)...)
		case fact != nil && !slices.ContainsFunc(out, func(p Part) bool { return p.at == fact.at }):
			out = append(out, *fact)
		}
	}
	if len(out) == 1 && out[0].Group != nil && !out[0].OnCondition && out[0].Group.More == "" {
		return out[0].Group.Parts
	}
	return out
}

// holds says whether a part is a question of the first level, or asks it with others.
func (p Part) holds(name string) bool {
	return p.at == pointer("facts."+name) || slices.Contains(p.also, pointer("facts."+name))
}

// known is what is answered on all pages, with what was typed on this one.
func (d Saved) known(s catalogue.Step, posted url.Values) map[string]any {
	facts, answers := decoded(d.Facts), maps.Clone(d.Form)
	if posted != nil {
		facts = (&sender{posted, facts, elsewhere(s, posted)}).known(d.Version.Facts, "facts", facts)
		if answers == nil {
			answers = map[string]any{}
		}
		maps.Copy(answers, d.sections(s, posted, false))
	}
	return map[string]any{"facts": facts, "form": answers}
}

// subject makes a section of the form with the fact of the same name: of a list entry by entry.
func (b *Builder) subject(s form.Section, d Saved, fact *Part) []Part {
	if fact != nil && fact.List != nil {
		n := len(fact.List.Entries)
		for i, part := range b.Section(s, d.Form, n) {
			e := &fact.List.Entries[i]
			e.Legend, e.Parts = part.Group.Legend, append(part.Group.Parts, e.Parts...)
		}
		return []Part{*fact}
	}
	parts := b.Section(s, d.Form, d.Entries(s))
	if s.Each != "" {
		return parts
	}
	group := Part{at: pointer("form." + s.Key), Group: &Group{Legend: b.Request.Read(s.Group.Label), Help: b.Request.Read(s.Group.Help), Parts: parts}}
	if fact == nil || fact.Group == nil {
		b.onlyIf(&group, s, d)
		if fact != nil {
			return []Part{*fact, group}
		}
		return []Part{group}
	}
	switch {
	case b.onlyIf(&group, s, d): // what decides comes first
		fact.Group.Parts = append(fact.Group.Parts, group)
		return []Part{*fact}
	case fact.OnCondition:
		group.Group.Parts = append(group.Group.Parts, *fact)
	default:
		group.Group.Legend, group.Group.Parts = fact.Group.Legend, append(group.Group.Parts, fact.Group.Parts...)
	}
	return []Part{group}
}

// onlyIf puts the condition on a section whose being asked is decided on this page.
func (b *Builder) onlyIf(group *Part, s form.Section, d Saved) bool {
	if !d.here(*b.step, s) {
		return false
	}
	_, when := d.Version.CallsFor(s)
	group.OnCondition, group.WhenID, group.WhenNote = true, "when-"+page.FieldID(group.at), b.Request.Markup("field.when-others")
	group.Asked = has(d.with(b.known).Sections(), s.Key)
	if when == nil {
		return true
	}
	if text, err := json.Marshal(when); err == nil {
		group.When, group.WhenAt = string(text), "facts"
	}
	if asked, answer := b.words(when, object{questions: d.Version.Facts}); asked != "" {
		group.WhenNote = b.Request.Markup("field.when", "question", asked, "answer", answer)
	}
	return true
}

// with is what is answered with other facts.
func (d Saved) with(known map[string]any) Saved {
	if raw, err := json.Marshal(known["facts"]); err == nil {
		d.Facts = raw
	}
	return d
}

// About lets the builder say of whom a question is, by what is answered elsewhere.
func (b *Builder) About(d Saved) { b.known = map[string]any{"facts": decoded(d.Facts), "form": d.Form} }

// called adds to the heading of one of several whom it is about, as soon as that is known: by name and birth date.
func (b *Builder) called(legend template.HTML, list string, i int, fact map[string]any) template.HTML {
	own := asObject(b.at([]string{"form", list, strconv.Itoa(i)}))
	if fact == nil {
		fact = asObject(b.at([]string{"facts", list, strconv.Itoa(i)}))
	}
	if who := b.Request.Read(individual{own, fact}); who != "" {
		return legend + b.Request.Read(marks("（")) + who + b.Request.Read(marks("）"))
	}
	return legend
}

// individual is one of several people as present calls them.
type individual struct{ form, fact map[string]any }

// In says it in a language.
func (i individual) In(lang string) string { return present.Individual(i.form, i.fact, lang) }
