package admin

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// more leads to the rest, and lets an admin of several places choose for which to act.
func (p *pages) more(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	out := struct {
		Now       string
		Chosen    string
		Places    []page.Choice
		National  bool
		Municipal bool // there is a municipality of the admin's own
	}{Now: n.place(page.National), Chosen: page.National, National: r.National()}
	if !out.National {
		out.Now, out.Chosen = n.place(r.Actor.Municipality), r.Actor.Municipality
	}
	for _, place := range r.Places("admin") {
		out.Places = append(out.Places, choice(place, n.place(place)))
		out.Municipal = out.Municipal || place != page.National
	}
	return r.Show("admin/more", out)
}

func (p *pages) actFor(r *page.Request) error {
	if err := r.ActFor("admin", r.Value("place")); err != nil {
		return err
	}
	return r.Redirect("/admin/more")
}

// snippet is what a municipality puts into its own site for one procedure.
type snippet struct{ Code, Name, Frame string }

// snippets gives the text to put into a municipality's own pages (R8): they change with the phase by themselves.
func (p *pages) snippets(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	out := struct {
		Code, Place    string
		Municipalities []page.Choice
		Snippets       []snippet
	}{Code: r.Actor.Municipality}
	if r.National() {
		out.Municipalities, out.Code = n.municipalities(), r.Query("municipality")
		if out.Code == "" {
			return r.Show("admin/snippets", out)
		}
	}
	out.Place = n.place(out.Code)
	if out.Place == out.Code {
		return fault.ErrNotFound
	}
	for _, one := range p.Editions().Now(out.Code).Procedures() {
		v := one.At(jp.DateIn(time.Now()))
		if v == nil {
			continue
		}
		found, err := p.Guide.Procedure(r.Ctx, one.Code, out.Code, time.Time{})
		if err != nil {
			return err
		}
		if found.Offering != nil {
			out.Snippets = append(
				out.Snippets,
				snippet{one.Code, n.procedure(one.Code), `<iframe src="` + r.Address() + "/embed/" + out.Code + "/" + one.Code + `" title="` +
					v.Name.In(page.Japanese) + `" width="100%" height="600" loading="lazy" referrerpolicy="no-referrer"></iframe>`},
			)
		}
	}
	return r.Show("admin/snippets", out)
}
