package editing

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// lookUpForm is the page on which a national document is left out that the municipality's own records answer.
type lookUpForm struct {
	*publish.Work
	Procedures      []page.Choice
	Procedure, Name string // chosen; empty: it has to be first
	Document        page.Field
	Fixed           []string // documents that are always asked for, in words
	Reason          words
	Hard, Kept      bool
}

func (p *pages) lookUp(r *page.Request) error {
	w, err := p.work(r)
	if err != nil {
		return err
	}
	l := editing.LookUp{Procedure: r.Query("procedure"), Document: r.Query("document"), Subject: r.Query("subject")}
	all, err := editing.LookUps(w.Bundle)
	if err != nil {
		return err
	}
	l.Reason, _ = wording.Of("look-up-suggested")
	if i := slices.IndexFunc(all, func(o editing.LookUp) bool {
		return o.Procedure == l.Procedure && o.Document == l.Document && o.Subject == l.Subject
	}); i >= 0 {
		l.Reason = all[i].Reason
	}
	return r.Show("editing/look-up", lookUpPage(r, w, l))
}

func lookUpPage(r *page.Request, w *publish.Work, l editing.LookUp) *lookUpForm {
	out := &lookUpForm{Work: w, Procedures: procedures(w.National, r.Lang)}
	if w.National.Procedure(l.Procedure) == nil {
		return out
	}
	out.Procedure, out.Name = l.Procedure, present.Procedure(w.National, l.Procedure, r.Lang)
	out.Document = r.Field(page.FieldRadio, "document", "editing.look-up-document")
	out.Document.Need, out.Document.Value = true, l.Document+"/"+l.Subject
	for _, rule := range editing.Rules(w.National, l.Procedure) {
		words := r.Text("editing.document-of", "document", rule.Definition().Name.In(r.Lang), "whose", r.Text("subject."+rule.Subject))
		if rule.Fixed {
			out.Fixed = append(out.Fixed, words)
			continue
		}
		when, _ := sentence(w.National, l.Procedure, rule.Subject, rule.When, r.Lang)
		out.Document.Choices = append(out.Document.Choices, page.Choice{Value: rule.Document + "/" + rule.Subject, Label: label(words),
			Help: r.Markup("editing.asked-when", "when", when)})
	}
	out.Reason = wordsOf(r, "reason", "editing.look-up-reason", l.Reason, editing.MaxText)
	return out
}

// sentLookUp is a look-up as it was typed.
func sentLookUp(values url.Values) editing.LookUp {
	document, subject, _ := strings.Cut(values.Get("document"), "/")
	return editing.LookUp{Procedure: values.Get("procedure"), Document: document, Subject: subject, Reason: sentWords(values, "reason")}
}

func (p *pages) saveLookUp(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	once, err := r.Once("POST " + Own + "/look-ups")
	if err != nil {
		return err
	}
	l, kept := sentLookUp(values), values.Get("keep-plain") != ""
	if _, err = p.Publish.SetLookUp(r.Ctx, r.Actor, once, values.Get("seen"), l, !kept); err == nil {
		return r.Redirect(Own + "?done=look-up")
	}
	w, failed := p.work(r)
	if failed != nil {
		return failed
	}
	form := lookUpPage(r, w, l)
	wrong, _ := r.Wrong(err)
	page.Mark(form.Reason.Fields, wrong)
	form.Document = page.Mark([]page.Field{form.Document}, wrong)[0]
	form.Hard, form.Kept = hardOnly(err) || kept, kept
	return r.Again("editing/look-up", form, err)
}

func (p *pages) askAgain(r *page.Request) error {
	once, err := r.Once("POST " + Own + "/look-ups/ask-again")
	if err != nil {
		return err
	}
	l := editing.LookUp{Procedure: r.Value("procedure"), Document: r.Value("document"), Subject: r.Value("subject")}
	if _, err := p.Publish.AskAgain(r.Ctx, r.Actor, once, r.Value("seen"), l); err != nil {
		return p.listAgain(r, err)
	}
	return r.Redirect(Own + "?done=ask-again")
}

// listAgain shows the list as it is now, with why a step on it was refused.
func (p *pages) listAgain(r *page.Request, err error) error {
	w, failed := p.work(r)
	if failed != nil {
		return failed
	}
	out, failed := overviewOf(r, w)
	if failed != nil {
		return failed
	}
	return r.Again("editing/own", out, err)
}
