package staff

import (
	"encoding/json"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// casePage is one case: what came in, the checklist, what waits for somebody, and what may be done next.
type casePage struct {
	*review.Case
	Name     string
	Lines    []line
	Sections []section
	Notes    []queue.Note
	Does     map[string]review.Step // what may be done with the case, by step, or why not
	Past     []past
	Fields   map[string]page.Field // of the forms
	Places   []choice
	Opened   string // the form that was refused
	version  *catalogue.Version
}

// line is one document of the checklist.
type line struct {
	review.Item
	Name, Whose, Why string
	Dispute          string // the step at which an open discrepancy's file is
}

type section struct {
	Title string
	Rows  []answers.Row
}

type past struct {
	At   time.Time
	Text string
}

func (p *pages) show(r *page.Request) error {
	out, err := p.open(r)
	if err != nil {
		return err
	}
	return r.Show("staff/case", out)
}

// open reads a case and puts it into words. The look is recorded. Error: not-found, also for a malformed id.
func (p *pages) open(r *page.Request) (*casePage, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	c, err := p.Review.Open(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	out := &casePage{Case: c, Name: wording.Procedure(p.Catalogue, c.Procedure, r.Lang), Does: map[string]review.Step{}, Fields: caseFields(r)}
	for _, s := range c.Steps {
		if !s.Allowed {
			s.Reason = wording.StepRefusal(s.Reason, r.Lang)
		}
		out.Does[s.Step] = s
	}
	for _, i := range c.Items {
		out.Lines = append(out.Lines, p.line(r, c, i))
	}
	for i := len(c.Timeline) - 1; i >= 0; i-- {
		if text := wording.Event(p.Catalogue, c.Timeline[i].Event, c.Timeline[i].Detail, r.Lang); text != "" {
			out.Past = append(out.Past, past{c.Timeline[i].At, text})
		}
	}
	if c.State == models.StateTransferred {
		return out, nil
	}
	if out.Notes, err = p.Queue.Notes(r.Ctx, r.Actor, id); err != nil {
		return nil, err
	}
	return out, p.answered(r, out)
}

func (p *pages) line(r *page.Request, c *review.Case, i review.Item) line {
	l := line{Item: i, Name: wording.Document(p.Catalogue, i.Document, r.Lang), Whose: wording.Whose(i.Subject, r.Lang), Why: wording.Why(p.Catalogue, i.Reason, i.Linkage, r.Lang)}
	for _, d := range c.Discrepancies {
		if d.Document == i.Document && d.Subject == i.Subject && d.ClosedAt == nil {
			l.Dispute = wording.Step(d.Step, r.Lang)
		}
	}
	return l
}

// answered puts what the applicant entered into words, by the version in force at the arrival (P5).
func (p *pages) answered(r *page.Request, out *casePage) error {
	day := jp.DateIn(out.ArrivedAt)
	out.version = p.Catalogue.Version(out.Procedure, day)
	if out.version == nil {
		return nil
	}
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	if err != nil {
		return err
	}
	b := answers.Builder{Request: r}
	for _, m := range all {
		name := page.Place(r.Lang, m.NameJa, m.NameEn)
		b.Places = append(b.Places, page.Choice{Value: m.Code, Label: page.Plaintext(name)})
		if m.Code != out.Municipality {
			out.Places = append(out.Places, choice{m.Code, name})
		}
	}
	out.Sections = append(out.Sections, section{r.Text("case.facts"), answers.Rows(r.Lang, b.Facts(out.version, out.Facts))})
	for _, s := range out.version.FormRules().Sections() {
		saved, there := out.Form[s.Key]
		if !there {
			continue
		}
		n := 1
		if list, ok := saved.([]any); ok {
			n = len(list)
		}
		out.Sections = append(out.Sections, section{s.Group.Label.In(r.Lang), answers.Rows(r.Lang, b.Section(s, out.Form, n))})
	}
	return nil
}

// Mine says whether the reviewer has the case and may write to it.
func (c *casePage) Mine() bool { return c.Claim != nil && c.Claim.Mine }

// Fence is the number that every form carries; 0 without a claim.
func (c *casePage) Fence() int64 {
	if !c.Mine() {
		return 0
	}
	return c.Claim.Fence
}

// caseFields are the fields of the forms on a case's page, with what was typed while a refused one is shown again.
func caseFields(r *page.Request) map[string]page.Field {
	out := map[string]page.Field{}
	for _, f := range []page.Field{r.Field(page.FieldArea, "text", "case.note"), r.Field(page.FieldArea, "reason", "case.reason"), r.Field(page.FieldArea, "letter", "case.letter"),
		r.Field(page.FieldDate, "due", "case.due"), r.Field(page.FieldArea, "fields", "case.fields")} {
		if r.Gin.Request.PostForm != nil {
			f.Value = r.Value(f.Name)
			f.Parts = page.DateParts("", r.Gin.Request.PostForm, f.Name)
		}
		out[f.Name] = f
	}
	return out
}

// refused shows the case again with what was typed and what is wrong with it.
func (p *pages) refused(r *page.Request, step string, refusal error) error {
	wrong, ok := r.Wrong(refusal)
	if !ok {
		return refusal
	}
	out, err := p.open(r)
	if err != nil {
		return err
	}
	out.Opened = step
	for name, f := range out.Fields {
		f.Wrong = page.WrongAt(wrong, f.Pointer)
		out.Fields[name] = f
	}
	return r.ShowWith(r.Status(refusal), "staff/case", out, wrong)
}

// has says whether a document's code and subject are of the case.
func (c *casePage) has(document, subject string) int {
	return slices.IndexFunc(c.Lines, func(l line) bool { return l.Document == document && l.Subject == subject })
}

// pretty is a value of a document or an answer as a person reads it.
func pretty(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
