package staff

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// queuePage is the municipality's queue with its filters, as they stand in the address.
type queuePage struct {
	Entries    []queued
	Next       string // the address of the next page
	Tabs       []way
	States     []models.ApplicationState
	Flags      []string
	Categories []category
	State      string
	Procedure  string
	Words      string
	OlderThan  string
	Chosen     map[string]bool // flags
	Waiting    bool            // one on the page waits to be accepted and nobody has it
	Reassess   int             // cases of the lists of reassessments that nobody has dealt with
}

type queued struct {
	queue.Entry
	Name string // of the procedure
}

// Narrowed says whether something besides words narrows the list: the filters are open then, so that one sees it.
func (q *queuePage) Narrowed() bool {
	return q.State != "" || q.Procedure != "" || q.OlderThan != "" || len(q.Chosen) > 0
}

// Acceptable says whether the case can be accepted with others at once.
func (q queued) Acceptable() bool { return q.State == models.StateArrived && q.Claim == nil }

// category is the procedures of one category, to choose from.
type category struct {
	Name       string
	Procedures []choice
}

type choice struct{ Code, Name string }

func (p *pages) queue(r *page.Request) error {
	out := p.queuePage(r)
	older, err := countOf(r, "/older_than", out.OlderThan)
	if err != nil {
		return r.Again("staff/queue", out, err)
	}
	f := queue.Filter{
		State:     models.ApplicationState(out.State),
		Procedure: out.Procedure,
		Flags:     r.Gin.QueryArray("flag"),
		Query:     out.Words,
		Cursor:    r.Query("cursor"),
		Limit:     25,
	}
	if older != nil {
		f.OlderThan = *older
	}
	entries, next, err := p.Queue.List(r.Ctx, r.Actor, f)
	if err != nil {
		return r.Again("staff/queue", out, err)
	}
	for _, e := range entries {
		one := queued{e, present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, e.Procedure), e.Procedure, r.Lang)}
		out.Entries, out.Waiting = append(out.Entries, one), out.Waiting || one.Acceptable()
	}
	lists, err := p.Queue.ReassessmentLists(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	for _, l := range lists {
		out.Reassess += l.Open
	}
	if next != "" {
		q := r.Gin.Request.URL.Query()
		q.Set("cursor", next)
		out.Next = "/staff/queue?" + q.Encode()
	}
	return r.Show("staff/queue", out)
}

// tabs are the views of the queue that are looked at most: each is a filter that a link sets.
var tabs = []struct{ key, query string }{{"open", ""}, {"mine", "flag=mine"}, {"unclaimed", "flag=unclaimed"}, {"answered", "flag=answered"},
	{"discrepant", "flag=discrepant"}, {"urgent", "flag=urgent"}}

func (p *pages) queuePage(r *page.Request) *queuePage {
	out := &queuePage{
		States:    queue.States,
		Flags:     queue.Flags,
		State:     r.Query("state"),
		Procedure: r.Query("procedure"),
		Words:     r.Query("q"),
		OlderThan: r.Query("older_than"),
		Chosen:    map[string]bool{},
	}
	for _, f := range r.Gin.QueryArray("flag") {
		out.Chosen[f] = true
	}
	for _, t := range tabs {
		one := way{Key: t.key, URL: "/staff/queue", Current: r.Gin.Request.URL.RawQuery == t.query}
		if one.Title = r.Text("queue.open"); t.query != "" {
			one.Title, one.URL = present.QueueFlag(t.key, r.Lang), one.URL+"?"+t.query
		}
		out.Tabs = append(out.Tabs, one)
	}
	now := p.Editions().Now(r.Actor.Municipality)
	for _, k := range now.Categories() {
		one := category{Name: k.Name.In(r.Lang)}
		for _, proc := range now.Procedures() {
			if proc.Category == k.Code {
				one.Procedures = append(one.Procedures, choice{proc.Code, proc.Latest().Name.In(r.Lang)})
			}
		}
		if len(one.Procedures) > 0 {
			out.Categories = append(out.Categories, one)
		}
	}
	return out
}

// acceptedPage says of each case that was to be accepted what became of it.
type acceptedPage struct {
	Taken   int
	Results []acceptedCase
}

type acceptedCase struct {
	queue.Accepted
	Text string // why not
}

// acceptMany claims and accepts the chosen cases, each on its own.
func (p *pages) acceptMany(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /staff/queue/accept")
	if err != nil {
		return err
	}
	all, err := p.Queue.BulkAccept(r.Ctx, r.Actor, req, values["application"])
	if err != nil {
		return r.Again("staff/accepted", &acceptedPage{}, err)
	}
	out := &acceptedPage{}
	for _, one := range all {
		row := acceptedCase{Accepted: one}
		if one.Accepted {
			out.Taken++
		} else {
			row.Text = present.QueueRefusal(one.Code, one.Extra["held_by"], one.Reason, r.Lang)
		}
		out.Results = append(out.Results, row)
	}
	return r.Show("staff/accepted", out)
}

// claim takes a case on, or renews the claim. A case that a colleague has is shown with who has it.
func (p *pages) claim(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	hold, err := p.Queue.Claim(r.Ctx, r.Actor, id)
	if err != nil {
		return p.refused(r, "claim", err)
	}
	if r.Value("begin") == "yes" {
		if err := p.begin(r, review.HeldCase{Case: id, Fence: hold.Fence}); err != nil {
			return p.refused(r, "claim", err)
		}
	}
	if from := r.Value("from"); strings.HasPrefix(from, "/staff/cases/"+id+"/items/") { // goes on where it was claimed
		if u, err := url.Parse(from); err == nil && u.Host == "" {
			return r.Redirect(u.EscapedPath())
		}
	}
	return r.Redirect("/staff/cases/" + id)
}

func (p *pages) release(r *page.Request) error {
	h, err := p.heldCase(r)
	if err == nil {
		err = p.Queue.Release(r.Ctx, r.Actor, h.Case, h.Fence)
	}
	if err != nil {
		return p.refused(r, "release", err)
	}
	return r.Redirect("/staff/queue")
}
