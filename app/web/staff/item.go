package staff

import (
	"encoding/json"
	"maps"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// itemView is one document of one person on the screen of its case: on the left its pictures, on the right what is typed from it, then
// the network's answer and what was found between them, and the steps of the file of a discrepancy (R3, R7).
type itemView struct {
	Line     line
	Previous string // addresses of the items before and after
	Next     string
	Does     map[string]possible
	Reads    []page.Field // what is typed from the document
	Outcome  []page.Field
	Said     []said // what was read and what was answered, side by side
	Dispute  *dispute
	Asked    []inquiry
	How      map[string]page.Field
	Opened   string
	Disposed []disposed // how it was settled without its document (R4)
	Judged   *judged
	c        *casePage
	lang     string
}

// judged is what a person said of what the comparison could not tell, in words.
type judged struct {
	review.Judged
	Who string
}

// Wrote are the answers that a file was written from on the screen, with every character as it was typed; none of a file that was
// attached.
func (c *itemView) Wrote(f review.File) []statement.Line {
	var answers map[string]any
	document := c.c.Catalogue.Document(c.Line.Document)
	if document == nil || json.Unmarshal(f.Answers, &answers) != nil {
		return nil
	}
	return statement.Lines(document.Questions, answers, c.lang)
}

// NotNow are the steps that cannot be taken with the document now, each with what stands in the way.
func (c *itemView) NotNow() []possible { return notNow(c.Line.Steps, c.Does) }

// disposed is a record of R4 in words.
type disposed struct {
	review.Disposition
	Who string
}

// typed are the fields of all forms of the page in the order in which they stand.
func (c *itemView) typed() []page.Field {
	out := append(slices.Clone(c.Reads), c.Outcome...)
	for _, name := range slices.Sorted(maps.Keys(c.How)) {
		out = append(out, c.How[name])
	}
	return out
}

// dispute is the file of a discrepancy with its steps (R7).
type dispute struct {
	review.Dispute
	Rows   []rung        // all steps
	Can    []review.Step // those that may be taken now
	Chosen string        // the one that the form offers first, or that was sent
}

type inquiry struct {
	models.Inquiry
	Text string
}

func (p *pages) item(r *page.Request) error {
	out, err := p.itemPage(r, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/case", out)
}

// itemPage is a case with the document of the address open.
func (p *pages) itemPage(r *page.Request, wrong []page.Wrong) (*casePage, error) {
	c, err := p.read(r)
	if err != nil {
		return nil, err
	}
	at := c.has(r.Param("document"), r.Param("subject"))
	if at < 0 {
		return nil, fault.ErrNotFound
	}
	return c, p.view(r, c, at, wrong)
}

// view opens one document of a case.
func (p *pages) view(r *page.Request, c *casePage, at int, wrong []page.Wrong) error {
	out := &itemView{c: c, lang: r.Lang, Line: c.Lines[at], Does: map[string]possible{}, How: itemFields(r, wrong)}
	c.Item = out
	p.know(r)
	if at > 0 {
		out.Previous = c.address(c.Lines[at-1])
	}
	if at+1 < len(c.Lines) {
		out.Next = c.address(c.Lines[at+1])
	}
	for _, s := range out.Line.Steps {
		out.Does[s.Step] = possible{s.Step, s.Allowed, present.Reason(s.Reason, r.Lang)}
	}
	p.reading(r, out, wrong)
	out.dispute(r)
	if j := out.Line.Judged; j != nil {
		out.Judged = &judged{*j, by(r, j.By)}
	}
	for _, s := range c.Dispositions {
		if s.Document == out.Line.Document && s.Subject == out.Line.Subject {
			out.Disposed = append(out.Disposed, disposed{s, by(r, s.By)})
		}
	}
	all, err := p.Linkage.Inquiries(r.Ctx, r.Actor, c.ID)
	if err != nil {
		return err
	}
	for _, q := range all {
		if q.Document == out.Line.Document && q.Subject == out.Line.Subject {
			out.Asked = append(out.Asked, inquiry{q, present.Reply(string(q.State), q.Result, r.Lang)})
		}
	}
	return nil
}

// dispute finds the file of the item's discrepancy: the open one, else the last.
func (c *itemView) dispute(r *page.Request) {
	for _, d := range c.c.Discrepancies {
		if d.Document == c.Line.Document && d.Subject == c.Line.Subject {
			c.Dispute = disputeOf(r, d)
		}
	}
}

func disputeOf(r *page.Request, d review.Dispute) *dispute {
	out := &dispute{Dispute: d, Chosen: r.Gin.Request.PostForm.Get("dispute_step")}
	steps := d.Next
	if slices.ContainsFunc(d.Past, func(t review.DisputeStep) bool { return t.Step == string(discrepancy.StepSlip) }) {
		steps = append([]review.Step{{Step: string(discrepancy.StepSlip)}}, steps...)
	}
	for _, s := range steps {
		row := rung{Step: s.Step, Name: present.Step(s.Step, r.Lang)}
		if s.Allowed {
			out.Can = append(out.Can, s)
		} else {
			row.Reason = present.Reason(s.Reason, r.Lang)
		}
		for _, t := range d.Past {
			if t.Step != s.Step {
				continue
			}
			one := taken{At: t.At, By: by(r, t.By), Note: t.Note}
			if t.Step == string(discrepancy.StepSimilarChecked) {
				one.Count = &t.Count
			}
			row.Taken = append(row.Taken, one)
		}
		out.Rows = append(out.Rows, row)
	}
	if out.Chosen == "" && len(out.Can) > 0 {
		out.Chosen = out.Can[0].Step
	}
	return out
}

// itemFields are the fields of the forms beside the reading.
func itemFields(r *page.Request, wrong []page.Wrong) map[string]page.Field {
	out := map[string]page.Field{}
	for _, f := range []page.Field{r.Field(page.FieldArea, "explained_how", "item.explained-how"), r.Field(page.FieldDate, "explained_at", "item.explained-at"),
		r.Field(page.FieldText, "source", "item.source"), r.Field(page.FieldDate, "obtained_at", "item.obtained-at"), r.Field(page.FieldDate, "received_at",
			"item.received-at"),
		r.Field(page.FieldArea, "reason", "case.reason"), r.Field(page.FieldArea, "note", "item.note"), r.Field(page.FieldNumber, "count", "item.count")} {
		if posted := r.Gin.Request.PostForm; posted != nil {
			f.Value, f.Parts = posted.Get(f.Name), page.DateParts("", posted, f.Name)
		}
		f.Need = f.Name != "count" // asked in one step alone
		f.Wrong = page.WrongAt(wrong, f.Pointer)
		out[f.Name] = f
	}
	return out
}

// Causes are the causes that closing a discrepancy's file may name (R7).
func (d *dispute) Causes() []discrepancy.Cause { return discrepancy.Causes }
