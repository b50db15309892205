package operate

import (
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

// at gives what a scope itself says at an instant, inherit if nothing.
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
