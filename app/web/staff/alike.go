package staff

import (
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/web/page"
)

// alike is an open case of somebody with the same name and birth date, shown beside what is typed at the counter. It keeps nothing from
// being filed: one person may apply for several things, and two people may be called the same (P1).
type alike struct {
	ID, Receipt, Name string
	Arrived           time.Time
}

// alike finds the open cases of a person of a form; none before the birth date and a name are there.
func (p *pages) alike(r *page.Request, person map[string]any) ([]alike, error) {
	text := func(name string) string { s, _ := person[name].(string); return s }
	born, err := jp.ParseEraDate(text("birth_date"))
	name := jp.SearchName(text("family_name") + text("given_name"))
	kana := jp.SearchName(text("family_kana") + text("given_kana"))
	if err != nil || name == "" && kana == "" {
		return nil, nil //nolint:nilerr // a day that is not typed yet is no news
	}
	found, _, err := p.Queue.List(r.Ctx, r.Actor, queue.Filter{Query: born.String(), Limit: queue.MaxPage})
	if fault.KindOf(err) == fault.Refused {
		return nil, nil
	}
	var out []alike
	for _, e := range found {
		same := jp.SearchName(e.Name) == name || kana != "" && jp.SearchName(e.Kana) == kana
		if !same || !lifecycle.Open(e.State) {
			continue
		}
		label := present.Procedure(p.Editions().ForProcedure(e.Municipality, e.Procedure), e.Procedure, r.Lang)
		out = append(out, alike{ID: e.ID, Receipt: e.ReceiptNumber, Name: strings.TrimSpace(label), Arrived: e.ArrivedAt})
	}
	return out, err
}
