package staff

import (
	"net/url"

	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// queuePage is the municipality's queue with its filters, as they stand in the address.
type queuePage struct {
	Entries    []queued
	Next       string // the address of the next page
	States     []string
	Flags      []string
	Procedures []choice
	State      string
	Procedure  string
	Words      string
	Chosen     map[string]bool // flags
}

type queued struct {
	queue.Entry
	Name string // of the procedure
}

type choice struct{ Code, Name string }

func (p *pages) queue(r *page.Request) error {
	out, err := p.queuePage(r)
	if err != nil {
		return err
	}
	entries, next, err := p.Queue.List(r.Ctx, r.Actor, queue.Filter{State: out.State, Procedure: out.Procedure, Flags: r.Gin.QueryArray("flag"), Query: out.Words,
		Cursor: r.Query("cursor"), Limit: 25})
	if err != nil {
		return r.Again("staff/queue", out, err)
	}
	for _, e := range entries {
		out.Entries = append(out.Entries, queued{e, wording.Procedure(p.Catalogue, e.Procedure, r.Lang)})
	}
	if next != "" {
		q := r.Gin.Request.URL.Query()
		q.Set("cursor", next)
		out.Next = "/staff/queue?" + q.Encode()
	}
	return r.Show("staff/queue", out)
}

func (p *pages) queuePage(r *page.Request) (*queuePage, error) {
	out := &queuePage{States: queue.States, Flags: queue.Flags, State: r.Query("state"), Procedure: r.Query("procedure"), Words: r.Query("q"), Chosen: map[string]bool{}}
	for _, f := range r.Gin.QueryArray("flag") {
		out.Chosen[f] = true
	}
	for _, one := range p.Catalogue.Procedures() {
		out.Procedures = append(out.Procedures, choice{one.Code, one.Latest().Name.In(r.Lang)})
	}
	return out, nil
}

// claim takes a case on, or renews the claim. Who has it is said by the refusal.
func (p *pages) claim(r *page.Request) error {
	if _, err := p.Queue.Claim(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	return r.Redirect("/staff/cases/" + url.PathEscape(r.Param("id")))
}

func (p *pages) release(r *page.Request) error {
	h, err := hand(r)
	if err != nil {
		return err
	}
	if err := p.Queue.Release(r.Ctx, r.Actor, h.Case, h.Fence); err != nil {
		return err
	}
	return r.Redirect("/staff/queue")
}
