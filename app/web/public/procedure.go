package public

import (
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// procedure is the page that explains a procedure (R12): what it is, who, until when, what happens next, and which
// documents it needs today.
type procedure struct {
	*guide.ProcedurePage
	Code           string
	Municipalities []models.Municipality // to choose from
	Mine           *mine                 // what this person needs; nil while no municipality is chosen
	Needed         []document            // today, of all that anybody may need
	Omitted        []document            // the municipality asks the network instead
	Sources        []catalogue.Source    // on what it rests
	Guidance       said
	Office         said
	OpensOn        string
	ClosesOn       string
	DeadlineOn     string
	Never          jp.Date // no day of arrival: that of today is meant
	Back           string  // of a sample: where the edition is changed that is not in force
}

// document is one document of the page.
type document struct {
	*guide.PageDocument
	Definition *catalogue.Document
	Item       *catalogue.Item // nil: nothing replaces it
	Suspended  bool
}

// said is a text of a municipality.
type said struct{ ja, plain, en string }

// In gives the text in a language, in Japanese where the municipality wrote none.
func (t said) In(lang string) string {
	switch {
	case lang == page.English && t.en != "":
		return t.en
	case lang == page.Plain && t.plain != "":
		return t.plain
	}
	return t.ja
}

func (p *pages) procedure(r *page.Request) error {
	out, _, err := p.explained(r, r.Query("municipality"), nil)
	if err != nil {
		return err
	}
	r.Public(out.Keep(time.Minute))
	return r.Show("public/procedure", out)
}

// Sample shows the page as a parent would see it by an edition that is not in force, with the way back to where that is changed.
func Sample(r *page.Request, found *guide.ProcedurePage, back string) error {
	out := explained(found)
	out.Back = back
	return r.Show("public/procedure", out)
}

func explained(found *guide.ProcedurePage) procedure {
	out := procedure{ProcedurePage: found, Code: found.Version.Procedure.Code, Sources: found.Catalogue.Grounds(found.Version.Source)}
	for i := range found.Documents {
		if d := documentOf(found, i); d.Needed {
			out.Needed = append(out.Needed, d)
		} else {
			out.Omitted = append(out.Omitted, d)
		}
	}
	if m := found.Municipality; m != nil {
		out.Office = said{m.OfficeJa, m.OfficePlain, m.OfficeEn}
	}
	if o := found.Offering; o != nil {
		out.Guidance = said{o.GuidanceJa, o.GuidancePlain, o.GuidanceEn}
		out.OpensOn, out.ClosesOn, out.DeadlineOn = day(o.OpensOn), day(o.ClosesOn), day(o.DeadlineOn)
	}
	return out
}

// documentOf is one document of the page with its texts.
func documentOf(found *guide.ProcedurePage, i int) document {
	d := &found.Documents[i]
	return document{PageDocument: d, Definition: d.Rule.Definition(), Item: found.Catalogue.Item(d.Rule.Item), Suspended: d.Phase == phase.Suspended}
}

// day writes a day of the database.
func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return jp.DateOf(*t).String()
}

// blank is the form that somebody else fills in for a document, with nobody's name on it, to be printed.
func (p *pages) blank(r *page.Request) error {
	pdf, err := p.EmptyBlank(r.Ctx, r.Param("code"), r.Query("municipality"), r.Param("document"))
	if err != nil {
		return err
	}
	return r.PDF(r.Param("document"), pdf)
}
