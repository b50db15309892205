package operate

import (
	"context"
	"errors"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Step is one row that had, has or would have a say in the phase of a pair, with the change that brought it.
type Step struct {
	Row
	Change *Change // nil for history from before the service, and for a change that is not this admin's to see
}

// Timeline is what has been said and is scheduled for one pair in one place (a municipality, or All), by the instant from which it holds;
// rows that are only proposed are among it. A municipality's has the country's rows too, since they decide there as well. Errors:
// invalid-request for a procedure or an item that there is not; not-found for a municipality that there is not, or that is not the admin's own.
func (s *Service) Timeline(ctx context.Context, actor models.Actor, pair Scope) ([]Step, error) {
	if err := s.sought(&pair); err != nil {
		return nil, err
	}
	var out []Step
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := placesFor(tx, actor, pair.Municipality); err != nil {
			return err
		}
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		changes := map[string]*Change{}
		for _, r := range all {
			row := Row{ID: r.ID, Procedure: r.Procedure, Item: r.Item, Municipality: r.Municipality, Phase: r.Phase, From: r.EffectiveFrom}
			if !row.Scope().Covers(pair) {
				continue
			}
			step := Step{Row: row}
			if r.ChangeID != nil {
				if step.Change, err = changeOnce(tx, changes, *r.ChangeID); err != nil {
					return err
				}
			}
			out = append(out, step)
		}
		proposed, err := tx.PhaseChanges([]models.ChangeState{models.ChangeProposed}, postgres.Page{Limit: mostChanges})
		for i := range proposed {
			c, err := view(&proposed[i])
			if err != nil {
				return err
			}
			for _, row := range c.Rows {
				if row.Scope().Covers(pair) {
					out = append(out, Step{Row: row, Change: c})
				}
			}
		}
		return err
	})
	slices.SortStableFunc(out, func(a, b Step) int { return a.From.Compare(b.From) })
	return out, err
}

// changeOnce reads a change, each once; nil for one that the actor may not see.
func changeOnce(tx *postgres.Tx, known map[string]*Change, id string) (*Change, error) {
	if c, ok := known[id]; ok {
		return c, nil
	}
	known[id] = nil
	row, err := tx.PhaseChange(id)
	if errors.Is(err, fault.ErrNotFound) {
		return nil, nil //nolint:nilnil // nil is "not to be seen"
	}
	if err != nil {
		return nil, err
	}
	known[id], err = view(row)
	return known[id], err
}

// Waiting are the changes and suspensions that wait for this admin, the newest first: within the reach, and begun by another person.
func (s *Service) Waiting(ctx context.Context, actor models.Actor) ([]Change, error) {
	open, err := s.List(ctx, actor, postgres.Page{Limit: mostChanges}, models.ChangeProposed, models.ChangeImposed)
	return slices.DeleteFunc(open, func(c Change) bool { return mayWrite(actor, c.Municipality) != nil || c.ProposedBy == actor.Person }), err
}
