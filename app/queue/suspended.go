package queue

import (
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/storage/postgres"
)

// suspended finds the linkage items of cases' open documents that are suspended now, by the rule by which the board shows phases. Nearly always
// nothing is, and then the cases are not looked at.
func suspended(tx *postgres.Tx, rows []postgres.QueueRow) (map[string][]string, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	all, err := tx.PhaseRowsIn(tx.Actor.Municipality)
	if err != nil {
		return nil, err
	}
	phases := dossier.PhaseRows(all)
	if !slices.ContainsFunc(phases, func(r phase.Row) bool { return r.Phase == phase.Suspended && !r.From.After(tx.Now) }) {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	open, err := tx.OpenItems(ids)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, o := range open {
		at := slices.IndexFunc(rows, func(r postgres.QueueRow) bool { return r.ID == o.ApplicationID })
		if phase.InForce(phases, rows[at].Procedure, o.Item, tx.Actor.Municipality, tx.Now).Phase == phase.Suspended {
			out[o.ApplicationID] = append(out[o.ApplicationID], o.Item)
		}
	}
	return out, nil
}
