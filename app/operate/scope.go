package operate

import (
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// at gives what a scope itself says at an instant, inherit if nothing (evidence.md, "Phase").
func at(rows []phase.Row, s Scope, t time.Time) string {
	return phase.Said(rows, s.Procedure, s.Item, s.Municipality, t)
}

// scopeOf is the scope of a stored row.
func scopeOf(r models.PhaseRow) Scope { return Scope{r.Procedure, r.Item, r.Municipality} }

// saidBy is the stored row by which a scope says something at an instant, or nil.
func saidBy(all []models.PhaseRow, s Scope, t time.Time) *models.PhaseRow {
	var said *models.PhaseRow
	for i := range all {
		r := &all[i]
		if scopeOf(*r) == s && !r.EffectiveFrom.After(t) && (said == nil || !r.EffectiveFrom.Before(said.EffectiveFrom)) {
			said = r
		}
	}
	return said
}

// suspendedBy says whether a scope is suspended at an instant by that very suspension, not by a later one.
func suspendedBy(all []models.PhaseRow, s Scope, t time.Time, suspension string) bool {
	r := saidBy(all, s, t)
	return r != nil && r.Phase == phase.Suspended && r.ChangeID != nil && *r.ChangeID == suspension
}

// of says whether a row was added by one of the changes.
func of(r models.PhaseRow, changes map[string]bool) bool {
	return r.ChangeID != nil && changes[*r.ChangeID]
}

// restoring gives the rows to add when a change is cancelled, so that each of its scopes says at every instant what it
// would say had neither this change nor any cancelled before it ever been. It is not enough to look at the change's own
// instants: the row that took an earlier change back may repeat what this one had said.
func restoring(all []models.PhaseRow, own []Row, cancelled map[string]bool) []Row {
	var lasting []models.PhaseRow
	for _, r := range all {
		if !of(r, cancelled) {
			lasting = append(lasting, r)
		}
	}
	without, with := dossier.PhaseRows(lasting), dossier.PhaseRows(all)
	var back []Row
	done := map[Scope]bool{}
	for _, o := range own {
		scope := o.Scope()
		if done[scope] {
			continue
		}
		done[scope] = true
		for _, t := range instantsFrom(all, scope, firstOf(own, scope)) {
			said := at(without, scope, t)
			if at(with, scope, t) == said {
				continue
			}
			row := Row{Procedure: scope.Procedure, Item: scope.Item, Municipality: scope.Municipality, Phase: said, From: t}
			back = append(back, row)
			with = append(with, rule([]Row{row})...)
		}
	}
	return back
}

// firstOf is the first instant of a change's rows of a scope.
func firstOf(own []Row, scope Scope) time.Time {
	var first time.Time
	for _, r := range own {
		if r.Scope() == scope && (first.IsZero() || r.From.Before(first)) {
			first = r.From
		}
	}
	return first
}

// instantsFrom are the instants of a scope's rows from one on, in order, each once.
func instantsFrom(all []models.PhaseRow, scope Scope, first time.Time) []time.Time {
	var out []time.Time
	for _, r := range all {
		if scopeOf(r) == scope && !r.EffectiveFrom.Before(first) {
			out = append(out, r.EffectiveFrom)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// cancelledChanges are the ids of every change that was cancelled: none of their rows means anything any more.
func cancelledChanges(tx *postgres.Tx) (map[string]bool, error) {
	const all = -1
	rows, err := tx.PhaseChanges([]string{models.ChangeCancelled}, postgres.Page{Limit: all})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, c := range rows {
		out[c.ID] = true
	}
	return out, nil
}
