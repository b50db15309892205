package staff

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// about is what the applicant entered about one person, and where it stands.
type about struct {
	subject string
	rows    []answers.Row
}

// entered keeps what a section of the form says of each person, to stand beside the papers about them.
func (c *casePage) entered(s form.Section, parts []answers.Part, lang string) {
	if s.Each == "" {
		c.abouts = append(c.abouts, about{s.Key, answers.Rows(lang, parts)})
		return
	}
	for i, part := range parts {
		for _, kind := range []string{"child", "guardian", "supporter"} {
			if catalogue.ListOf(kind) == s.Each && part.Group != nil {
				c.abouts = append(c.abouts, about{kind + "-" + strconv.Itoa(i+1), answers.Rows(lang, part.Group.Parts)})
			}
		}
	}
}

// About is what the applicant entered about the person of the document that is open.
func (c *casePage) About() (out []answers.Row) {
	subject := c.Item.Line.Subject
	if subject == "household" { // asked about through who applies
		subject = "applicant"
	}
	for _, one := range c.abouts {
		if one.subject == subject {
			out = append(out, one.rows...)
		}
	}
	return out
}

// Promise is what the applicant declared of the document that is open, and why; nil if nothing was.
func (c *casePage) Promise() *dossier.Declaration {
	i := slices.IndexFunc(c.Declarations, func(d dossier.Declaration) bool {
		return d.Document == c.Item.Line.Document && d.Subject == c.Item.Line.Subject
	})
	if i < 0 {
		return nil
	}
	return &c.Declarations[i]
}

// people puts the names into words by which one knows the case: who applies, and for which children.
func (c *casePage) people(lang string) {
	c.Applicant = present.Applicant(c.Form)
	content := dossier.Content{Facts: c.Facts, Form: c.Form}
	for n := 1; ; n++ {
		form, facts := content.Person("child-" + strconv.Itoa(n))
		name := present.Individual(form, facts, lang)
		if name == "" {
			return
		}
		c.Children = append(c.Children, name)
	}
}

// Waits says whether something of the case comes by itself: an answer, the scan or the pictures of a file.
func (c *casePage) Waits() bool {
	return slices.ContainsFunc(c.Lines, func(l line) bool {
		there := l.State == models.ItemReceived || l.State == models.ItemAnswered
		return l.Coming || l.State == models.ItemInquiring || there && (len(l.Files) == 0 && len(l.Papers) == 0 ||
			slices.ContainsFunc(l.Files, func(f review.File) bool { return f.View == "" }))
	})
}

// next is the document to work on: after a step with one that one while it still waits for the office, else the first that does; with
// none left the one that was worked on.
func (c *casePage) next(after string) int {
	waits := func(l line) bool { return l.Moves == "office" || l.Dispute != "" }
	document, subject, _ := strings.Cut(after, "/")
	at := c.has(document, subject)
	if at >= 0 && waits(c.Lines[at]) {
		return at
	}
	if first := slices.IndexFunc(c.Lines, waits); first >= 0 {
		return first
	}
	return max(0, at)
}

// Stopped are the documents whose item is suspended while they are not settled.
func (c *casePage) Stopped() []line {
	return slices.DeleteFunc(slices.Clone(c.Lines), func(l line) bool { return l.Stopped == "" || stopped(l.Item) == "settled" })
}

// mark says to the page's script whether something of the case has changed.
func (p *pages) mark(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	mark, err := p.Review.Mark(r.Ctx, r.Actor, id)
	if err != nil {
		return err
	}
	r.Gin.Header("Cache-Control", "no-store")
	r.Gin.String(http.StatusOK, mark)
	return nil
}

// passed says of a case that was passed on (移送) where it is, and under which number, once the other office has it.
func (p *pages) passed(r *page.Request, c *casePage) error {
	places, err := p.choosable(r)
	if err != nil {
		return err
	}
	for _, t := range c.Timeline {
		switch t.Event {
		case string(lifecycle.EventTransfer):
			for _, place := range places {
				if place.Value == t.Detail {
					c.Passed = r.Text("case.passed-where", "place", place.Label)
				}
			}
		case models.EventReceivedElsewhere:
			c.Passed += r.Text("case.passed-number", "number", t.Detail)
		}
	}
	return nil
}

// keys are the keys of the steps: one each, on the screen beside the button.
var keys = map[string]string{
	review.StepRequest: "1", review.StepLapse: "2", review.StepReject: "3", review.StepReopen: "4", review.StepPassOn: "6", review.StepApprove: "7",
	review.StepRead: "i", review.StepSlip: "m", review.StepNetworkAlone: "y", review.StepDirect: "u", review.StepPaper: "p", review.StepScan: "v",
	review.StepWaive:  "w",
	models.WhyWriting: "f", models.WhyPart: "g", models.WhyRecords: "h", models.WhyAnother: "d",
}

// Key is the key of a step.
func (c *casePage) Key(step string) string { return keys[step] }

// Key is the key of a step, or of why something is judged the same.
func (c *itemView) Key(step string) string { return keys[step] }

// Protection is the step that protects the person, or that ends it.
func (c *casePage) Protection() string {
	if c.Protected {
		return "unprotect"
	}
	return "protect"
}

// required are the fields without which a step is refused.
var required = map[string][]string{
	review.StepRequest: {"text", "due"}, review.StepReject: {"reason"}, review.StepReopen: {"reason"}, review.StepPassOn: {"reason"},
	"protect": {"reason"}, "unprotect": {"reason"}, "note": {"text"}, review.StepWaive: {"reason"},
}

// Field is a field of the form of a step.
func (c *casePage) Field(step, name string) page.Field { return own(c.Fields[name], step, c.Opened) }

// Own is a field of the form of a step with the document.
func (c *itemView) Own(step, name string) page.Field { return own(c.How[name], step, c.Opened) }

// own gives a field that several forms have an id of its own in each, but for the form that was refused: the summary leads to that one.
func own(f page.Field, step, opened string) page.Field {
	f.Need = slices.Contains(required[step], f.Name)
	if step != opened {
		f.Pointer += "-" + step
		if opened != "" { // what was sent belongs to the form that was sent
			f.Value, f.Parts, f.Wrong = "", [3]string{}, nil
		}
	}
	return f
}
