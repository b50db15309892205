package staff

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// papersPage says of each document how it came, and files the application.
type papersPage struct {
	*intake
	Asked  []answers.Consent // on the page of consents
	Papers []paper
	Given  []consented // consents of somebody else than the applicant: who gave them
	MaxMB  int64
}

// paper is one document of the plan: how it came to the counter.
type paper struct {
	Document, Subject, Name, Whose, Why string
	Needed                              bool
	Files                               []apply.FileView
	Aside                               []document.Aside // deleted, can be had back
	How                                 page.Field
	Reason, Due                         page.Field
	Wrong                               []page.Wrong
}

// ID is the anchor to which what is wrong with the document leads.
func (d paper) ID() string { return page.FieldID("/documents/" + d.Document + "/" + d.Subject) }

// consented is one consent that the person whose information it is may have given.
type consented struct{ Value, Name, Whose, Subject, By string }

// Ways in which a document comes to the counter, beside the two declarations (P1).
const (
	broughtNot   = "none"
	broughtScan  = "scan"
	broughtPaper = "paper"
	broughtShown = "shown"
)

func (p *pages) papers(step string) page.Handler {
	return func(r *page.Request) error {
		d, err := p.openIntake(r, step)
		if err != nil {
			return err
		}
		if !d.Draft() {
			return r.Redirect(d.at("receipt"))
		}
		if d.Plan == nil { // it depends on the answers
			return r.Redirect(d.at(stepForm))
		}
		return r.Show("staff/counter-"+step, p.papersPage(r, d, nil, nil))
	}
}

func (p *pages) papersPage(r *page.Request, d *intake, typed url.Values, wrong []page.Wrong) *papersPage {
	out := &papersPage{intake: d, MaxMB: p.opt.MaxFileSize >> 20, Asked: answers.Consents(d.catalogue, d.version, d.Plan, d.Consents, r.Lang)}
	for _, q := range d.Plan.Requirements {
		out.Papers = append(out.Papers, p.paperOf(r, d, q, typed, wrong))
	}
	for _, c := range d.Consents {
		item, subject, named := strings.Cut(c, "/")
		if !named || subject == "applicant" {
			continue
		}
		one := consented{
			Value:   c,
			Name:    present.Item(d.catalogue, item, r.Lang),
			Whose:   present.Person(d.Form, d.Facts, subject, r.Lang),
			Subject: subject,
			By:      typed.Get("by." + c),
		}
		if one.By == "" {
			one.By = subject
		}
		out.Given = append(out.Given, one)
	}
	return out
}

func (p *pages) paperOf(r *page.Request, d *intake, q evidence.Requirement, typed url.Values, wrong []page.Wrong) paper {
	out := paper{
		Document: q.Document,
		Subject:  q.Subject,
		Name:     present.Document(d.catalogue, q.Document, r.Lang),
		Whose:    present.Person(d.Form, d.Facts, q.Subject, r.Lang),
		Why:      present.Why(d.catalogue, q.Reason, q.Item, r.Lang),
		Needed:   q.Decision == evidence.Attach,
	}
	for _, f := range d.Files {
		if f.Document == q.Document && f.Subject == q.Subject {
			out.Files = append(out.Files, f)
		}
	}
	key := q.Document + "." + q.Subject
	ways := []string{broughtPaper, broughtShown, broughtNot}
	if out.Needed {
		ways = []string{broughtPaper, broughtShown, broughtScan, dossier.WillFollow, dossier.CannotProvide}
	}
	out.How = page.Field{
		Kind:    page.FieldRadio,
		Name:    "how." + key,
		Pointer: "/how/" + key,
		Label:   r.Markup("counter.how"),
		Value:   out.waysFirst(d),
		Need:    out.Needed,
	}
	for _, w := range ways {
		out.How.Choices = append(out.How.Choices, page.Choice{Value: w, Label: r.Markup("counter.how-" + w)})
	}
	out.Reason, out.Due = r.Field(page.FieldText, "reason."+key, "documents.reason"), r.Field(page.FieldDate, "due."+key, "documents.due")
	if i := declared(d.Declarations, q.Document, q.Subject); i >= 0 {
		out.Reason.Value, out.Due.Parts = d.Declarations[i].Reason, page.DateParts(d.Declarations[i].Due, nil, "")
	}
	if typed != nil {
		out.How.Value, out.Reason.Value, out.Due.Parts = typed.Get(out.How.Name), typed.Get(out.Reason.Name), page.DateParts("", typed, out.Due.Name)
	}
	for _, w := range wrong {
		if w.Document == q.Document && w.Subject == q.Subject {
			out.Wrong = append(out.Wrong, w)
		}
	}
	out.Reason.Wrong, out.Due.Wrong = page.WrongAt(wrong, out.Reason.Pointer), page.WrongAt(wrong, out.Due.Pointer)
	return out
}

// waysFirst is the way that is chosen when the page opens: what is known already.
func (d paper) waysFirst(in *intake) string {
	if i := declared(in.Declarations, d.Document, d.Subject); i >= 0 {
		return in.Declarations[i].Kind
	}
	switch {
	case len(d.Files) > 0:
		return broughtScan
	case !d.Needed:
		return broughtNot
	}
	return ""
}

func declared(all []dossier.Declaration, document, subject string) int {
	return slices.IndexFunc(all, func(d dossier.Declaration) bool { return d.Document == document && d.Subject == subject })
}

// saveIntakeConsents saves what was consented to on the paper.
func (p *pages) saveIntakeConsents(r *page.Request) error {
	d, err := p.openIntake(r, stepConsents)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	var asked []answers.Consent
	if d.Plan != nil {
		asked = answers.Consents(d.catalogue, d.version, d.Plan, d.Consents, r.Lang)
	}
	refused := p.changeIntake(r, d, map[string]any{"consents": answers.SentConsents(d.version, asked, d.Consents, values)})
	if refused != nil && d.Plan != nil {
		return r.Again("staff/counter-consents", p.papersPage(r, d, nil, nil), refused)
	}
	if refused != nil {
		return refused
	}
	return r.Redirect(d.after(stepConsents))
}

// index is a number in a JSON Pointer, -1 for none.
func index(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
