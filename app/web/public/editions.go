package public

import (
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/storage/postgres"
)

// pastEdition is an edition of the catalogue that is, was or will be in force, and how it was published.
type pastEdition struct {
	publish.Published
	Place    string   // the municipality's name; empty for the country
	Said     []string // who by role, when, how many cases agreed
	Document string   // id of the circular in the register; empty if it is not there
}

// editions is the public history of the editions (P8).
func (p *pages) editions(r *page.Request) error {
	history, err := p.Publish.History(r.Ctx)
	if err != nil {
		return err
	}
	list := func(at postgres.Page) ([]publish.Published, error) { return after(history, at) }
	all, next, err := page.Paged(r, pastPage, list, func(one publish.Published) string { return one.ID })
	if err != nil {
		return err
	}
	places, err := p.places(r)
	if err != nil {
		return err
	}
	var named []string
	for _, one := range all {
		if one.Circular != "" {
			named = append(named, one.Circular)
		}
	}
	circulars, err := p.Circulars.Numbered(r.Ctx, named...)
	if err != nil {
		return err
	}
	out := make([]pastEdition, len(all))
	for i, one := range all {
		out[i] = pastEdition{Published: one, Document: circulars[one.Circular].ID}
		if one.Scope != publish.National {
			out[i].Place = one.Scope
			if m, ok := places[one.Scope]; ok {
				out[i].Place = present.Municipality(&m, r.Lang)
			}
		}
		var made *certificate.Certificate
		if one.Certificate != nil {
			made = &one.Certificate.Certificate
		}
		out[i].Said = present.Publication(made, one.Installed, out[i].Place, r.Lang)
	}
	return r.Show("public/editions", struct {
		Editions []pastEdition
		Next     string
	}{out, next})
}

// after is one page of a list that is read as a whole. Error: not-found for a key that is not in it.
func after(all []publish.Published, at postgres.Page) ([]publish.Published, error) {
	if at.After != "" {
		i := slices.IndexFunc(all, func(one publish.Published) bool { return one.ID == at.After })
		if i < 0 {
			return nil, fault.ErrNotFound
		}
		all = all[i+1:]
	}
	return all[:min(len(all), at.Limit)], nil
}
