package parent

import (
	"slices"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// card is one requirement.
type card struct {
	Document, Subject     string
	Name, Whose, Help     string
	Who                   string // what the form calls that person, as it was typed; empty of the applicant
	Why, Obtain, Accepted string
	Because               string         // of which own answer, by which law
	Writer                string         // who writes it: catalogue.Writer…
	Write                 bool           // it is written on the screen, by answering its questions
	Written               bool           // it was
	Stale                 bool           // and names whom it is about as they are called no more
	Paper                 []answers.Part // its questions, where they are asked here
	Print                 string         // a form to print; empty if there is none
	Blank                 bool           // one is made for somebody else to fill in
	Original              bool           // on paper, to be shown at the interview
	Needed                bool
	State                 string // of a filed one: models.Item…
	Files                 []apply.FileView
	Aside                 []document.Aside // deleted, can be had back
	Attached              bool             // one of them is new, not handed in yet
	Declared              *dossier.Declaration
	Due                   page.Field
	Reason                page.Field
	Wrong                 []page.Wrong
	Open                  bool // the declaration is shown: something is wrong with it
}

// order puts what is written on the page behind what has to be fetched and sent, and what is done behind both.
func (c card) order() int {
	switch {
	case c.Done():
		return 2
	case c.Write:
		return 1
	}
	return 0
}

// Done says whether there is nothing more to do about it, so that its card folds: what is attached was looked at and can be seen whole, or
// it is declared.
func (c card) Done() bool {
	if len(c.Wrong) > 0 || c.Open || c.Stale || len(c.Aside) > 0 {
		return false
	}
	if len(c.Files) == 0 {
		return c.Declared != nil
	}
	return !slices.ContainsFunc(c.Files, func(f apply.FileView) bool {
		return f.Scan != models.ScanClean || f.View != models.ViewReady || f.Partly()
	})
}

// Picture is the file whose first page stands for what is done; empty if there is none.
func (c card) Picture() string {
	if !c.Done() || len(c.Files) == 0 {
		return ""
	}
	return c.Files[0].ID
}

func (p *pages) card(r *page.Request, d *draft, q evidence.Requirement) card {
	c := card{
		Document: q.Document,
		Subject:  q.Subject,
		Name:     present.Document(d.catalogue, q.Document, r.Lang), // of one that an older version asked for
		Whose:    present.Person(d.Form, d.Facts, q.Subject, r.Lang),
		Help:     present.DocumentHelp(d.catalogue, q.Document, r.Lang),
		Why:      present.Why(d.catalogue, q.Reason, q.Item, r.Lang),
		Needed:   q.Decision == evidence.Attach,
	}
	if q.Subject != "applicant" && c.Whose == present.Whose(q.Subject, r.Lang) {
		c.Who = present.Called(d.version, d.Form, q.Subject)
	}
	if rule := d.version.Rule(q.Document, q.Subject); rule != nil { // as this version describes it
		def := rule.Definition()
		c.Name, c.Help, c.Obtain, c.Accepted = def.Name.In(r.Lang), def.Help.In(r.Lang), def.Obtain.In(r.Lang), def.Accept.In(r.Lang)
		c.Writer, c.Original, c.Print, c.Write = def.Writer, rule.Original, def.Print, def.Statement() != nil
		c.Blank = def.Blank != nil && c.Print == ""
	}
	for _, i := range d.Items {
		if i.Document == q.Document && i.Subject == q.Subject {
			c.State = string(i.State)
			c.Needed = c.Needed || i.State == models.ItemAwaiting
		}
	}
	for _, f := range d.Files {
		if f.Document == q.Document && f.Subject == q.Subject {
			c.Files = append(c.Files, f)
			c.Attached = c.Attached || !f.Handed
			c.Written = c.Written || f.Answers != nil && !f.Handed
			c.Stale = c.Stale || p.StaleStatement(d.View, f)
		}
	}
	for i, one := range d.Declarations {
		if one.Document == q.Document && one.Subject == q.Subject {
			c.Declared = &d.Declarations[i]
		}
	}
	at := c.Document + "-" + c.Subject
	c.Reason = r.Field(page.FieldArea, "reason", "documents.reason")
	c.Reason.Need = true
	c.Due = r.Field(page.FieldDate, "due", "documents.due")
	c.Reason.Pointer, c.Due.Pointer = "/"+at+"-reason", "/"+at+"-due"
	if c.Declared != nil {
		c.Reason.Value, c.Due.Parts = c.Declared.Reason, page.DateParts(c.Declared.Due, nil, "due")
	}
	return c
}
