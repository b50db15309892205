package editing

import (
	"encoding/json"
	"net/url"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/app/wording"
)

// preview shows a procedure's page as a parent would see it by the edition that is worked on.
func (p *pages) preview(r *page.Request) error {
	w, err := p.work(r)
	if err != nil {
		return err
	}
	found, err := p.Guide.Preview(r.Ctx, w.After, r.Query("procedure"), w.Scope)
	if err != nil {
		return err
	}
	return public.Sample(r, found, Own)
}

// trialForm is the page on which an invented person is tried: the questions of a procedure, and what has to be brought.
type trialForm struct {
	*publish.Work
	Procedure, Name string
	Parts           []answers.Part
	Example         bool // the answers are those of the procedure's example
	Before, After   *column
}

// column is what a person has to bring by one edition. Its names are of templates.
type column struct {
	Known                      bool // the edition has the procedure
	Bring, Looked, Unnecessary []tried
}

// tried is one document for one person, and why.
type tried struct {
	Name, Whose, Why, When string
	Changed                bool // it is not so in the other column
}

func (p *pages) trial(r *page.Request) error {
	w, v, err := p.tryable(r)
	if err != nil {
		return err
	}
	var facts json.RawMessage
	if r.Query("empty") == "" {
		facts = v.ExampleFacts(w.Scope)
	}
	out, err := p.trialPage(r, w, v, facts, nil, nil)
	if err != nil {
		return err
	}
	out.Example = facts != nil
	return r.Show("editing/try", out)
}

// tryable opens the edition and the version of the procedure that is tried. Error: not-found.
func (p *pages) tryable(r *page.Request) (*publish.Work, *catalogue.Version, error) {
	w, err := p.work(r)
	if err != nil {
		return nil, nil, err
	}
	v := w.After.Version(r.Query("procedure"), jp.DateIn(p.Dossiers.DB.Now()))
	if v == nil {
		return nil, nil, fault.ErrNotFound
	}
	return w, v, nil
}

func (p *pages) trialPage(r *page.Request, w *publish.Work, v *catalogue.Version, facts json.RawMessage, values url.Values, wrong []page.Wrong) (
	*trialForm, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	if err != nil {
		return nil, err
	}
	var places []page.Choice
	for _, m := range all {
		places = append(places, page.Choice{Value: m.Code, Label: page.Plaintext(present.Municipality(&m, r.Lang))})
	}
	b := answers.Builder{Request: r, Places: places, Posted: values, Wrong: wrong, Filing: jp.DateIn(p.Dossiers.DB.Now())}
	out := &trialForm{Work: w, Procedure: v.Procedure.Code, Name: v.Name.In(r.Lang), Parts: b.Facts(v, facts)}
	answers.Name(out.Parts, wrong)
	return out, nil
}

// try decides what the person of the form has to bring, before and after. Nothing of it is kept.
func (p *pages) try(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	w, v, err := p.tryable(r)
	if err != nil {
		return err
	}
	var before, after *publish.Tried
	if !answers.Edited(values) {
		before, after, err = p.Publish.Try(r.Ctx, r.Actor, w, v.Procedure.Code, func(v *catalogue.Version) (json.RawMessage, error) {
			return json.Marshal(answers.Saved{Version: v}.SentFacts(values, false))
		})
	}
	wrong, ok := r.Wrong(err)
	if err != nil && !ok {
		return err
	}
	out, failed := p.trialPage(r, w, v, nil, values, wrong)
	if failed != nil {
		return failed
	}
	if err != nil {
		return r.Again("editing/try", out, err)
	}
	if after != nil {
		out.Before, out.After = columnOf(before, r.Lang), columnOf(after, r.Lang)
		compare(out.Before, out.After)
	}
	return r.Show("editing/try", out)
}

// columnOf says what an edition asks of the person.
func columnOf(t *publish.Tried, lang string) *column {
	if t == nil {
		return &column{}
	}
	out := &column{Known: true}
	for _, one := range t.Documents {
		said := sayTried(t, one, lang)
		if one.Decision == evidence.Attach {
			out.Bring = append(out.Bring, said)
		} else {
			out.Looked = append(out.Looked, said)
		}
	}
	for _, one := range t.NotAsked {
		said := sayTried(t, one, lang)
		if one.WhyNot == evidence.LookedUp {
			out.Looked = append(out.Looked, said)
		} else {
			out.Unnecessary = append(out.Unnecessary, said)
		}
	}
	return out
}

// compare marks what one column has and the other does not: of what is brought, and of what is looked up.
func compare(before, after *column) {
	for _, pair := range [][2][]tried{{before.Bring, after.Bring}, {after.Bring, before.Bring}, {before.Looked, after.Looked}, {after.Looked, before.Looked}} {
		for i := range pair[0] {
			one := &pair[0][i]
			one.Changed = !slices.ContainsFunc(pair[1], func(o tried) bool { return o.Name == one.Name && o.Whose == one.Whose })
		}
	}
}

// sayTried says one document with why it is asked for or not: the reason, and when its rule asks for it.
func sayTried(t *publish.Tried, one evidence.Explained, lang string) tried {
	rule := one.Why.Rule
	out := tried{Name: rule.Rule.Definition().Name.In(lang), Whose: present.Whose(one.Subject, lang)}
	switch {
	case one.WhyNot == evidence.LookedUp:
		l := one.Why.LookUp.Reason
		out.Why = catalogue.Text{Ja: l.Ja, Plain: l.Plain, En: l.En}.In(lang)
	case one.WhyNot != "":
		out.Why = wording.In("try-"+one.WhyNot, lang)
	default:
		out.Why = present.Why(t.Catalogue, one.Reason, one.Why.Item, lang)
	}
	out.When, _ = say.When(rule.When, condition.Of(t.Catalogue, t.Version, rule.Subject), lang)
	return out
}
