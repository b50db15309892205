package operate

import (
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// decided are the states of a change that somebody decided and nobody took back.
var decided = []models.ChangeState{models.ChangeApproved, models.ChangeSuperseded, models.ChangeImposed, models.ChangeConfirmed}

// readLedger reads every row and every decided change; the phases are locked.
func readLedger(tx *postgres.Tx) (*phase.Ledger, error) {
	rows, err := recorded(tx)
	if err != nil {
		return nil, err
	}
	const unlimited = -1
	changes, err := tx.PhaseChanges(decided, postgres.Page{Limit: unlimited})
	if err != nil {
		return nil, err
	}
	known := map[string]phase.Decided{}
	for i := range changes {
		c, err := view(&changes[i])
		if err != nil {
			return nil, err
		}
		d := phase.Decided{Suspension: c.Kind == models.ChangeSuspension}
		for _, r := range c.Rows {
			d.Rows = append(d.Rows, r.ID)
		}
		known[c.ID] = d
	}
	return phase.NewLedger(rows, known), nil
}

// ledgerOfRows is readLedger for what looks at the rows alone.
func ledgerOfRows(tx *postgres.Tx) (*phase.Ledger, error) {
	rows, err := recorded(tx)
	return phase.NewLedger(rows, nil), err
}

func recorded(tx *postgres.Tx) ([]phase.Recorded, error) {
	read, err := tx.AllPhaseRows()
	if err != nil {
		return nil, err
	}
	out := make([]phase.Recorded, len(read))
	for i, r := range dossier.PhaseRows(read) {
		out[i] = phase.Recorded{Row: r, Imported: read[i].Imported}
		if read[i].ChangeID != nil {
			out[i].Change = *read[i].ChangeID
		}
	}
	return out, nil
}

// restated are the rows by which a change's scopes say what holds, as admins' rows.
func restated(l *phase.Ledger, own, added []Row) []Row {
	var out []Row
	for _, r := range l.Restatements(rule(own), rule(added)) {
		out = append(out, Row{Procedure: r.Procedure, Item: r.Item, Municipality: r.Municipality, Phase: r.Phase, From: r.From})
	}
	return out
}
