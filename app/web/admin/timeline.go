package admin

import (
	"cmp"
	"slices"
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// timeline is one cell: its trial, and what has been said and is scheduled for it.
type timeline struct {
	scope
	Cell   *cell
	Lacks  []string
	Steps  []step
	Differ []cell // for the country: the municipalities on another phase
}

// step is one row of the timeline, in words.
type step struct {
	operate.Step
	PhaseName, Where, Proposer, Decider string
	Over, Now, Proposed                 bool
	Circular                            cited
}

func (p *pages) timeline(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	found, err := p.Operate.Overview(r.Ctx, r.Actor, cmp.Or(r.Query("municipality"), operate.All), time.Time{})
	if err != nil {
		return err
	}
	pair := operate.Scope{Procedure: r.Param("procedure"), Item: r.Param("item"), Municipality: found.Place}
	steps, err := p.Operate.Timeline(r.Ctx, r.Actor, pair)
	if err != nil {
		return err
	}
	out := timeline{scope: n.scope(pair)}
	if i := slices.IndexFunc(found.Pairs, func(p operate.PlacePair) bool { return p.Scope == pair }); i >= 0 {
		one := found.Pairs[i]
		out.Cell = n.cell(one, found.Need)
		out.Lacks = n.lacking(one.Missing)
		for _, m := range one.Differ {
			there := operate.Scope{Procedure: pair.Procedure, Item: pair.Item, Municipality: m}
			out.Differ = append(out.Differ, cell{ProcedureName: n.place(m), Address: cellAddress(there)})
		}
	}
	out.Steps, err = n.steps(steps, found.At)
	if err != nil {
		return err
	}
	return r.Show("admin/timeline", out)
}

// steps puts the rows of a timeline into words; the newest row of each scope that has begun holds now.
func (n *names) steps(rows []operate.Step, now time.Time) ([]step, error) {
	var numbers []string
	for _, s := range rows {
		if s.Change != nil {
			numbers = append(numbers, s.Change.Circular)
		}
	}
	circulars, err := n.p.cited(n.r, numbers...)
	if err != nil {
		return nil, err
	}
	holds := map[operate.Scope]int{}
	var out []step
	for i, s := range rows {
		one := step{Step: s, PhaseName: n.phase(s.Phase), Where: n.where(s.Scope()), Over: !s.From.After(now)}
		if c := s.Change; c != nil {
			one.Proposer, one.Decider, one.Circular = n.person(c.ProposedBy), n.person(c.DecidedBy), circulars[c.Circular]
			one.Proposed = s.ID == ""
		}
		if one.Over && !one.Proposed {
			holds[s.Scope()] = i
		}
		out = append(out, one)
	}
	for _, i := range holds {
		out[i].Now = true
	}
	return out, nil
}

// where says of what a row speaks, where that is more than the pair itself.
func (n *names) where(s operate.Scope) string {
	out := n.place(s.Municipality)
	if s.Procedure == operate.All {
		out += wording.Marks(" ・ ", n.r.Lang) + n.procedure(operate.All)
	}
	if s.Item == operate.All {
		out += wording.Marks(" ・ ", n.r.Lang) + n.item(operate.All)
	}
	return out
}
