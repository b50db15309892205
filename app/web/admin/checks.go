package admin

import (
	"cmp"
	"slices"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/web/page"
)

// checked is a procedure with its debt of checks.
type checked struct {
	lint.Debt
	Name  string
	Marks []string // the rules that were checked before their source changed
}

// debt is the debt of checks in short: how many rules of how many are to be checked, and the procedures whose oldest check is the oldest.
type debt struct {
	Due, Rules int
	Oldest     []older
}

// older is the oldest check of a procedure; without a day it was never checked.
type older struct{ Name, On, By string }

// mostOldest is how many procedures the first page names.
const mostOldest = 3

func (p *pages) debt(n *names) (debt, error) {
	all, err := p.Publish.Checks(n.r.Ctx, n.r.Actor)
	if err != nil {
		return debt{}, err
	}
	var out debt
	for _, c := range all {
		out.Due, out.Rules = out.Due+c.Total.Due, out.Rules+c.Total.Rules
		for _, d := range c.Procedures {
			one := older{Name: present.Procedure(c.Catalogue, d.Procedure, n.r.Lang), On: d.Oldest, By: d.By}
			if d.Never > 0 {
				one.On, one.By = "", ""
			}
			out.Oldest = append(out.Oldest, one)
		}
	}
	slices.SortStableFunc(out.Oldest, func(a, b older) int { return cmp.Compare(a.On, b.On) })
	out.Oldest = out.Oldest[:min(len(out.Oldest), mostOldest)]
	return out, nil
}

// checks shows the whole of it: each procedure of the national edition, and of the municipality's own.
func (p *pages) checks(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	all, err := p.Publish.Checks(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	type edition struct {
		publish.Checks
		Place      string
		Procedures []checked
	}
	out := make([]edition, len(all))
	for i, c := range all {
		out[i] = edition{Checks: c, Place: n.place(c.Scope)}
		for _, d := range c.Procedures {
			one := checked{Debt: d, Name: present.Procedure(c.Catalogue, d.Procedure, r.Lang)}
			for _, m := range d.Marks {
				one.Marks = append(one.Marks, say.Mark(c.Catalogue, m, r.Lang))
			}
			out[i].Procedures = append(out[i].Procedures, one)
		}
	}
	return r.Show("admin/checks", struct {
		Editions []edition
		Days     int
	}{out, lint.MaxAge})
}
