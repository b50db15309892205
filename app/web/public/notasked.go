package public

import (
	"maps"
	"slices"
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// notAsked is how many papers nobody was asked for since pairs went to full operation, in words.
type notAsked struct {
	*operate.PapersNotAsked
	Place     string // the country or the municipality that was chosen
	Chosen    string // its code; empty for the country
	TotalText string
	Places    []page.Choice
	Shown     []pairNotAsked
	Few       int // pairs of fewer than ten
}

type pairNotAsked struct {
	Procedure, Item, Papers string
	Since                   time.Time
}

func (p *pages) notAsked(r *page.Request, places map[string]models.Municipality) (*notAsked, error) {
	found, err := p.Operate.PapersNotAsked(r.Ctx, r.Query("municipality"))
	if err != nil {
		return nil, err
	}
	out := &notAsked{PapersNotAsked: found, Place: r.Text("history.everywhere"), TotalText: present.Number(found.Total, r.Lang)}
	if m, ok := places[found.Municipality]; ok {
		out.Place, out.Chosen = present.Municipality(&m, r.Lang), m.Code
	}
	for _, code := range slices.Sorted(maps.Keys(places)) {
		m := places[code]
		out.Places = append(out.Places, page.Choice{Value: code, Label: page.Plaintext(present.Municipality(&m, r.Lang))})
	}
	for _, one := range found.Pairs {
		if one.Papers == 0 {
			out.Few++
			continue
		}
		out.Shown = append(out.Shown, pairNotAsked{
			Procedure: present.Procedure(p.Editions().ForProcedure(operate.All, one.Procedure), one.Procedure, r.Lang),
			Item:      present.Item(p.Editions().ForItem(one.Item), one.Item, r.Lang),
			Papers:    present.Number(one.Papers, r.Lang),
			Since:     one.Since,
		})
	}
	return out, nil
}
