package operate

import (
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Rows are only ever added, so a row that must not count any more is overtaken by another at its instant. That other row
// is a makeshift: it says what the scope says there as things stand, and nobody decided it. When things change, by a
// change with an earlier instant or by taking back the one that it repeats, it would count again. Therefore each decision
// looks at what is meant: the rows that somebody decided and that still hold. Makeshifts are added wherever what is
// stored would say anything else.

// ledger is every row and every decided change.
type ledger struct {
	rows    []models.PhaseRow // in the order of adding
	changes map[string]*Change
}

// readLedger reads all of it; the phases are locked.
func readLedger(tx *postgres.Tx) (*ledger, error) {
	const unlimited = -1
	l := &ledger{changes: map[string]*Change{}}
	var err error
	if l.rows, err = tx.AllPhaseRows(); err != nil {
		return nil, err
	}
	decided := []string{models.ChangeApproved, models.ChangeSuperseded, models.ChangeImposed, models.ChangeConfirmed}
	changes, err := tx.PhaseChanges(decided, postgres.Page{Limit: unlimited})
	if err != nil {
		return nil, err
	}
	for i := range changes {
		if l.changes[changes[i].ID], err = view(&changes[i]); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// without forgets a change: none of its rows means anything any more.
func (l *ledger) without(change string) *ledger {
	delete(l.changes, change)
	return l
}

// meant are the rows that still hold, in the order of adding.
func (l *ledger) meant() []models.PhaseRow {
	own := map[string]bool{}
	for _, c := range l.changes {
		for i, r := range c.Rows {
			// Of a suspension the first row is meant; those at later instants keep it from ending by itself.
			if i == 0 || c.Kind != models.ChangeSuspension {
				own[r.ID] = true
			}
		}
	}
	var out, suspensions []models.PhaseRow
	for _, r := range l.rows {
		if r.Imported || own[r.ID] {
			out = append(out, r)
			if r.Phase == phase.Suspended {
				suspensions = append(suspensions, r)
			}
		}
	}
	holds := out[:0]
	for _, r := range out {
		if !overtaken(r, suspensions) {
			holds = append(holds, r)
		}
	}
	return holds
}

// overtaken says whether a suspension of its scope was imposed before a row that was known then took effect: it is
// superseded, for good (P2).
func overtaken(r models.PhaseRow, suspensions []models.PhaseRow) bool {
	for _, s := range suspensions {
		if scopeOf(s) == scopeOf(r) && r.Seq < s.Seq && r.EffectiveFrom.After(s.EffectiveFrom) {
			return true
		}
	}
	return false
}

// makeshifts gives the rows to add so that each scope of a change's rows says what is meant, from the change's first
// instant there on. added are rows that are about to be added and are meant.
func (l *ledger) makeshifts(own, added []Row) []Row {
	meant := append(dossier.PhaseRows(l.meant()), rule(added)...)
	stored := append(dossier.PhaseRows(l.rows), rule(added)...)
	var out []Row
	for scope, first := range firsts(own) {
		for _, t := range instantsFrom(l.rows, scope, first) {
			said := at(meant, scope, t)
			if at(stored, scope, t) == said {
				continue
			}
			row := Row{Procedure: scope.Procedure, Item: scope.Item, Municipality: scope.Municipality, Phase: said, From: t}
			out = append(out, row)
			stored = append(stored, rule([]Row{row})...)
		}
	}
	return out
}

// firsts is the first instant of the rows of each scope.
func firsts(rows []Row) map[Scope]time.Time {
	out := map[Scope]time.Time{}
	for _, r := range rows {
		if first, ok := out[r.Scope()]; !ok || r.From.Before(first) {
			out[r.Scope()] = r.From
		}
	}
	return out
}
