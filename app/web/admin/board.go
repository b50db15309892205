package admin

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
)

// board is the phase board of one place: procedures in rows, items in columns.
type board struct {
	Municipality   string // "" for the country
	Place          string
	Municipalities []page.Choice
	At             time.Time
	Then           bool // at an instant that was asked for, not now
	When           instant
	Items          []heading
	Lines          []line
	National       bool
	Debt           debt // of checks, in short
	Drafts         []drafted
	More           int // drafts that are not shown
}

// heading is one item, with the procedures that ask for it.
type heading struct{ Item, Name string }

// line is one procedure with a cell for each item; nil where it asks for none.
type line struct {
	Procedure, Name string
	Cells           []*cell
}

// cell is one pair.
type cell struct {
	Procedure, Item           string
	ProcedureName, ItemName   string
	Phase, PhaseName, Address string
	Country                   string // the country's phase where a municipality's is another
	Next                      *time.Time
	NextName                  string
	Tried                     bool // something was compared, or is to be
	Compared, Need            int64
	Rate                      string
	Ready                     bool
	Differ                    int // municipalities that are on another phase
}

// Pair is how a form names the cell.
func (c cell) Pair() string { return c.Procedure + "/" + c.Item }

func (p *pages) board(r *page.Request) error {
	query := r.Gin.Request.URL.Query()
	at, ok := instantOf(query, "at")
	n, err := p.names(r)
	if err != nil {
		return err
	}
	found, err := p.Operate.Overview(r.Ctx, r.Actor, cmp.Or(r.Query("municipality"), operate.All), at)
	if err != nil {
		return err
	}
	out := board{
		Place:          n.place(found.Place),
		Municipalities: n.municipalities(),
		At:             found.At,
		Then:           ok && !at.IsZero(),
		National:       r.National(),
	}
	if found.Place != operate.All {
		out.Municipality = found.Place
	}
	if out.Debt, err = p.debt(n); err != nil {
		return err
	}
	if out.Drafts, out.More, err = p.drafts(n); err != nil {
		return err
	}
	out.Items, out.Lines = n.lines(found)
	if out.When = n.instant("at", "/at", "admin.at", query, at); !ok {
		err := r.Invalid("/at", "admin.invalid-instant")
		out.When.Wrong, _ = r.Wrong(err)
		return r.Again("admin/board", out, err)
	}
	return r.Show("admin/board", out)
}

// lines makes the table: procedures and items in the order of the catalogue.
func (n *names) lines(found *operate.Overview) (items []heading, out []line) {
	for _, item := range n.p.Editions().National().Items() {
		if slices.ContainsFunc(found.Pairs, func(p operate.PlacePair) bool { return p.Item == item }) {
			items = append(items, heading{item, n.item(item)})
		}
	}
	for _, pair := range found.Pairs {
		if len(out) == 0 || out[len(out)-1].Procedure != pair.Procedure {
			out = append(out, line{Procedure: pair.Procedure, Name: n.procedure(pair.Procedure), Cells: make([]*cell, len(items))})
		}
		at := slices.IndexFunc(items, func(h heading) bool { return h.Item == pair.Item })
		out[len(out)-1].Cells[at] = n.cell(pair, found.Need)
	}
	return items, out
}

func (n *names) cell(pair operate.PlacePair, need operate.Thresholds) *cell {
	c := &cell{
		Procedure:     pair.Procedure,
		Item:          pair.Item,
		ProcedureName: n.procedure(pair.Procedure),
		ItemName:      n.item(pair.Item),
		Phase:         pair.Phase,
		PhaseName:     n.phase(pair.Phase),
		Address:       cellAddress(pair.Scope),
		Next:          pair.NextAt,
		Tried:         pair.Phase == phase.Trial || pair.Figures.Compared > 0,
		Compared:      pair.Figures.Compared,
		Need:          int64(need.Cases),
		Rate:          percent(pair.Figures.Agreement()),
		Ready:         pair.Ready(),
		Differ:        len(pair.Differ),
	}
	if pair.Country != pair.Phase {
		c.Country = n.phase(pair.Country)
	}
	if pair.Next != "" {
		c.NextName = n.phase(pair.Next)
	}
	return c
}

func cellAddress(s operate.Scope) string {
	address := "/admin/phases/" + url.PathEscape(s.Procedure) + "/" + url.PathEscape(s.Item)
	if s.Municipality != operate.All {
		address += "?municipality=" + url.QueryEscape(s.Municipality)
	}
	return address
}
