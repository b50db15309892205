package admin

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// row is a phase row with names.
type row struct {
	scope
	operate.Row
	PhaseName string
}

func (n *names) rows(rows []operate.Row) []row {
	var out []row
	for _, r := range rows {
		out = append(out, row{n.scope(r.Scope()), r, n.phase(r.Phase)})
	}
	return out
}

// agreement is what the trial has shown for one pair, with names.
type agreement struct {
	scope
	Compared, Matched, Open int64
	Rate                    string
}

// impact is what a change would do, with names.
type impact struct {
	operate.Impact
	Shown []agreement
	Below []below
}

// below is a pair that would go to full operation although its trial has not reached the thresholds.
type below struct {
	scope
	Lacks []string
}

// below judges by the figures of now: those of the proposal may be old.
func (n *names) below(rows []operate.Row) (out []below, err error) {
	places := map[string]*operate.Overview{}
	for _, row := range rows {
		if row.Phase != phase.Full {
			continue
		}
		at, ok := places[row.Municipality]
		if !ok {
			if at, err = n.p.Operate.Overview(n.r.Ctx, n.r.Actor, row.Municipality, time.Time{}); err != nil {
				return nil, err
			}
			places[row.Municipality] = at
		}
		for _, pair := range at.Pairs {
			if row.Scope().Covers(pair.Scope) && at.Place == row.Municipality && !pair.Ready() {
				out = append(out, below{n.scope(pair.Scope), n.lacking(pair.Missing)})
			}
		}
	}
	return out, nil
}

func (n *names) impact(i operate.Impact, rows []operate.Row) (*impact, error) {
	out := &impact{Impact: i}
	var err error
	if out.Below, err = n.below(rows); err != nil {
		return nil, err
	}
	for _, a := range i.Agreement {
		out.Shown = append(out.Shown, agreement{n.scope(operate.Scope{Procedure: a.Procedure, Item: a.Item, Municipality: a.Municipality}),
			a.Compared, a.Matched, a.Open, percent(a.Rate)})
	}
	return out, nil
}

// percent writes a part with two decimals at most, cut off: 94.999 is not yet 95.
func percent(part *float64) string {
	if part == nil {
		return "–"
	}
	return present.Percent(*part) + "%"
}

// cited is the circular that a change names; ID is empty while the register does not have it.
type cited struct{ ID, Number, Title, Issuer, Day string }

func (p *pages) cited(r *page.Request, numbers ...string) (map[string]cited, error) {
	out := map[string]cited{}
	found, err := p.Circulars.Numbered(r.Ctx, slices.DeleteFunc(numbers, func(n string) bool { return n == "" })...)
	for _, n := range numbers {
		out[n] = cited{Number: n}
	}
	for n, c := range found {
		out[n] = cited{ID: c.ID, Number: n, Title: c.Title, Issuer: c.Issuer, Day: jp.DateOf(c.IssuedOn).String()}
	}
	return out, err
}

// change is one change: what it does, who proposed it, what can be done with it now.
type change struct {
	*operate.Change
	Rows                           []row
	Impact                         *impact
	Circular                       cited
	Place                          string
	Proposer, Decider              string
	Own                            bool // this admin proposed it, and so cannot approve it
	Writes                         bool // this admin's reach has it
	Approve, Cancel, Confirm, Lift bool
	Waiting                        bool // approved, and not in effect yet
	Reason                         string
	LiftReason                     page.Field
	Refused                        string  // why it cannot be approved now, in words
	Stays                          []scope // what stays suspended although it is approved
}

func (p *pages) change(r *page.Request) error {
	out, err := p.changeOf(r, r.Param("id"))
	if err != nil {
		return err
	}
	return r.Show("admin/change", out)
}

func (p *pages) changeOf(r *page.Request, id string) (*change, error) {
	c, err := p.Operate.Get(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	n, err := p.names(r)
	if err != nil {
		return nil, err
	}
	circulars, err := p.cited(r, c.Circular)
	if err != nil {
		return nil, err
	}
	out := &change{
		Change:     c,
		Rows:       n.rows(c.Rows),
		Circular:   circulars[c.Circular],
		Place:      n.place(c.Municipality),
		Proposer:   n.person(c.ProposedBy),
		Decider:    n.person(c.DecidedBy),
		Own:        c.ProposedBy == r.Actor.Person,
		Reason:     c.Reason,
		LiftReason: r.Field(page.FieldArea, "reason", "admin.lift-reason"),
	}
	if c.Kind != models.ChangeSuspension {
		if out.Impact, err = n.impact(c.Impact, c.Rows); err != nil {
			return nil, err
		}
	}
	outlook, err := p.Operate.Outlook(r.Ctx, r.Actor, c)
	if err != nil {
		return nil, err
	}
	if outlook.Refused != "" {
		out.Refused = present.Reason(outlook.Refused, r.Lang)
	}
	for _, one := range outlook.Suspended {
		out.Stays = append(out.Stays, n.scope(one))
	}
	out.Writes = r.National() || c.Municipality == r.Actor.Municipality
	late := slices.ContainsFunc(c.Rows, func(row operate.Row) bool { return !row.From.After(time.Now()) })
	proposed := c.State == models.ChangeProposed
	out.Waiting = c.State == models.ChangeApproved && !late
	out.Approve, out.Cancel = out.Writes && proposed && !out.Own && out.Refused == "", out.Writes && (proposed || out.Waiting)
	out.Confirm = out.Writes && c.State == models.ChangeImposed && !out.Own
	out.Lift = out.Writes && c.Kind == models.ChangeSuspension
	return out, nil
}

// decision is a use case about one change.
type decision func(s *operate.Service, ctx context.Context, actor models.Actor, id string) (*operate.Change, error)

// decide makes the handler of a decision. The version that the page showed guards it: what was decided meanwhile is shown
// first.
func (p *pages) decide(do decision) page.Handler {
	return func(r *page.Request) error {
		id := r.Param("id")
		seen, err := p.changeOf(r, id)
		if err != nil {
			return err
		}
		if strconv.FormatInt(seen.Version, 10) != r.Value("version") {
			return r.Again("admin/change", seen, fault.New(fault.Stale, fault.CodeStale, "admin-decided"))
		}
		if _, err := do(p.Operate, r.Ctx, r.Actor, id); err != nil {
			return r.Again("admin/change", seen, err)
		}
		return r.Redirect("/admin/phase-changes/" + id)
	}
}

// lift proposes the end of a suspension: a change for another person to approve.
func (p *pages) lift(r *page.Request) error {
	id := r.Param("id")
	seen, err := p.changeOf(r, id)
	if err != nil {
		return err
	}
	req, err := r.Once("POST /admin/suspensions/" + id + "/lift")
	if err != nil {
		return err
	}
	c, err := p.Operate.Lift(r.Ctx, r.Actor, req, id, r.Value("reason"))
	if err != nil {
		seen.LiftReason.Value = r.Value("reason")
		wrong, _ := r.Wrong(err)
		seen.LiftReason = page.Mark([]page.Field{seen.LiftReason}, wrong)[0]
		return r.Again("admin/change", seen, err)
	}
	return r.Redirect("/admin/phase-changes/" + c.ID)
}

const changesPage = 20

// changesList is the list of changes, with those of some states alone if asked for.
type changesList struct {
	States  []page.Choice
	State   string
	Changes []listed
	Next    string // address of the next page
}

type listed struct {
	operate.Change
	Rows     []row
	Impact   *impact // of those that wait for this admin, to be seen at once
	Circular cited
	Place    string
}

// waitingForMe stands beside the states: what another admin began and the reader has to decide.
const waitingForMe = "waiting"

// states are those to narrow the list by.
var states = []models.ChangeState{
	models.ChangeProposed,
	models.ChangeApproved,
	models.ChangeImposed,
	models.ChangeConfirmed,
	models.ChangeCancelled,
	models.ChangeSuperseded,
}

func (p *pages) changes(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	out := changesList{State: r.Query("state"), States: n.states()}
	waiting := out.State == waitingForMe
	if out.State != "" && !waiting && !slices.Contains(states, models.ChangeState(out.State)) {
		return fault.ErrNotFound
	}
	var wanted []models.ChangeState
	if out.State != "" {
		wanted = []models.ChangeState{models.ChangeState(out.State)}
	}
	list := func(at postgres.Page) ([]operate.Change, error) { return p.Operate.List(r.Ctx, r.Actor, at, wanted...) }
	if waiting {
		list = func(at postgres.Page) ([]operate.Change, error) {
			all, err := p.Operate.Waiting(r.Ctx, r.Actor)
			return slices.DeleteFunc(all, func(c operate.Change) bool { return at.After != "" && c.ID >= at.After }), err
		}
	}
	all, next, err := page.Paged(r, changesPage, list, func(c operate.Change) string { return c.ID })
	if err != nil {
		return err
	}
	if next != "" {
		out.Next = "/admin/phase-changes?" + url.Values{"state": {out.State}, "after": {next}}.Encode()
	}
	var numbers []string
	for _, c := range all {
		numbers = append(numbers, c.Circular)
	}
	circulars, err := p.cited(r, numbers...)
	if err != nil {
		return err
	}
	for _, c := range all {
		one := listed{Change: c, Rows: n.rows(c.Rows), Circular: cmp.Or(circulars[c.Circular], cited{Number: c.Circular}), Place: n.place(c.Municipality)}
		if waiting && c.Kind != models.ChangeSuspension {
			if one.Impact, err = n.impact(c.Impact, c.Rows); err != nil {
				return err
			}
		}
		out.Changes = append(out.Changes, one)
	}
	return r.Show("admin/changes", out)
}
