package admin

import (
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
)

// board is the phase board: which phase each procedure and item has, in the country and where a municipality's differs.
type board struct {
	Filter                     operate.Scope
	Procedures, Municipalities []page.Choice
	At                         time.Time
	Then                       bool // at an instant that was asked for, not now
	When                       instant
	Groups                     []boardGroup
	Own                        scope // whose phases the admin may change
	National                   bool
	Debt                       debt // of checks, in short
	Drafts                     []drafted
	More                       int // drafts that are not shown
}

// boardGroup is the table of one procedure.
type boardGroup struct {
	Procedure, Name string
	Rows            []boardRow
}

// boardRow is one item: the country's phase, and those of the municipalities where it is another one.
type boardRow struct {
	Item, Name string
	Country    cell
	Own        *cell  // of the municipality that was chosen, or the admin's own
	Differ     []cell // of all municipalities, if none was chosen
}

type cell struct {
	Place, Phase, PhaseName string
	Municipality            string
	Next                    *time.Time
}

func (p *pages) board(r *page.Request) error {
	query := r.Gin.Request.URL.Query()
	at, ok := instantOf(query, "at")
	out := board{Filter: operate.Scope{Procedure: r.Query("procedure"), Municipality: r.Query("municipality")}, Then: ok && !at.IsZero(), National: r.National()}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	if !out.National {
		out.Filter.Municipality = r.Actor.Municipality
	}
	out.Own = n.scope(operate.Scope{Procedure: operate.All, Item: operate.All, Municipality: out.Filter.Municipality})
	out.Procedures, out.Municipalities = n.procedures(false), n.municipalities()
	if out.Debt, err = p.debt(n); err != nil {
		return err
	}
	if out.Drafts, out.More, err = p.drafts(n); err != nil {
		return err
	}
	found, err := p.Operate.Board(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	out.At, out.Groups = found.At, groups(n, found.Pairs, out.Filter)
	if out.When = n.instant("at", "/at", "admin.at", query, at); !ok {
		err := r.Invalid("/at", "admin.invalid-instant")
		out.When.Wrong, _ = r.Wrong(err)
		return r.Again("admin/board", out, err)
	}
	return r.Show("admin/board", out)
}

// naming gives codes their names; *names is one.
type naming interface {
	procedure(code string) string
	item(code string) string
	place(code string) string
	phase(code string) string
}

// groups makes the board's tables: one a procedure, in the order of the catalogue.
func groups(n naming, pairs []operate.Pair, filter operate.Scope) []boardGroup {
	var out []boardGroup
	at := map[string]*boardRow{}
	for _, pair := range pairs { // of one procedure and item, the country comes first
		if filter.Procedure != "" && filter.Procedure != pair.Procedure {
			continue
		}
		c := cell{
			Place:        n.place(pair.Municipality),
			Phase:        pair.Phase,
			PhaseName:    n.phase(pair.Phase),
			Municipality: pair.Municipality,
			Next:         pair.NextAt,
		}
		if pair.Municipality == operate.All {
			if len(out) == 0 || out[len(out)-1].Procedure != pair.Procedure {
				out = append(out, boardGroup{Procedure: pair.Procedure, Name: n.procedure(pair.Procedure)})
			}
			group := &out[len(out)-1]
			group.Rows = append(group.Rows, boardRow{Item: pair.Item, Name: n.item(pair.Item), Country: c})
			at[pair.Procedure+"/"+pair.Item] = &group.Rows[len(group.Rows)-1]
			continue
		}
		row := at[pair.Procedure+"/"+pair.Item]
		switch {
		case row == nil:
		case filter.Municipality == pair.Municipality:
			row.Own = &c
		case filter.Municipality == "" && (c.Phase != row.Country.Phase || !sameInstant(c.Next, row.Country.Next)):
			row.Differ = append(row.Differ, c)
		}
	}
	return out
}

func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
