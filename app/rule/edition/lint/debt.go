package lint

import (
	"cmp"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// Debt is what is left to check of one procedure: for the first page of who is responsible.
type Debt struct {
	Procedure string `json:"procedure"`
	Rules     int    `json:"rules"`     // of all its versions, each that is written once
	Due       int    `json:"due"`       // to be checked: not within MaxAge days, or of a source that changed after the check
	Checked   int    `json:"checked"`   // within MaxAge days
	Never     int    `json:"never"`     // never checked
	Amended   int    `json:"amended"`   // of a source that changed after the check
	Doubtful  int    `json:"doubtful"`  // marked as not certain, the rule or its document
	Unsourced int    `json:"unsourced"` // without a source
	Oldest    string `json:"oldest"`    // the day of the oldest check, YYYY-MM-DD; empty: there is none
	By        string `json:"by"`        // who did that
	Latest    string `json:"latest"`    // the day of the last check; empty: there is none
	LatestBy  string `json:"latest_by"` // who did that

	Marks []Mark `json:"marks"` // which rules the sources of changed after their check, and how that is known
}

// Mark is a rule that was checked before its source changed.
type Mark struct {
	Document string `json:"document"`
	Subject  string `json:"subject"` // kind of subject
	Title    string `json:"title"`   // of the source
	Article  string `json:"article"`
	Checked  string `json:"checked"`  // the day of the check
	On       string `json:"on"`       // the day of the amendment, or on which the circular was registered
	Circular string `json:"circular"` // its number; empty: the edition itself names the amendment
}

// Circular is a notice of the register, as far as it matters here.
type Circular struct {
	Number, Title string
	Registered    jp.Date
}

// Books are what a catalogue's rules are held to.
type Books struct {
	Today     jp.Date
	Circulars []Circular
	Own       bool // count the rules of a municipality alone, not the national ones under them
}

// Debts gives that of every procedure that has such rules, in the order of the catalogue.
func Debts(c *catalogue.Catalogue, books Books) []Debt {
	type written struct {
		at                source.Position
		document, subject string
	}
	counting := counting{catalogue: c, books: books, titles: titlesOf(c)}
	var out []Debt
	for _, p := range c.Procedures() {
		d, counted := Debt{Procedure: p.Code, Marks: []Mark{}}, map[written]bool{}
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				if key := (written{r.At(), r.Document, r.Subject}); !counted[key] && (r.Local || !books.Own) {
					counted[key] = true
					counting.add(&d, r)
				}
			}
		}
		if d.Rules > 0 {
			out = append(out, d)
		}
	}
	return out
}

// Total is the debt of all procedures together.
func Total(all []Debt) Debt {
	var out Debt
	for _, d := range all {
		out.Rules, out.Due, out.Checked, out.Never = out.Rules+d.Rules, out.Due+d.Due, out.Checked+d.Checked, out.Never+d.Never
		out.Amended, out.Doubtful, out.Unsourced = out.Amended+d.Amended, out.Doubtful+d.Doubtful, out.Unsourced+d.Unsourced
		out.saw(d.Oldest, d.By)
		out.saw(d.Latest, d.LatestBy)
	}
	return out
}

type counting struct {
	catalogue *catalogue.Catalogue
	books     Books
	titles    []string
}

func (c *counting) add(d *Debt, r *catalogue.Rule) {
	one := map[bool]int{true: 1}
	marks, checked := c.marks(r), recent(r, c.books.Today)
	d.Rules++
	d.Due += one[!checked || len(marks) > 0]
	d.Checked += one[checked]
	d.Never += one[r.Checked.On == ""]
	d.Amended += one[len(marks) > 0]
	d.Doubtful += one[cmp.Or(r.Doubtful, r.Definition().Doubtful) != ""]
	d.Unsourced += one[len(r.Source) == 0]
	d.saw(r.Checked.On, r.Checked.By)
	d.Marks = append(d.Marks, marks...)
}

// saw takes note of a check.
func (d *Debt) saw(on, by string) {
	if on != "" && (d.Oldest == "" || on < d.Oldest) { // as YYYY-MM-DD they sort by day
		d.Oldest, d.By = on, by
	}
	if on > d.Latest {
		d.Latest, d.LatestBy = on, by
	}
}

// marks are the sources of a rule that changed after it was checked: as the edition itself says, or by a circular that was registered
// after the check and cites them.
func (c *counting) marks(r *catalogue.Rule) (out []Mark) {
	if r.Checked.On == "" {
		return nil
	}
	for _, s := range c.catalogue.Grounds(r.Source) {
		mark := Mark{Document: r.Document, Subject: r.Subject, Title: s.Title, Article: s.Article, Checked: r.Checked.On}
		if s.AmendedOn > r.Checked.On {
			mark.On = s.AmendedOn
			out = append(out, mark)
		}
		for _, circular := range c.books.Circulars {
			if on := circular.Registered.String(); on > r.Checked.On && cites(circular.Title, s, c.titles) {
				mark.On, mark.Circular = on, circular.Number
				out = append(out, mark)
			}
		}
	}
	return out
}
