// Package answers turns the questions of a procedure (前提事実, and the form beyond them) into the fields of a page, and what a
// page sends into the answers of a draft. The questions and what is right are the catalogue's; nothing is checked here.
//
// A field's name is its place in the draft, "facts.children.0.birth_date"; its pointer the same as a JSON Pointer, so that a
// refusal leads to it.
package answers

import (
	"encoding/json"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// Part is one thing on a page: a question, a group of them about one subject, or a list of such groups.
type Part struct {
	Field *page.Field
	Group *Group
	List  *List

	Due         bool          // it has to be answered, by what is known now
	OnCondition bool          // it is asked only beside some other answers
	Asked       bool          // it is asked beside those that are known now, and what decides about that is known
	WhenID      string        // the id of what is hidden while it is not asked
	When        string        // that condition (question.Test) for the page's script; empty if it cannot judge it
	WhenAt      string        // where the answers are that it reads: "facts.children.0"
	WhenNote    template.HTML // that condition in words, for who has no script to hide the question
	depends     []string      // pointers of the answers that the condition reads
	at          string        // its pointer
	also        []string      // pointers of the questions that are asked with it as one
}

// Group is the questions about one subject. With More it is what nobody has to answer, folded away: More says what it is.
type Group struct {
	Legend, Help template.HTML
	Parts        []Part
	More         template.HTML
	Open         bool // something in it is answered, or wrong
}

// List is the same questions about each of several: children, guardians.
type List struct {
	Name         string // of the values: "facts.children"
	ID           string
	Legend, Help template.HTML
	Entries      []Group
	Removed      []Sent // what those had that were taken out, for undoing it
	Min          int    // how many there are at least
	Form         string // as page.Field.Form
	Wrong        []page.Wrong
	Titled       bool // the page's own title says what the list is of
}

// Texts are those of the pages and the catalogue in a person's language: a *page.Request.
type Texts interface {
	Markup(key string, values ...any) template.HTML
	Read(text interface{ In(string) string }) template.HTML
}

// marks are those between the parts of a text of ours.
type marks string

// In writes them as a language does.
func (m marks) In(lang string) string { return wording.Marks(string(m), lang) }

// Builder makes parts for one person's page.
type Builder struct {
	Request    Texts
	Places     []page.Choice            // the municipalities to choose from
	Origins    map[string]template.HTML // JSON Pointer → who filled it in, in words: another site (R14), the sign-in
	Posted     url.Values               // what was typed, while a form is shown again; nil otherwise
	Wrong      []page.Wrong
	Banks      *bank.Table           // by which the banks of accounts are found by their names; nil: their numbers are asked too
	Facilities []*catalogue.Facility // of the municipality, to choose from where a question names them
	Filing     jp.Date               // the filing date, today for a draft, by which a question says its day; zero: it says none

	// OneBox has days typed into one box, as who types many of them does.
	OneBox bool

	// Form is the id of the form to which the questions belong, where they do not stand in it.
	Form string

	// Whole shows a step to be read: every question by itself, and nothing that is not answered.
	Whole bool

	account bool // the questions are those of a bank account

	step  *catalogue.Step // what is asked on the page
	facts []*question.Question
	known map[string]any         // facts and form, as far as they are answered
	posts map[string][]page.Told // by the pointers of the answers beside which they stand, and empty by the names of those where one may
}

// Facts makes the questions that decide which documents are needed, with the answers that are saved.
func (b *Builder) Facts(v *catalogue.Version, saved json.RawMessage) []Part {
	values := decoded(saved)
	if b.Posted != nil {
		from := &sender{values: b.Posted, top: values}
		if b.step != nil {
			from.absent = elsewhere(*b.step, b.Posted)
		}
		values = from.known(v.Facts, "facts", values)
	}
	return b.questions(object{v.Facts, "facts", values, values, v.Facts})
}

// Section makes the questions of one section of the form; of one that is asked for each of several, a group for each. n is
// how many there are.
func (b *Builder) Section(s form.Section, saved map[string]any, n int) []Part {
	at := "form." + s.Key
	if s.Each == "" {
		one, _ := saved[s.Key].(map[string]any)
		own := *b
		own.account = s.Group.Account()
		o := object{s.Group.Fields, at, b.answered(s.Group.Fields, at, one), nil, nil}
		if b.Banks == nil || !own.account {
			return own.questions(o)
		}
		o.questions = byName(o.questions)
		parts := own.questions(o)
		own.ask(parts, account{b.Banks, b.Posted, at, one})
		return parts
	}
	elements, _ := saved[s.Key].([]any)
	var out []Part
	for i := range n {
		here := at + "." + strconv.Itoa(i)
		own := b.answered(s.Group.Fields, here, entry(elements, i))
		out = append(out, Part{Group: &Group{Legend: b.called(numbered(b.Request.Read(s.Group.Label), i, n), s.Each, i, nil),
			Parts: b.questions(object{s.Group.Fields, here, own, nil, nil})}})
	}
	return out
}

// answered is what is saved of the questions of a section, with what was typed over it.
func (b *Builder) answered(questions []*question.Question, at string, saved map[string]any) map[string]any {
	if b.Posted == nil {
		return saved
	}
	return (&sender{values: b.Posted}).known(questions, at, maps.Clone(saved))
}

// object is questions side by side: where they are, what is saved of them, and of the whole list (facts).
type object struct {
	questions  []*question.Question
	at         string
	saved, top map[string]any
	first      []*question.Question // those at the top of the list
}

func (b *Builder) questions(o object) []Part {
	out := make([]Part, 0, len(o.questions))
	for i := 0; i < len(o.questions); i++ {
		q := o.questions[i]
		if run := together(o.questions[i:]); b.short() && len(run) > 1 {
			out = append(out, b.ticks(run, o))
			i += len(run) - 1
			continue
		}
		part := b.part(q, o)
		part.at, part.Due, part.Asked = pointer(o.at+"."+q.Name), q.Due(o.saved, o.top), q.Asked(o.saved, o.top) && decided(q, o)
		switch kind := q.SimplyNeeded(); {
		case q.When != "":
			b.condition(&part, q, o, q.Simple())
		case b.account && kind != nil && part.Field != nil: // of an account, what another kind of bank needs is nobody's question
			b.condition(&part, q, o, kind)
			part.Asked, part.Field.Need, part.Field.NeedWhen = part.Due, true, ""
		}
		if q.Known != "" && (b.short() && !b.unknown(&part, q, o.at) || b.Whole && b.saidBeside(q, o.at)) {
			continue
		}
		out = append(out, part)
	}
	if b.short() {
		return folded(b.Request, o.questions, out)
	}
	return out
}

func (b *Builder) part(q *question.Question, o object) Part {
	at, saved := o.at+"."+q.Name, o.saved[q.Name]
	switch {
	case q.Type == question.Object:
		inner, _ := saved.(map[string]any)
		return Part{Group: &Group{Legend: b.Request.Read(q.Label), Help: b.Request.Read(q.Help), Parts: b.questions(object{q.Fields, at, inner, o.top, o.first})}}
	case q.Type == question.Listing && q.Of.Type == question.Object:
		return Part{List: b.list(q, at, saved, o)}
	}
	f := page.Field{Kind: control(q), Name: at, Form: b.Form, Pointer: pointer(at), Label: b.Request.Read(q.Label), Help: b.Request.Read(q.Help),
		Need: !q.Optional && q.RequiredWhen == "" && (q.Type != question.Listing || q.Min > 0), Autocomplete: q.Autocomplete, InputMode: keyboard(q.Type)}
	switch {
	case q.RequiredWhen == "":
	case b.short() && byOptional(q, o.questions): // what decides is folded away, and hardly anybody unfolds it
		f.Need = q.Due(o.saved, o.top)
	default:
		f.NeedWhen = b.needWhen(q, o)
	}
	b.day(&f, q, o)
	switch f.Kind {
	case page.FieldYesNo:
		f.Choices = b.yesNo()
	case page.FieldRadio:
		f.Choices = b.choices(q.Choices)
	case page.FieldSelect:
		f.Choices = append([]page.Choice{{Label: b.Request.Markup("answers.choose")}}, b.choices(q.Choices)...)
	case page.FieldChecks:
		f.Choices = b.choices(q.Of.Choices)
	case page.FieldText, page.FieldArea:
		b.suggest(&f, q)
	case page.FieldPlace:
		if f.Choices = b.Places; q.Abroad {
			f.Choices = append(slices.Clone(b.Places), page.Choice{Value: question.Abroad, Label: b.Request.Markup("answers.abroad")})
		}
	}
	if q.Type == "postal-code" && question.Find(o.questions, "address") != nil {
		f.Fills = page.FieldID(pointer(o.at + ".address"))
	}
	b.fill(&f, saved)
	if b.short() && saved == nil && !b.Posted.Has(at) && (b.Posted != nil || len(o.saved) == 0) {
		if f.Value = b.likely(q, at); f.Kind == page.FieldDate {
			f.Parts = page.DateParts(f.Value, nil, "")
		}
	}
	if b.short() && f.Kind == page.FieldText && f.Value == "" {
		f.From = from(q, at)
	}
	return Part{Field: &f}
}

func (b *Builder) choices(of []question.Choice) []page.Choice {
	out := make([]page.Choice, len(of))
	for i, c := range of {
		out[i] = page.Choice{Value: c.Value, Label: b.Request.Read(c.Label)}
	}
	return out
}

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
