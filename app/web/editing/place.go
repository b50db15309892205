package editing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/clause"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// askedList is where a form says of whom a document is asked when: "asked.0.procedure".
const askedList = "asked"

// place is one place where a document is asked for: of whom in which procedure, and when.
type place struct {
	At                 string // before the names of its values: "asked.0"
	Procedure, Subject string
	Name, Whose        string
	Original           bool
	Any                bool // one of the conditions is enough
	Rows               []*row
	Free               bool // the condition is more than rows can say
	Written            string
	Sentence           string
	Whole              bool // the sentence says all of it
	Expression         page.Field
	Adding             []group // questions, for one more condition
	Wrong              []page.Wrong
}

// placeAt names the n-th place.
func placeAt(n int) string { return askedList + "." + strconv.Itoa(n) }

// pointer is where the faults of a value point.
func pointer(name string) string { return "/" + strings.ReplaceAll(name, ".", "/") }

// sentPlaces are the places that a form sent.
func sentPlaces(values url.Values) []editing.Asking {
	var out []editing.Asking
	for i := range answers.Count(values, askedList) {
		at := placeAt(i)
		out = append(out, editing.Asking{Procedure: values.Get(at + ".procedure"), Subject: values.Get(at + ".subject"),
			When: typed(values, at+".written"), Original: values.Get(at+".original") != ""})
	}
	return out
}

// options are the questions that a condition can test at a place; none for a procedure that there is not.
func options(c *catalogue.Catalogue, procedure, subject string) []clause.Asked {
	p := c.Procedure(procedure)
	if p == nil {
		return nil
	}
	return clause.Options(p.Latest(), subject)
}

// placeOf makes one place of the page: as it is kept, or with values as it was typed.
func placeOf(r *page.Request, c *catalogue.Catalogue, n int, a editing.Asking, values url.Values) *place {
	out := &place{At: placeAt(n), Procedure: a.Procedure, Subject: a.Subject, Name: present.Procedure(c, a.Procedure, r.Lang),
		Whose: whose(a.Subject, r.Lang), Original: a.Original, Written: a.When}
	offered := options(c, a.Procedure, a.Subject)
	var b clause.Built
	if values == nil {
		var ok bool
		b, ok = clause.Read(a.When, offered)
		out.Free = !ok
	} else {
		b, out.Free = sentRows(values, out.At), values.Get(out.At+".free") != ""
	}
	out.Any = b.Any
	for i, one := range b.Clauses {
		if made := rowOf(r, offered, out.At, i, one); made != nil {
			out.Rows = append(out.Rows, made)
		}
	}
	_, unreadable := condition.Parse(a.When)
	if unreadable == nil && (len(b.Clauses) == 0 || a.When != "") { // else it is not complete, and nothing can be said
		out.Sentence, out.Whole = sentence(c, a.Procedure, a.Subject, a.When, r.Lang)
	}
	out.Expression = r.Field(page.FieldArea, out.At+".expression", "editing.expression")
	out.Expression.Pointer, out.Expression.Value, out.Expression.MaxLength = pointer(out.At)+"/when", a.When, editing.MaxWhen
	out.Adding = questions(r, offered)
	return out
}

// ID is where a fault of the place as a whole leads.
func (p *place) ID() string { return page.FieldID(pointer(p.At)) }

// Several says whether it matters that all conditions have to hold, or one.
func (p *place) Several() bool { return len(p.Rows) > 1 }

// mark puts to the fields what is wrong with them.
func (p *place) mark(wrong []page.Wrong) {
	p.Expression = page.Mark([]page.Field{p.Expression}, wrong)[0]
	for _, one := range p.Rows {
		one.mark(wrong)
	}
	for i := range wrong {
		if wrong[i].Pointer == pointer(p.At) {
			wrong[i].Label = label(p.Name)
			p.Wrong = append(p.Wrong, wrong[i])
		}
	}
}

// edit carries out what a form asks for before it is saved: what is chosen to be added is, also by who forgot the button, and an
// expression that was changed takes the place of the conditions.
func edit(c *catalogue.Catalogue, values url.Values) {
	answers.Edited(values) // a place or a condition less
	if chosen := values.Get("add-place"); chosen != "" {
		at := placeAt(answers.Count(values, askedList))
		answers.Add(values, askedList)
		procedure, subject, _ := strings.Cut(chosen, "/")
		values.Set(at+".procedure", procedure)
		values.Set(at+".subject", subject)
		values.Del("add-place")
	}
	for i := range answers.Count(values, askedList) {
		at := placeAt(i)
		editPlace(options(c, values.Get(at+".procedure"), values.Get(at+".subject")), values, at)
	}
}

func editPlace(offered []clause.Asked, values url.Values, at string) {
	if expression := typed(values, at+".expression"); expression != typed(values, at+".written") {
		b, ok := clause.Read(expression, offered)
		putRows(values, at, b)
		values.Set(at+".written", expression)
		if values.Del(at + ".free"); !ok {
			values.Set(at+".free", "yes")
		}
	}
	if values.Get("do") == "clear."+at {
		putRows(values, at, clause.Built{})
		values.Del(at + ".free")
	}
	if values.Get(at+".free") != "" {
		return
	}
	if chosen := values.Get(at + ".add"); chosen != "" {
		list := at + conditions
		here := list + "." + strconv.Itoa(answers.Count(values, list))
		answers.Add(values, list)
		values.Set(here+".question", chosen)
		if i := slices.IndexFunc(offered, func(o clause.Asked) bool { return o.Name == chosen }); i >= 0 {
			values.Set(here+".test", offered[i].Tests[0])
		}
		values.Del(at + ".add")
	}
	text, err := sentRows(values, at).CEL(offered)
	if err != nil {
		text = "" // until they are complete there is nothing to write
	}
	values.Set(at+".written", text)
	values.Set(at+".expression", text)
}

// group is choices under a heading.
type group struct {
	Heading string
	Choices []page.Choice
}

// adding are the procedures, and whose documents can be asked for in each.
func adding(r *page.Request, c *catalogue.Catalogue) []group {
	var out []group
	for _, p := range c.Procedures() {
		one := group{Heading: present.Procedure(c, p.Code, r.Lang)}
		for _, subject := range p.Kinds() {
			words := r.Text("editing.of-whom", "procedure", one.Heading, "whose", r.Text("subject."+subject))
			one.Choices = append(one.Choices, page.Choice{Value: p.Code + "/" + subject, Label: label(words)})
		}
		out = append(out, one)
	}
	return out
}

// questions are those that a condition can test, the ones inside a subject under its name.
func questions(r *page.Request, offered []clause.Asked) []group {
	var out []group
	for _, o := range offered {
		heading := ""
		if n := len(o.Within); n > 0 {
			heading = o.Within[n-1].Label.In(r.Lang)
		}
		i := slices.IndexFunc(out, func(g group) bool { return g.Heading == heading })
		if i < 0 {
			i, out = len(out), append(out, group{Heading: heading})
		}
		out[i].Choices = append(out[i].Choices, page.Choice{Value: o.Name, Label: label(o.Question.Label.In(r.Lang))})
	}
	return out
}
