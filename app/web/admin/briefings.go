package admin

import (
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
)

// reading is one member of staff who has read the briefing (R16). Names stay with the identity provider; the id is the one that
// the audit trail has.
type reading struct {
	Staff, Place, Version string
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
	var out []reading
	for _, b := range all {
		out = append(out, reading{b.StaffID, names[b.Municipality], b.Version, b.ConfirmedAt})
	}
	return r.Show("admin/briefings", out)
}
