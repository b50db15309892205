package mine

import (
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
)

// entry is one application in the list.
type entry struct {
	apply.View
	Name, Place string
}

// list shows the person's own applications, newest first.
func (p *pages) list(r *page.Request) error {
	at, err := paged(r)
	if err != nil {
		return err
	}
	all, err := p.Apply.List(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	all, next := cut(all, func(v apply.View) string { return v.ID })
	place, err := p.places(r)
	if err != nil {
		return err
	}
	var aside []apply.View
	if at.After == "" {
		if aside, err = p.Apply.SetAside(r.Ctx, r.Actor); err != nil {
			return err
		}
	}
	named := func(views []apply.View) (out []entry) {
		for _, v := range views {
			out = append(out, entry{v, present.ProcedureTitle(p.Editions().ForProcedure(v.Municipality, v.Procedure), v.Procedure, r.Lang), place(v.Municipality)})
		}
		return out
	}
	return r.Show("mine/list", struct {
		Entries, Aside []entry
		Next           string
	}{named(all), named(aside), next})
}
