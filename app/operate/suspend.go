package operate

import (
	"context"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Suspend stops a scope: one person, one action, at once (P2). It starts Lead from now. So that it never ends by
// itself, each later row of the scope gets a suspended row at its instant, and the changes of those rows are
// superseded. Errors: forbidden, invalid-phase, not-allowed-now if the scope is suspended already.
func (s *Service) Suspend(ctx context.Context, actor models.Actor, req dossier.Request, scope Scope, reason string) (*Change, error) {
	if err := s.checkSuspension(actor, scope, reason); err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		out, err := s.once(ctx, actor, req, func(tx *postgres.Tx) (*Change, error) {
			return s.suspendIn(tx, scope, reason)
		})
		if err != nil && attempt < 3 && postgres.LatePhaseRow(err) {
			continue
		}
		return out, err
	}
}

func (s *Service) checkSuspension(actor models.Actor, scope Scope, reason string) error {
	if err := mayWrite(actor, scope.Municipality); err != nil {
		return err
	}
	var details []fault.Detail
	s.checkScope("", scope, func(at, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at})
	})
	if strings.TrimSpace(reason) == "" {
		details = append(details, fault.Detail{Code: "required", Reason: "say-why", Pointer: "/reason"})
	}
	if details = append(details, form.FreeTextFaults("/reason", reason)...); len(details) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidPhase, "").With(details...)
	}
	return nil
}

// Hit is what a suspension would stop.
type Hit struct {
	Pairs          int // procedures and items that are on trial or in full operation somewhere in the scope
	Municipalities int
	Drafts         int64 // open ones of its procedures
}

// PreviewSuspension says what a suspension would hit, before it is imposed. Drafts are counted and not planned one by one, as the impact of a
// change is: a stop is urgent. Nothing is changed. Errors: as Suspend's.
func (s *Service) PreviewSuspension(ctx context.Context, actor models.Actor, scope Scope, reason string) (*Hit, error) {
	if err := s.checkSuspension(actor, scope, reason); err != nil {
		return nil, err
	}
	out := &Hit{}
	var procedures []string
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		places, err := placesFor(tx, actor, scope.Municipality)
		if err != nil {
			return err
		}
		out.Municipalities = len(places)
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		rows := dossier.PhaseRows(all)
		for _, pair := range s.known(scope, tx.Now) {
			now := phase.InForce(rows, pair.Procedure, pair.Item, scope.Municipality, tx.Now).Phase
			if now == phase.Trial || now == phase.Full {
				out.Pairs++
				procedures = append(procedures, pair.Procedure)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.sweep.InTx(ctx, models.System("", "impact"), func(tx *postgres.Tx) (err error) {
		out.Drafts, err = tx.CountDrafts(scope.Municipality, slices.Compact(procedures))
		return err
	})
	return out, err
}

func (s *Service) suspendIn(tx *postgres.Tx, scope Scope, reason string) (*Change, error) {
	if err := tx.LockPhases(); err != nil {
		return nil, err
	}
	l, err := readLedger(tx)
	if err != nil {
		return nil, err
	}
	start := tx.Now.Add(Lead)
	// Whoever was first may start a moment later than this one, whose clock was read before it waited for the lock.
	instants := l.Instants(scope, start)
	if scope.Says(l.Rows(), slices.MaxFunc(append(instants, start), time.Time.Compare)) == phase.Suspended {
		return nil, notNow("suspended-already")
	}
	c := &models.PhaseChange{
		ID:           models.NewID(),
		Kind:         models.ChangeSuspension,
		State:        models.ChangeImposed,
		Municipality: scope.Municipality,
		Reason:       reason,
		Impact:       []byte(`{}`),
		ProposedBy:   tx.Actor.Person,
		ProposedAt:   tx.Now,
		Version:      1,
	}
	rows := []Row{{
		Procedure:    scope.Procedure,
		Item:         scope.Item,
		Municipality: scope.Municipality,
		Phase:        phase.Suspended,
		From:         start,
	}}
	for _, later := range instants {
		if later.After(start) {
			rows = append(rows, Row{
				Procedure:    scope.Procedure,
				Item:         scope.Item,
				Municipality: scope.Municipality,
				Phase:        phase.Suspended,
				From:         later,
			})
		}
	}
	toStore := stored(tx, c.ID, rows)
	if c.Rows, err = rowsJSON(rows); err != nil {
		return nil, err
	}
	if err := tx.AddPhaseChange(c); err != nil {
		return nil, err
	}
	if err := tx.AddPhaseRows(toStore...); err != nil {
		return nil, err
	}
	if err := s.supersede(tx, l.SupersededBy(scope, start)); err != nil {
		return nil, err
	}
	if err := tx.AddAudit(&models.AuditEntry{
		Action:       "suspend",
		ObjectKind:   "phase-change",
		ObjectID:     c.ID,
		Municipality: c.Municipality,
	}); err != nil {
		return nil, err
	}
	return view(c)
}

// supersede marks the changes whose later rows a suspension overtook.
func (s *Service) supersede(tx *postgres.Tx, ids []string) error {
	for _, id := range ids {
		c, err := tx.PhaseChange(id)
		if err != nil {
			return err
		}
		// A national change that also has rows elsewhere stays a national admin's to mark; its rows here are overtaken.
		if c.State != models.ChangeApproved || mayWrite(tx.Actor, c.Municipality) != nil {
			continue
		}
		tx.ChangePhaseChange(c, postgres.Set(&c.State, models.ChangeSuperseded), postgres.Set(&c.EndedAt, &tx.Now))
		if err := tx.AddAudit(&models.AuditEntry{
			Action:       "supersede",
			ObjectKind:   "phase-change",
			ObjectID:     id,
			Municipality: c.Municipality,
		}); err != nil {
			return err
		}
	}
	return nil
}

// Confirm is the second person's confirmation of a suspension, afterwards. Errors: not-found, forbidden (whoever
// suspended), not-allowed-now.
func (s *Service) Confirm(ctx context.Context, actor models.Actor, id string) (*Change, error) {
	var out *Change
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		c, err := s.lock(tx, actor, id)
		if err != nil {
			return err
		}
		if c.Kind != models.ChangeSuspension {
			return fault.ErrNotFound
		}
		if c.State != models.ChangeImposed {
			return notNow("confirmed-already")
		}
		if c.ProposedBy == actor.Person {
			return fault.New(fault.Forbidden, fault.CodeForbidden, "confirm-own")
		}
		if out, err = view(c); err != nil {
			return err
		}
		return s.decide(tx, c, models.ChangeConfirmed, out)
	})
	return out, err
}
