package operate

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Outlook is what the approval of a proposed change would do where something is suspended, by the rule by which the board shows phases.
type Outlook struct {
	Refused   fault.Reason // why it could not be approved now; empty if it could
	Suspended []Scope      // the pairs of its scope that stay suspended all the same, with the place; All for the whole country
}

// Outlook says it of a change that waits for approval; of another it says nothing.
func (s *Service) Outlook(ctx context.Context, actor models.Actor, c *Change) (out Outlook, err error) {
	if c.State != models.ChangeProposed {
		return out, nil
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := tx.PhaseChange(c.ID)
		if err != nil {
			return err
		}
		rows := slices.Clone(c.Rows)
		if err := stillHolds(tx, row, rows); err != nil {
			f := fault.As(err)
			if f == nil {
				return err
			}
			out.Refused = f.Reason
			return nil
		}
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		places, err := tx.Municipalities()
		if err != nil {
			return err
		}
		raise(rows, tx.Now)
		at := rows[0].From
		for _, r := range rows {
			at = later(at, r.From)
		}
		codes := []string{All}
		for _, m := range places {
			codes = append(codes, m.Code)
		}
		then := append(dossier.PhaseRows(all), rule(rows)...)
		for _, p := range s.pairs(then, codes, at) {
			scope := Scope{Procedure: p.Procedure, Item: p.Item, Municipality: p.Municipality}
			if p.Phase == phase.Suspended && speaksOf(rows, p.Procedure, p.Item, p.Municipality) && !slices.ContainsFunc(out.Suspended, func(o Scope) bool {
				return o.Municipality == All && o.Covers(scope) // the country says it for each municipality
			}) {
				out.Suspended = append(out.Suspended, scope)
			}
		}
		return nil
	})
	return out, err
}
