package operate

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ImportHistory adds phase rows from before the service, whose instants may be over: as the database's owner alone, since
// nobody who runs the service may write the past (R17; review.md, "Switching"). Errors: invalid-phase with each member at
// fault.
func (s *Service) ImportHistory(ctx context.Context, owner *postgres.DB, rows []Row) error {
	var details []fault.Detail
	var list []*models.PhaseRow
	for i, r := range rows {
		s.checkScope(pointerTo("rows", i), r.Scope(), func(at, code string, reason fault.Reason) {
			details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at})
		})
		list = append(list, &models.PhaseRow{
			ID:            models.NewID(),
			Procedure:     r.Procedure,
			Item:          r.Item,
			Municipality:  r.Municipality,
			Phase:         r.Phase,
			EffectiveFrom: r.From,
			Imported:      true,
		})
	}
	if len(details) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidPhase, "file-wrong").With(details...)
	}
	return owner.InTx(ctx, models.Actor{Role: models.RoleNational, Purpose: "import-history"}, func(tx *postgres.Tx) error {
		for _, r := range list {
			r.RecordedAt = tx.Now
		}
		if err := tx.AddPhaseRows(list...); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "import-history", ObjectKind: "phase-rows"})
	})
}
