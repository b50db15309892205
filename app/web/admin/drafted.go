package admin

import (
	"net/url"
	"strings"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// drafted is a switch that the figures of the trial allow, with names: a person may propose it.
type drafted struct {
	scope
	operate.Drafted
	Rate        string
	First, Last jp.Date // of the comparisons
}

// mostDrafts is how many the first page shows.
const mostDrafts = 10

func (p *pages) drafts(n *names) (shown []drafted, more int, err error) {
	all, err := p.Operate.Drafted(n.r.Ctx, n.r.Actor)
	for i, d := range all {
		if i == mostDrafts {
			return shown, len(all) - i, err
		}
		shown = append(shown, drafted{n.scope(d.Scope()), d, percent(d.Figures.Agreement()), jp.DateIn(*d.Figures.FirstAt), jp.DateIn(*d.Figures.LastAt)})
	}
	return shown, 0, err
}

// drafted shows a drafted switch with the form filled in: what it would do where nothing is left to enter, else the form.
func (p *pages) drafted(r *page.Request, n *names) error {
	d, err := p.Operate.DraftedFor(r.Ctx, r.Actor, operate.Scope{Procedure: r.Query("procedure"), Item: r.Query("item"), Municipality: r.Query("municipality")})
	if err != nil {
		return err
	}
	f := d.Figures
	day, clock := partsOf(d.From)
	values := url.Values{"rows": {"1"}, "procedure-0": {d.Procedure}, "item-0": {d.Item}, "municipality-0": {d.Municipality}, "phase-0": {d.Phase},
		"from-0-y": {day[0]}, "from-0-m": {day[1]}, "from-0-d": {day[2]}, "from-0-t": {clock}, "circular": {d.Circular},
		"reason": {present.Reached(f.Compared, *f.Agreement(), *f.FirstAt, *f.LastAt, d.Need.Cases, d.Need.Agreement)}}
	form, err := n.proposal(values)
	if err != nil {
		return err
	}
	wanted, err := form.wanted(r, values)
	if err != nil || strings.TrimSpace(wanted.Circular) == "" { // the person says on what it rests
		return r.Show("admin/proposal", form)
	}
	return p.preview(r, n, form, wanted, values)
}
