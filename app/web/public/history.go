package public

import (
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// past is one step of the history of phases, with names.
type past struct {
	operate.Past
	Rows     []pastRow
	Document string // id of the circular in the register; empty if it is not there
}

type pastRow struct {
	operate.Row
	Procedure, Item, Municipality string // names; empty for all
	Void                          bool   // it never took effect
}

const pastPage = 20

// history is the public history of phases (R17): what was decided, why, on which circular, from when.
func (p *pages) history(r *page.Request) error {
	places, err := p.places(r)
	if err != nil {
		return err
	}
	list := func(at postgres.Page) ([]operate.Past, error) {
		return p.Operate.History(r.Ctx, places[r.Query("municipality")].Code, at)
	}
	all, next, err := page.Paged(r, pastPage, list, func(one operate.Past) string { return one.ID })
	if err != nil {
		return err
	}
	circulars, err := p.Circulars.Numbered(r.Ctx, numbers(all)...)
	if err != nil {
		return err
	}
	out := make([]past, len(all))
	for i, one := range all {
		out[i].Past, out[i].Document = one, circulars[one.Circular].ID
		for _, row := range one.Rows {
			named := p.named(r, row, places)
			named.Void = one.Void[row.ID]
			out[i].Rows = append(out[i].Rows, named)
		}
	}
	omitted, err := p.notAsked(r, places)
	if err != nil {
		return err
	}
	return r.Show("public/history", struct {
		Past     []past
		Next     string
		NotAsked *notAsked
	}{out, next, omitted})
}

// numbers are those of the circulars that steps name.
func numbers(all []operate.Past) []string {
	var out []string
	for _, one := range all {
		if one.Circular != "" {
			out = append(out, one.Circular)
		}
	}
	return out
}

// named gives a row its names; what is for all has none.
func (p *pages) named(r *page.Request, row operate.Row, places map[string]models.Municipality) pastRow {
	out := pastRow{Row: row}
	if row.Procedure != operate.All {
		out.Procedure = present.Procedure(p.Editions().ForProcedure(row.Municipality, row.Procedure), row.Procedure, r.Lang)
	}
	if row.Item != operate.All {
		out.Item = present.Item(p.Editions().ForItem(row.Item), row.Item, r.Lang)
	}
	if row.Municipality != operate.All {
		out.Municipality = row.Municipality
		if m, ok := places[row.Municipality]; ok {
			out.Municipality = present.Municipality(&m, r.Lang)
		}
	}
	return out
}
