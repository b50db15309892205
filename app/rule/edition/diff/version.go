package diff

import (
	"fmt"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
)

// version compares what two versions say of themselves, and then their parts.
func (d *differ) version() {
	a, b := d.a, d.b
	d.words(Change{}, Name, text(a.Name), text(b.Name))
	d.words(Change{}, Summary, a.Summary, b.Summary)
	d.words(Change{}, LegalBasis, a.LegalBasis, b.LegalBasis)
	d.words(Change{}, Who, a.Who, b.Who)
	d.words(Change{}, Next, a.Next, b.Next)
	d.words(Change{}, Deadline, a.Deadline.Text, b.Deadline.Text)
	d.codes(Change{}, DeadlineKind, counted(a.Deadline), counted(b.Deadline))
	d.codes(Change{}, Signature, []string{a.Signature}, []string{b.Signature})
	d.codes(Change{}, Consents, a.Consents, b.Consents)
	d.codes(Change{}, Linkage, linked(a), linked(b))
	d.codes(Change{}, Basis, grounds(d.before, a.Source), grounds(d.after, b.Source))
	d.questions(Change{}, a.Facts, b.Facts, "")
	d.rules()
	d.sections()
	d.signposts()
}

// signposts compares what people in the wrong place are told.
func (d *differ) signposts() {
	missing := func(from, in []*catalogue.Signpost, note func(*catalogue.Signpost, *Side)) {
		for _, s := range from {
			if !slices.ContainsFunc(in, func(o *catalogue.Signpost) bool { return o.Same(s) }) {
				note(s, &Side{Text: s.Text, When: s.When})
			}
		}
	}
	missing(d.b.Signposts, d.a.Signposts, func(s *catalogue.Signpost, put *Side) { d.add(Change{Kind: Signpost, Subject: s.Subject, After: put}) })
	missing(d.a.Signposts, d.b.Signposts, func(s *catalogue.Signpost, gone *Side) {
		d.add(Change{Kind: Signpost, Subject: s.Subject, Before: gone})
	})
}

func counted(l catalogue.Deadline) []string {
	out := []string{l.Kind}
	if l.Days > 0 {
		out = append(out, fmt.Sprint(l.Days))
	}
	return append(out, l.From, l.To)
}

func linked(v *catalogue.Version) (out []string) {
	for _, l := range v.Linkage {
		out = append(out, l.Item)
	}
	return out
}

// grounds are sources by their titles: their keys are for who writes the files.
func grounds(c *catalogue.Catalogue, keys []string) (out []string) {
	for _, s := range c.Grounds(keys) {
		out = append(out, s.Title+s.Article)
	}
	return out
}

// questions compares those of one object. in is the path to it.
func (d *differ) questions(about Change, a, b []*question.Question, in string) {
	for _, q := range b {
		about.Question = strings.TrimPrefix(in+"/"+q.Name, "/")
		old := question.Find(a, q.Name)
		if old == nil {
			added := about
			added.Kind, added.After, added.Direction = Question, &Side{Text: q.Label, When: q.When}, More
			d.add(added)
			continue
		}
		d.question(about, old, q)
	}
	for _, q := range a {
		if question.Find(b, q.Name) == nil {
			about.Question = strings.TrimPrefix(in+"/"+q.Name, "/")
			removed := about
			removed.Kind, removed.Before, removed.Direction = Question, &Side{Text: q.Label, When: q.When}, Fewer
			d.add(removed)
		}
	}
}

func (d *differ) question(about Change, a, b *question.Question) {
	d.words(about, QuestionLabel, a.Label, b.Label)
	d.words(about, QuestionHelp, a.Help, b.Help)
	if about.Section == "" {
		d.condition(about, QuestionWhen, a.When, b.When)
	} else {
		d.structure(about, QuestionWhen, a.When, b.When)
	}
	d.structure(about, QuestionRequired, needed(a), needed(b))
	d.codes(about, QuestionForm, limits(a), limits(b))
	d.choices(about, a, b)
	if a.Of != nil && b.Of != nil {
		d.choices(about, a.Of, b.Of)
		a, b = a.Of, b.Of
	}
	d.questions(about, a.Fields, b.Fields, about.Question)
}

// needed is when a question has to be answered, as a condition.
func needed(q *question.Question) string {
	if q.Optional {
		return "false"
	}
	return q.RequiredWhen
}

func limits(q *question.Question) []string {
	out := []string{q.Type, fmt.Sprint(q.Min), fmt.Sprint(q.Max), fmt.Sprint(q.Abroad), fmt.Sprint(q.Future)}
	if q.Of != nil {
		out = append(out, q.Of.Type)
	}
	return out
}

func (d *differ) choices(about Change, a, b *question.Question) {
	labels := func(q *question.Question) map[string]catalogue.Text {
		out := map[string]catalogue.Text{}
		for _, c := range q.Choices {
			out[c.Value] = c.Label
		}
		return out
	}
	was, is := labels(a), labels(b)
	for _, c := range b.Choices {
		about.Value = c.Value
		old, known := was[c.Value]
		if known {
			d.words(about, ChoiceLabel, old, c.Label)
			continue
		}
		added := about
		added.Kind, added.After = Choice, &Side{Text: c.Label}
		d.add(added)
	}
	for _, c := range a.Choices {
		if _, stays := is[c.Value]; !stays {
			removed := about
			removed.Kind, removed.Value, removed.Before = Choice, c.Value, &Side{Text: c.Label}
			d.add(removed)
		}
	}
}

// sections compares the sections of two forms, and what is asked in each.
func (d *differ) sections() {
	was, is := d.a.FormRules().Sections(), d.b.FormRules().Sections()
	for _, s := range is {
		about := Change{Section: s.Use.Group}
		old := sectionOf(was, s)
		if old == nil {
			about.Kind, about.After, about.Direction = Section, &Side{Text: s.Group.Label, When: s.When}, More
			d.add(about)
			continue
		}
		d.condition(about, SectionWhen, old.When, s.When)
		if old.Group != s.Group {
			d.questions(about, old.Group.Fields, s.Group.Fields, "")
		}
	}
	for _, s := range was {
		if sectionOf(is, s) == nil {
			d.add(Change{Kind: Section, Section: s.Use.Group, Before: &Side{Text: s.Group.Label, When: s.When}, Direction: Fewer})
		}
	}
}

func sectionOf(among []form.Section, like form.Section) *form.Section {
	for i := range among {
		if among[i].Use.Group == like.Use.Group && among[i].Each == like.Each {
			return &among[i]
		}
	}
	return nil
}
