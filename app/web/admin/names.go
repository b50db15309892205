package admin

import (
	"html/template"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// mostMunicipalities bounds lists to choose from; the country has fewer.
const mostMunicipalities = 2000

// names gives scopes their names in the reader's language.
type names struct {
	p       *pages
	r       *page.Request
	places  []models.Municipality
	workers map[string][]queue.Worker // the staff of municipalities, once they are wanted
}

func (p *pages) names(r *page.Request) (*names, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities})
	return &names{p: p, r: r, places: all}, err
}

func (n *names) procedure(code string) string {
	if code == operate.All {
		return n.r.Text("admin.every-procedure")
	}
	return present.Procedure(n.p.Editions().ForProcedure(n.r.Actor.Municipality, code), code, n.r.Lang)
}

func (n *names) item(code string) string {
	if code == operate.All {
		return n.r.Text("admin.every-item")
	}
	return present.Item(n.p.Editions().ForItem(code), code, n.r.Lang)
}

func (n *names) place(code string) string {
	if code == operate.All || code == page.National {
		return n.r.Text("admin.country")
	}
	for _, m := range n.places {
		if m.Code == code {
			return present.Municipality(&m, n.r.Lang)
		}
	}
	return code
}

// phase is the name of a phase, as rows have them.
func (n *names) phase(code string) string { return wording.In("phase-"+code, n.r.Lang) }

// scope is a row's scope with names.
type scope struct {
	operate.Scope
	ProcedureName, ItemName, Place string
}

func (n *names) scope(s operate.Scope) scope {
	return scope{s, n.procedure(s.Procedure), n.item(s.Item), n.place(s.Municipality)}
}

// choice is an option of a list.
func choice(value, label string) page.Choice {
	return page.Choice{Value: value, Label: template.HTML(template.HTMLEscapeString(label))} //nolint:gosec // escaped
}

// procedures are the procedures to choose from, with "all" first if wanted.
func (n *names) procedures(all bool) []page.Choice {
	var out []page.Choice
	if all {
		out = append(out, choice(operate.All, n.procedure(operate.All)))
	}
	for _, p := range n.p.Editions().Now(n.r.Actor.Municipality).Procedures() {
		out = append(out, choice(p.Code, n.procedure(p.Code)))
	}
	return out
}

// items are the linkage items to choose from, with "all" first.
func (n *names) items() []page.Choice {
	out := []page.Choice{choice(operate.All, n.item(operate.All))}
	for _, item := range n.p.Editions().National().Items() {
		out = append(out, choice(item, n.item(item)))
	}
	return out
}

// reach are the municipalities for which the admin may write.
func (n *names) reach() []page.Choice {
	if !n.r.National() {
		return []page.Choice{choice(n.r.Actor.Municipality, n.place(n.r.Actor.Municipality))}
	}
	out := []page.Choice{choice(operate.All, n.place(operate.All))}
	for _, m := range n.places {
		out = append(out, choice(m.Code, present.Municipality(&m, n.r.Lang)))
	}
	return out
}

// municipalities are all, for lists that narrow what is shown.
func (n *names) municipalities() []page.Choice {
	var out []page.Choice
	for _, m := range n.places {
		if n.r.National() || n.r.Actor.Role == models.RoleAuditor || m.Code == n.r.Actor.Municipality {
			out = append(out, choice(m.Code, present.Municipality(&m, n.r.Lang)))
		}
	}
	return out
}

// phases are those that a change may bring. Suspending is an action of its own (P2).
func (n *names) phases() []page.Choice {
	var out []page.Choice
	for _, code := range []string{"full", "trial", "not-started", "inherit"} {
		c := choice(code, n.phase(code))
		c.Help = n.r.Markup("admin.phase-help-" + code)
		out = append(out, c)
	}
	return out
}

// person says who somebody is: you, another by name where both work for one municipality, or another.
func (n *names) person(id string) string {
	switch id {
	case "":
		return ""
	case n.r.Actor.Person:
		return n.r.Text("admin.you")
	}
	if name := n.staffName(n.r.Actor.Municipality, id); name != "" {
		return name
	}
	return n.r.Text("admin.another")
}

// staffName is what a member of a municipality's staff is called; empty of who is not known. Names are read once a page, and without them it is
// shown all the same.
func (n *names) staffName(municipality, id string) string {
	if n.workers == nil {
		n.workers = map[string][]queue.Worker{}
	}
	if _, known := n.workers[municipality]; !known && municipality != "" {
		n.workers[municipality], _ = n.p.Queue.WorkersOf(n.r.Ctx, n.r.Actor, municipality)
	}
	for _, w := range n.workers[municipality] {
		if w.Person == id {
			return w.Name
		}
	}
	return ""
}

// states are the states of changes to choose from.
func (n *names) states() []page.Choice {
	out := []page.Choice{choice(waitingForMe, n.r.Text("admin.waiting"))}
	for _, s := range states {
		out = append(out, choice(string(s), wording.In("proposal-"+string(s), n.r.Lang)))
	}
	return out
}
