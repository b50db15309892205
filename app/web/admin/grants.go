package admin

import (
	"cmp"
	"context"
	"net/url"

	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// grantLine is one proposal, or what became of it, with names.
type grantLine struct {
	ID, Who, By, Decider string
	State, Reason        string
	Until                string // the last day
	Approve, End         bool   // what the reader may do with it
}

// grantsPage is who sees protected persons (支援措置), and the form to propose somebody.
type grantsPage struct {
	Place  string
	Lines  []grantLine
	Fields []page.Field
}

func (p *pages) grants(r *page.Request) error {
	out, err := p.grantsPage(r, url.Values{}, nil)
	if err != nil {
		return err
	}
	return r.Show("admin/grants", out)
}

func (p *pages) grantsPage(r *page.Request, values url.Values, wrong []page.Wrong) (*grantsPage, error) {
	n, err := p.names(r)
	if err != nil {
		return nil, err
	}
	workers, name, err := p.colleagues(r)
	if err != nil {
		return nil, err
	}
	all, err := p.Queue.Grants(r.Ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	who := r.Field(page.FieldSelect, "person", "admin.grant-person")
	who.Need, who.Value = true, values.Get("person")
	who.Choices = append(who.Choices, choice("", r.Text("field.choose"))) // nobody is chosen by mistake
	for _, w := range workers {
		if !w.Mine {
			who.Choices = append(who.Choices, choice(w.Person, w.Name))
		}
	}
	until := r.Field(page.FieldDate, "until", "admin.grant-until")
	until.Need, until.Parts = true, page.DateParts("", values, "until")
	reason := r.Field(page.FieldArea, "reason", "admin.grant-reason")
	reason.Need, reason.Value, reason.MaxLength = true, values.Get("reason"), 500
	out := &grantsPage{Place: n.place(r.Actor.Municipality), Fields: page.Mark([]page.Field{who, until, reason}, wrong)}
	for i := range all {
		g := &all[i]
		line := grantLine{ID: g.ID, Who: name(g.StaffID), By: name(g.ProposedBy), State: string(g.State), Reason: g.Reason, Until: queue.LastDay(g).String(),
			Approve: g.State == models.GrantProposed && g.ProposedBy != r.Actor.Person && g.StaffID != r.Actor.Person,
			End:     g.State == models.GrantProposed || g.State == models.GrantApproved}
		if g.DecidedBy != nil {
			line.Decider = name(*g.DecidedBy)
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

func (p *pages) proposeGrant(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /admin/grants")
	if err != nil {
		return err
	}
	until, err := jp.ParseDate(page.DateOf(values, "until"))
	if err != nil {
		until = jp.Date{} // refused as a day that is over
	}
	_, err = p.Queue.ProposeGrant(r.Ctx, r.Actor, req, queue.Wanted{Person: r.Value("person"), Reason: r.Value("reason"), Until: until})
	if err == nil {
		return r.Redirect("/admin/grants")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, again := p.grantsPage(r, values, wrong)
	if again != nil {
		return again
	}
	return r.Again("admin/grants", out, err)
}

// colleagues are the staff of the reader's municipality, and what each is called; who is not among them is somebody.
func (p *pages) colleagues(r *page.Request) (all []queue.Worker, called func(person string) string, err error) {
	all, err = p.Queue.Workers(r.Ctx, r.Actor)
	names := map[string]string{}
	for _, w := range all {
		names[w.Person] = w.Name
	}
	return all, func(person string) string { return cmp.Or(names[person], r.Text("admin.grant-somebody")) }, err
}

// moved does something with one line of a list, and shows the list again.
func moved[T any](do func(ctx context.Context, actor models.Actor, id string) (T, error), list string) page.Handler {
	return func(r *page.Request) error {
		if _, err := do(r.Ctx, r.Actor, r.Param("id")); err != nil {
			return err
		}
		return r.Redirect(list)
	}
}
