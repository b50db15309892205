package mine

import (
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// overview is where one application stands: what its owner may do next, and what has happened.
type overview struct {
	*apply.View
	Name, Place, StateText string // Name: what one does, as parents say it
	Law                    string // the name that the law gives it
	Office, Telephone      string
	Items                  []item
	Awaited                int         // documents that the municipality waits for, beside those of an open correction
	Correction             *correction // the open one
	Timeline               []step
	Decision               *review.Decision
	MayWithdraw            bool
	Dated                  bool // something is due on a day
}

type item struct {
	Name, Whose, Why string
	Because          string // of which own answer, by which law
	State, Due       string
	Omitted          bool
}

// correctionOpen is the state of a correction that the person still has to hand in.
const correctionOpen = "open"

type correction struct {
	apply.CorrectionView
	Documents []string
}

type step struct {
	At   time.Time
	Text string
}

func (p *pages) overview(r *page.Request) error {
	out, err := p.look(r)
	if err != nil {
		return err
	}
	out.Dated = len(out.dues(r)) > 0
	return r.Show("mine/overview", out)
}

// look reads an application and says everything about it in the person's words. A malformed id is not found.
func (p *pages) look(r *page.Request) (*overview, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	v, err := p.Apply.Get(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	m, err := p.Guide.Municipality(r.Ctx, v.Municipality)
	if err != nil {
		return nil, err
	}
	cat := p.CatalogueOf(v)
	out := &overview{
		View:      v,
		Name:      present.ProcedureTitle(cat, v.Procedure, r.Lang),
		Law:       present.Procedure(cat, v.Procedure, r.Lang),
		Place:     present.Municipality(m, r.Lang),
		StateText: present.State(string(v.State), r.Lang),
		Office:    present.Office(m, r.Lang),
		Telephone: m.Telephone,
	}
	switch v.State {
	case models.StateArrived, models.StateInReview, models.StateCorrectionRequested, models.StateSignatureInvalid:
		out.MayWithdraw = true
	case models.StateDecided:
		if out.Decision, err = p.Review.Letter(r.Ctx, r.Actor, id); err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	default: // the others go on below
	}
	reasons, err := p.ReasonsOf(r.Ctx, r.Actor, id, r.Lang)
	if err != nil {
		return nil, err
	}
	p.describe(r, out, cat)
	for i := range out.Items {
		one := &out.Items[i]
		one.Because = reasons.Because(out.View.Items[i].Document, out.View.Items[i].Subject)
	}
	for _, l := range reasons.LookedUp() {
		out.Items = append(out.Items, item{Name: l.Name, Whose: l.Whose, Why: l.Outcome, Because: l.Applicant, Omitted: true})
	}
	return out, nil
}

// describe writes the documents, the open correction and the timeline.
func (p *pages) describe(r *page.Request, out *overview, cat *catalogue.Catalogue) {
	asked := map[apply.DocumentOf]bool{} // by the open correction, which says so itself
	for _, c := range out.Corrections {
		if c.State != correctionOpen {
			continue
		}
		open := &correction{CorrectionView: c}
		for _, d := range c.Items {
			asked[d] = true
			whose := present.Person(out.View.Form, out.View.Facts, d.Subject, r.Lang)
			open.Documents = append(open.Documents, present.Document(cat, d.Document, r.Lang)+present.Aside(whose, r.Lang))
		}
		out.Correction = open
	}
	reasons := map[[2]string]string{}
	if out.Plan != nil {
		for _, q := range out.Plan.Requirements {
			reasons[[2]string{q.Document, q.Subject}] = present.Why(cat, q.Reason, q.Item, r.Lang)
		}
	}
	for _, i := range out.View.Items {
		one := item{
			Name:    present.Document(cat, i.Document, r.Lang),
			Whose:   present.Person(out.View.Form, out.View.Facts, i.Subject, r.Lang),
			Why:     reasons[[2]string{i.Document, i.Subject}],
			State:   string(i.State),
			Omitted: i.Decision == "omit",
		}
		if i.DueOn != nil {
			one.Due = jp.DateOf(*i.DueOn).String()
		}
		if i.State == models.ItemAwaiting && !asked[apply.DocumentOf{Document: i.Document, Subject: i.Subject}] {
			out.Awaited++
		}
		out.Items = append(out.Items, one)
	}
	for i := len(out.View.Timeline) - 1; i >= 0; i-- {
		h := out.View.Timeline[i]
		if text := present.Event(cat, h.Event, h.Detail, r.Lang); text != "" {
			out.Timeline = append(out.Timeline, step{h.At, text})
		}
	}
}
