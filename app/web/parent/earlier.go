package parent

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/storage/postgres"
)

// earlier is what the person answered in the same section of an application that was filed. It is offered where nothing is answered
// yet, and put into the fields only when the person asks for it: to be looked through and saved as if it had been typed.
type earlier struct {
	ID, Name string // of the application and of its procedure
	On       time.Time
	Taken    bool // it stands in the fields now
	answers  any
}

// mostEarlier is how many applications are opened to find one: the newest that were filed.
const mostEarlier = 5

// earlierIn finds what is offered for a step, and gives the form with it if the person asked for it.
func (p *pages) earlierIn(r *page.Request, d *draft, s catalogue.Step) (*earlier, map[string]any, error) {
	var first *earlier
	saved := d.Form
	for _, one := range s.Sections {
		e, err := p.earlier(r, d, one)
		if err != nil {
			return nil, nil, err
		}
		if first = cmp.Or(first, e); e != nil && e.Taken {
			saved = maps.Clone(saved)
			saved[one.Key] = e.answers
		}
	}
	return first, saved, nil
}

// earlier finds the newest one; nil if there is none, or the section is answered already.
func (p *pages) earlier(r *page.Request, d *draft, s form.Section) (*earlier, error) {
	if !blank(d.Form[s.Key]) {
		return nil, nil
	}
	var out *earlier
	err := p.filed(r, d.ID, func(v *apply.View) bool {
		given := sameSection(d.View, v, s)
		if blank(given) {
			return false
		}
		out = &earlier{
			ID:      v.ID,
			Name:    present.ProcedureTitle(p.CatalogueOf(v), v.Procedure, r.Lang),
			On:      *v.ArrivedAt,
			Taken:   r.Query("from") == v.ID,
			answers: given,
		}
		return true
	})
	return out, err
}

// filed goes through the newest applications of the person that were filed, beside one, until one is found.
func (p *pages) filed(r *page.Request, beside string, found func(*apply.View) bool) error {
	all, err := p.Apply.List(r.Ctx, r.Actor, postgres.Page{Limit: mostBegun})
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(v apply.View) bool { return v.ArrivedAt == nil || v.ID == beside })
	for _, one := range all[:min(len(all), mostEarlier)] {
		v, err := p.Apply.Get(r.Ctx, r.Actor, one.ID)
		if err != nil || found(v) {
			return err
		}
	}
	return nil
}

// sameSection are the answers of another application to a section. Of one that is asked for each of several they are in the order of
// this application, by the birth dates in the facts: nobody is given the name of a sibling.
func sameSection(to, from *apply.View, s form.Section) any {
	given := from.Form[s.Key]
	if s.Each == "" {
		return given
	}
	entries, _ := given.([]any)
	born := birthDates(from.Facts, s.Each)
	wanted := birthDates(to.Facts, s.Each)
	out := make([]any, len(wanted))
	for i, day := range wanted {
		at := slices.Index(born, day)
		if day != "" && at >= 0 && at < len(entries) && slices.Index(born[at+1:], day) < 0 && slices.Index(wanted[i+1:], day) < 0 { // no twins
			out[i] = entries[at]
		}
	}
	return out
}

// birthDates are those of a list in the facts, in its order; empty where an entry has none.
func birthDates(facts json.RawMessage, list string) []string {
	var all map[string]json.RawMessage
	var entries []struct {
		Born string `json:"birth_date"`
	}
	if json.Unmarshal(facts, &all) != nil || json.Unmarshal(all[list], &entries) != nil {
		return nil
	}
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Born
	}
	return out
}

// blank says whether nothing is answered.
func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, inner := range v {
			if !blank(inner) {
				return false
			}
		}
		return true
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !blank(e) })
	}
	return false
}
