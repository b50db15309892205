package admin

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

const readinessPage = 10

// readiness is what the trial has shown, pair by pair, and what is lacking.
type readiness struct {
	Filter                            operate.Scope
	Procedures, Items, Municipalities []page.Choice
	Thresholds                        operate.Thresholds
	Need                              string // the rate to reach
	Total                             ready
	Country, Pairs                    []ready
	Next                              string
	Checks                            bool // this admin may say what was tried
	Proposes                          bool
	Here                              string // of this page, to come back to
}

// ready is one pair with its charts.
type ready struct {
	scope
	operate.Ready
	PhaseName, Phase string
	ID               string
	Lacking          []string
	Rate             string
	Days             string
	Compared, Agreed bar
	Tried            []tried
}

// tried is one line of the checklist.
type tried struct {
	operate.Check
	Name, Who string
}

func (p *pages) readiness(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	out := readiness{
		Filter:         operate.Scope{Procedure: r.Query("procedure"), Item: r.Query("item"), Municipality: r.Query("municipality")},
		Procedures:     n.procedures(false),
		Items:          n.items()[1:],
		Municipalities: n.municipalities(),
	}
	after, err := cursor(r.Query("after"))
	if err != nil {
		return err
	}
	found, err := p.Operate.Readiness(r.Ctx, r.Actor, operate.ReadinessQuery{Scope: out.Filter, After: after, Limit: readinessPage})
	if err != nil {
		return err
	}
	out.Thresholds, out.Need = found.Thresholds, percent(&found.Thresholds.Agreement)
	out.Total = n.ready(found.Total, found.Thresholds)
	if out.Filter.Municipality == "" && (out.Filter.Procedure != "" || out.Filter.Item != "") && after == (operate.Scope{}) {
		for _, one := range found.Country {
			out.Country = append(out.Country, n.ready(one, found.Thresholds))
		}
	}
	for _, one := range found.Pairs {
		out.Pairs = append(out.Pairs, n.ready(one, found.Thresholds))
	}
	out.Checks = r.Actor.Role == models.RoleAdmin
	out.Proposes = r.Actor.Role != models.RoleAuditor
	query := url.Values{"procedure": {out.Filter.Procedure}, "item": {out.Filter.Item}, "municipality": {out.Filter.Municipality}, "after": {r.Query("after")}}
	out.Here = query.Encode()
	if found.Next != (operate.Scope{}) {
		query.Set("after", strings.Join([]string{found.Next.Procedure, found.Next.Item, found.Next.Municipality}, "/"))
		out.Next = "/admin/readiness?" + query.Encode()
	}
	return r.Show("admin/readiness", out)
}

// cursor reads after which pair the page begins.
func cursor(s string) (operate.Scope, error) {
	if s == "" {
		return operate.Scope{}, nil
	}
	parts := strings.Split(s, "/")
	if len(parts) != 3 || !jp.ValidMunicipality(parts[2]) {
		return operate.Scope{}, fault.ErrNotFound
	}
	return operate.Scope{Procedure: parts[0], Item: parts[1], Municipality: parts[2]}, nil
}

func (n *names) ready(one operate.Ready, need operate.Thresholds) ready {
	f := one.Figures
	out := ready{scope: n.scope(one.Scope), Ready: one, Phase: one.Phase, Rate: percent(f.Agreement()), Days: "–"}
	out.ID = strings.NewReplacer("*", "all").Replace(one.Procedure + "-" + one.Item + "-" + one.Municipality)
	if one.Phase != "" {
		out.PhaseName = n.phase(one.Phase)
	}
	if f.MedianDays != nil {
		out.Days = number(*f.MedianDays)
	}
	out.Lacking = n.lacking(one.Missing)
	out.Compared = barOf(float64(f.Compared), float64(need.Cases), max(float64(need.Cases), float64(f.Compared))*1.1)
	if rate := f.Agreement(); rate != nil {
		out.Agreed = barOf(*rate, need.Agreement, 1)
	} else {
		out.Agreed = barOf(0, need.Agreement, 1)
	}
	for _, c := range one.Checks {
		out.Tried = append(out.Tried, tried{c, wording.In("tried-"+c.Tried, n.r.Lang), n.person(c.DoneBy)})
	}
	return out
}

// lacking says what the thresholds lack.
func (n *names) lacking(missing []operate.Missing) (out []string) {
	for _, m := range missing {
		out = append(out, present.Lacking(m.Threshold, m.Have, m.Need, m.Lacking, n.r.Lang))
	}
	return out
}

// check says that the counter, the terminals or the workflow were tried for a pair, or takes that back.
func (p *pages) check(r *page.Request) error {
	_, err := p.Operate.PutCheck(r.Ctx, r.Actor, operate.NewCheck{
		Procedure: r.Value("procedure"),
		Item:      r.Value("item"),
		Tried:     r.Value("tried"),
		Note:      r.Value("note"),
		Done:      r.Value("done") == "yes",
	})
	if err != nil {
		return err
	}
	back, err := url.ParseQuery(r.Value("here"))
	if err != nil {
		back = url.Values{}
	}
	return r.Redirect("/admin/readiness?" + back.Encode())
}
