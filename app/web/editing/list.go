package editing

import (
	"slices"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// overview is everything that a municipality says besides the national edition, as far as its admin changes it here.
type overview struct {
	*publish.Work
	Place      string
	State      string // of the edition that is shown: models.EditionState, publish.State…; "none"
	Blocked    bool   // a case of its tables does not agree
	Papers     []ownPaper
	InFiles    []string // documents that were made in files
	LookUps    []lookedUp
	Procedures []page.Choice
	Done       string // what was just done
}

// ownPaper is one document of the municipality's own.
type ownPaper struct {
	Code, Name, Help, Writer, Basis string
	Asked                           []asked
}

// asked says where a document is asked for.
type asked struct {
	Procedure, Whose, When string
	Original               bool
	Try                    string // the procedure's code
}

// lookedUp is one national document that the municipality's records answer.
type lookedUp struct {
	editing.LookUp
	Name, Whose, In string
}

// doings are what a page may have done before it led here.
var doings = []string{"paper", "removed", "look-up", "ask-again"}

func (p *pages) list(r *page.Request) error {
	w, err := p.work(r)
	if err != nil {
		return err
	}
	out, err := overviewOf(r, w)
	if err != nil {
		return err
	}
	if done := r.Query("done"); slices.Contains(doings, done) {
		out.Done = done
	}
	return r.Show("editing/own", out)
}

func overviewOf(r *page.Request, w *publish.Work) (*overview, error) {
	out := &overview{Work: w, Place: present.Municipality(w.Municipality, r.Lang), State: "none", Procedures: procedures(w.After, r.Lang)}
	if w.Edition != nil {
		out.State, out.Blocked = w.Edition.State, len(w.Edition.Cases.Failed) > 0
	} else if w.Before != w.National {
		out.State = publish.StateInForce
	}
	return out, out.read(r.Lang)
}

func (o *overview) read(lang string) error {
	papers, err := editing.Papers(o.Bundle)
	if err != nil {
		return err
	}
	editable := map[string]bool{}
	for _, one := range papers {
		if one.Writer == catalogue.WriterApplicant {
			continue // its questions stand in the file
		}
		editable[one.Code] = true
		o.Papers = append(o.Papers, o.paper(&one, lang))
	}
	for _, code := range o.After.Documents() {
		if o.National.Document(code) == nil && !editable[code] {
			o.InFiles = append(o.InFiles, present.Document(o.After, code, lang))
		}
	}
	ups, err := editing.LookUps(o.Bundle)
	for _, l := range ups {
		o.LookUps = append(o.LookUps, lookedUp{l, present.Document(o.After, l.Document, lang), whose(l.Subject, lang), present.Procedure(o.After, l.Procedure, lang)})
	}
	return err
}

func (o *overview) paper(p *editing.Paper, lang string) ownPaper {
	out := ownPaper{Code: p.Code, Name: p.Name.In(lang), Help: p.Help.In(lang), Writer: p.Writer, Basis: p.Basis}
	for _, a := range p.Asked {
		when, _ := sentence(o.After, a.Procedure, a.Subject, a.When, lang)
		out.Asked = append(out.Asked, asked{present.Procedure(o.After, a.Procedure, lang), whose(a.Subject, lang), when, a.Original, a.Procedure})
	}
	return out
}

// whose is a kind of subject: 申請者, 子ども.
func whose(subject, lang string) string { return say.Kind(subject, lang) }

// sentence says a condition of a procedure's newest version; whole is false where a part of it stands as it is written.
func sentence(c *catalogue.Catalogue, procedure, subject, when, lang string) (text string, whole bool) {
	p := c.Procedure(procedure)
	if p == nil {
		return when, false
	}
	return say.When(when, condition.Of(c, p.Latest(), subject), lang)
}

// procedures are those to choose from.
func procedures(c *catalogue.Catalogue, lang string) []page.Choice {
	var out []page.Choice
	for _, p := range c.Procedures() {
		out = append(out, page.Choice{Value: p.Code, Label: label(present.Procedure(c, p.Code, lang))})
	}
	return out
}

// Waiting says whether the edition that is shown is on its way into force, so that a change makes a draft beside it.
func (o *overview) Waiting() bool {
	return o.State == string(models.EditionProposed) || o.State == string(models.EditionApproved)
}
