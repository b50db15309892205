package audit

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// sealsAtOnce is how many seals one step of a verification in parts checks: some seconds of work.
const sealsAtOnce = 50

// Part is one step of a verification in parts.
type Part struct {
	Verified
	First, Last int64      // the seals that were checked; both 0 if there was none
	SealedAt    *time.Time // when the last of them was made
	Next        int64      // after which seal to go on; 0: everything that is sealed has been checked
}

// VerifyPart checks the seals after a number, 0 for the first, as Verify does, but not all at once: a page shows each
// step. The step is an act of the auditor and leaves an entry. Errors: forbidden for anybody else, unavailable.
func (s *Sealer) VerifyPart(ctx context.Context, actor models.Actor, trail *Service, after int64) (*Part, error) {
	if actor.Role != models.RoleAuditor {
		return nil, fault.ErrForbidden
	}
	err := trail.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		return tx.AddAudit(&models.AuditEntry{Action: "verify-audit", ObjectKind: "audit"})
	})
	if err != nil {
		return nil, err
	}
	out := &Part{}
	err = s.db.InTx(ctx, models.System("", "verify-audit"), func(tx *postgres.Tx) error {
		var before *models.AuditSeal
		if after > 0 {
			earlier, err := tx.Seals(after-1, 1)
			if err != nil {
				return err
			}
			if len(earlier) == 0 || earlier[0].Number != after {
				return fault.ErrNotFound
			}
			before = &earlier[0]
		}
		seals, err := tx.Seals(after, sealsAtOnce)
		if err != nil {
			return err
		}
		for i := range seals {
			if err := s.verifySeal(tx, before, &seals[i], &out.Verified); err != nil {
				return err
			}
			before = &seals[i]
		}
		return out.finish(tx, before, seals)
	})
	return out, err
}

// finish says how far the step came; the last one looks for entries that were put in behind the seals' back.
func (p *Part) finish(tx *postgres.Tx, last *models.AuditSeal, seals []models.AuditSeal) error {
	if len(seals) > 0 {
		p.First, p.Last, p.SealedAt = seals[0].Number, last.Number, &last.SealedAt
	}
	if len(seals) == sealsAtOnce {
		p.Next = last.Number
		return nil
	}
	if last == nil {
		return nil
	}
	return slipped(tx, last, &p.Verified)
}

// Newest is the last seal, nil while there is none. Error: unavailable.
func (s *Sealer) Newest(ctx context.Context) (seal *models.AuditSeal, err error) {
	err = s.db.InTx(ctx, models.System("", "show-seals"), func(tx *postgres.Tx) error {
		seal, err = tx.LastSeal()
		return err
	})
	return seal, err
}
