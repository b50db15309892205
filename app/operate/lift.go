package operate

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Lift proposes the end of a suspension: a change, to be approved by another person, with the phase that the scope had
// before, or inherit if it said nothing (evidence.md, "Phase"). Errors: not-found, forbidden, invalid-phase,
// not-allowed-now once it has ended.
func (s *Service) Lift(ctx context.Context, actor models.Actor, req dossier.Request, id, reason string) (*Change, error) {
	if faults := form.FreeTextFaults("/reason", reason); len(faults) > 0 {
		return nil, fault.New(fault.Refused, fault.CodeInvalidPhase, "reason-wrong").With(faults...)
	}
	var p Proposal
	var ended error // only for a request that was not answered before
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		c, err := tx.PhaseChange(id)
		if err != nil {
			return err
		}
		if c.Kind != models.ChangeSuspension {
			return fault.ErrNotFound
		}
		if err := mayWrite(actor, c.Municipality); err != nil {
			return err
		}
		p, ended, err = liftOf(tx, c, reason)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.propose(ctx, actor, req, proposal{Proposal: p, kind: models.ChangeLift, lifts: &id, refusal: ended})
}

// liftOf makes the row that ends a suspension. What the suspension had put at later instants is overtaken at the
// approval, so that it does not come back there. ended is the refusal of a suspension that has ended.
func liftOf(tx *postgres.Tx, c *models.PhaseChange, reason string) (p Proposal, ended, err error) {
	suspension, err := view(c)
	if err != nil {
		return p, nil, err
	}
	scope, start := suspension.Rows[0].Scope(), suspension.Rows[0].From
	all, err := tx.AllPhaseRows()
	if err != nil {
		return p, nil, err
	}
	from := later(tx.Now.Add(Lead), start)
	if !suspendedBy(all, scope, from, c.ID) {
		ended = notNow("suspension-over")
	}
	var before []models.PhaseRow
	for _, r := range all {
		if (r.ChangeID == nil || *r.ChangeID != c.ID) && r.EffectiveFrom.Before(start) {
			before = append(before, r)
		}
	}
	said := at(dossier.PhaseRows(before), scope, start)
	p.Rows = []Row{{
		Procedure:    scope.Procedure,
		Item:         scope.Item,
		Municipality: scope.Municipality,
		Phase:        said,
		From:         from,
	}}
	if p.Reason = reason; reason == "" {
		p.Reason = "Lift of the suspension: " + suspension.Reason
	}
	p.Circular = suspension.Circular
	return p, ended, nil
}
