package admin

import (
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// reading is one member of staff who has read the briefing (R16).
type reading struct {
	Staff, Place, Version string // Staff is the name; empty if it is not known here: a national admin sees none
	At                    time.Time
}

// briefings shows who has read the staff briefing, in which version and when.
func (p *pages) briefings(r *page.Request) error {
	all, err := p.Queue.Briefings(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	places, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, m := range places {
		names[m.Code] = present.Municipality(&m, r.Lang)
	}
	staff := map[string]string{}
	if r.Actor.Role != models.RoleNational { // who sees no municipality's names
		workers, err := p.Queue.Workers(r.Ctx, r.Actor)
		if err != nil {
			return err
		}
		for _, w := range workers {
			staff[w.Person] = w.Name
		}
	}
	var out []reading
	for _, b := range all {
		out = append(out, reading{staff[b.StaffID], names[b.Municipality], b.Version, b.ConfirmedAt})
	}
	return r.Show("admin/briefings", out)
}
