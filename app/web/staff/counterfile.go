package staff

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// brought is what the page of papers sent.
type brought struct {
	apply.CounterPapers
	declarations []dossier.Declaration
}

// broughtOf reads of each document how it came. What is declared of a document that the plan does not name any more goes
// with it.
func (d *intake) broughtOf(values url.Values) brought {
	out := brought{CounterPapers: apply.CounterPapers{GivenBy: map[string]string{}}, declarations: []dossier.Declaration{}}
	for _, q := range d.Plan.Requirements {
		key := q.Document + "." + q.Subject
		switch how := values.Get("how." + key); how {
		case broughtPaper, broughtShown:
			out.Papers = append(out.Papers, apply.PaperOf{Document: q.Document, Subject: q.Subject, Original: how == broughtShown})
		case dossier.WillFollow, dossier.CannotProvide:
			one := dossier.Declaration{
				Document: q.Document,
				Subject:  q.Subject,
				Kind:     how,
				Reason:   strings.TrimSpace(values.Get("reason." + key)),
			}
			if how == dossier.WillFollow {
				one.Due = page.DateOf(values, "due."+key)
			}
			out.declarations = append(out.declarations, one)
		}
	}
	for _, c := range d.Consents {
		if by := values.Get("by." + c); by != "" {
			out.GivenBy[c] = by
		}
	}
	return out
}

// fileIntake files the draft with what came on paper. What keeps it from being filed is listed, each with the way to it.
func (p *pages) fileIntake(r *page.Request) error {
	d, err := p.openIntake(r, stepPapers)
	if err != nil {
		return err
	}
	if !d.Draft() { // sent twice
		return r.Redirect(d.at("receipt"))
	}
	if d.Plan == nil {
		return r.Redirect(d.at(stepForm))
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST " + counterPath + "/file " + d.ID)
	if err != nil {
		return err
	}
	in := d.broughtOf(values)
	var refused error
	if !slices.Equal(in.declarations, d.Declarations) {
		refused = p.changeIntake(r, d, map[string]any{"declarations": in.declarations})
	}
	if refused == nil {
		if _, refused = p.Apply.FileAtCounter(r.Ctx, r.Actor, req, d.ID, &d.Version, in.CounterPapers); refused == nil {
			return r.Redirect(d.at("receipt"))
		}
	}
	return p.notFiled(r, d, in, values, refused)
}

func (p *pages) notFiled(r *page.Request, d *intake, in brought, values url.Values, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	again, err := p.openIntake(r, stepPapers)
	if err != nil {
		return err
	}
	if !again.Draft() { // the same form was sent twice, and the first has filed it
		return r.Redirect(d.at("receipt"))
	}
	for i := range wrong {
		d.lead(&wrong[i], in)
	}
	return r.ShowWith(r.Status(refused), "staff/counter-papers", p.papersPage(r, again, values, wrong), wrong)
}

// lead says where what is wrong is put right: at a field of the page, or on the page before where it was typed.
func (d *intake) lead(w *page.Wrong, in brought) {
	parts := strings.Split(strings.Trim(w.Pointer, "/"), "/")
	switch {
	case w.Document != "":
		w.Field = page.FieldID("/documents/" + w.Document + "/" + w.Subject)
	case parts[0] == "declarations" && len(parts) > 2:
		if i := index(parts[1]); i >= 0 && i < len(in.declarations) {
			one := in.declarations[i]
			w.Pointer = "/" + parts[2] + "." + one.Document + "." + one.Subject
			w.Field = page.FieldID(w.Pointer)
		}
	case parts[0] == "papers" && len(parts) > 1:
		if i := index(parts[1]); i >= 0 && i < len(in.Papers) {
			w.Document, w.Subject = in.Papers[i].Document, in.Papers[i].Subject
			w.Field = page.FieldID("/documents/" + w.Document + "/" + w.Subject)
		}
	case parts[0] == "facts", parts[0] == "form":
		w.Link, w.Field = d.at(stepForm)+"#"+page.FieldID(w.Pointer), ""
	}
}

// intakeReceipt is what the person at the counter takes along.
type intakeReceipt struct {
	*intake
	Follow []paper
}

func (p *pages) intakeReceipt(r *page.Request) error {
	d, err := p.openIntake(r, "")
	if err != nil {
		return err
	}
	if d.State == models.StateDraft || d.ArrivedAt == nil {
		return r.Redirect(d.at(stepForm))
	}
	out := &intakeReceipt{intake: d}
	if d.Plan != nil {
		for _, q := range d.Plan.Requirements {
			if declared(d.Declarations, q.Document, q.Subject) >= 0 {
				out.Follow = append(out.Follow, p.paperOf(r, d, q, nil, nil))
			}
		}
	}
	return r.Show("staff/counter-receipt", out)
}
