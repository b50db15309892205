package operate

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Approve lets a proposed change take effect, by another person with the same reach. An instant that is over or too
// near is raised to Lead from now, and the answer says so. Errors: not-found, forbidden (the proposer, or outside the
// reach), not-allowed-now.
func (s *Service) Approve(ctx context.Context, actor models.Actor, id string) (*Change, error) {
	// Should the commit come too close to an instant, the database refuses it, and the instant is raised again.
	for attempt := 0; ; attempt++ {
		out, err := s.approve(ctx, actor, id)
		if err != nil && attempt < 3 && postgres.LatePhaseRow(err) {
			continue
		}
		return out, err
	}
}

func (s *Service) approve(ctx context.Context, actor models.Actor, id string) (*Change, error) {
	var out *Change
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		c, err := s.lock(tx, actor, id)
		if err != nil {
			return err
		}
		if c.State != models.ChangeProposed {
			return notNow("approve-proposed")
		}
		if c.ProposedBy == actor.Person {
			return fault.New(fault.Forbidden, fault.CodeForbidden, "approve-own")
		}
		if out, err = view(c); err != nil {
			return err
		}
		if err := stillMeant(tx, c, out.Rows); err != nil {
			return err
		}
		out.Raised = raise(out.Rows, tx.Now)
		l, err := readLedger(tx)
		if err != nil {
			return err
		}
		rows := append(stored(tx, c.ID, out.Rows), stored(tx, c.ID, l.makeshifts(out.Rows, out.Rows))...)
		if err := tx.AddPhaseRows(rows...); err != nil {
			return err
		}
		return s.decide(tx, c, models.ChangeApproved, out)
	})
	return out, err
}

// stillMeant refuses what was overtaken since it was proposed: a change at a scope that was suspended meanwhile, and the
// lift of a suspension that ended or that another one followed.
func stillMeant(tx *postgres.Tx, c *models.PhaseChange, rows []Row) error {
	if c.Kind == models.ChangeSwitch {
		return notSuspended(tx, rows)
	}
	all, err := tx.AllPhaseRows()
	if err != nil {
		return err
	}
	if c.LiftsID == nil || !suspendedBy(all, rows[0].Scope(), later(tx.Now.Add(Lead), rows[0].From), *c.LiftsID) {
		return notNow("suspension-over")
	}
	return nil
}

// raise moves instants that are over or too near to Lead from now, and says whether it moved one.
func raise(rows []Row, now time.Time) bool {
	raised, earliest := false, now.Add(Lead)
	for i := range rows {
		if rows[i].From.Before(earliest) {
			rows[i].From, raised = earliest, true
		}
	}
	return raised
}

// decide records who decided, and the rows as they took effect.
func (s *Service) decide(tx *postgres.Tx, c *models.PhaseChange, state string, out *Change) error {
	rows, err := rowsJSON(out.Rows)
	if err != nil {
		return err
	}
	person, now := tx.Actor.Person, tx.Now
	tx.ChangePhaseChange(c, postgres.Changes{"state": state, "decided_by": person, "decided_at": now, "rows": string(rows)})
	out.State, out.DecidedBy, out.DecidedAt, out.Version = c.State, person, &now, c.Version
	return tx.AddAudit(&models.AuditEntry{
		Action:       state,
		ObjectKind:   "phase-change",
		ObjectID:     c.ID,
		Municipality: c.Municipality,
	})
}

// lock reads a change with the phases locked, so that no row is added between reading and writing.
func (s *Service) lock(tx *postgres.Tx, actor models.Actor, id string) (*models.PhaseChange, error) {
	if err := tx.LockPhases(); err != nil {
		return nil, err
	}
	c, err := tx.PhaseChange(id)
	if err == nil && !concerns(actor, c.Municipality) {
		err = fault.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return c, mayWrite(actor, c.Municipality)
}

// Cancel takes a change back before it takes effect. Rows are only ever added: where one that was approved would
// be in force, its scope gets a row that says what it would have said without it. Errors: not-found, forbidden, not-allowed-now
// once an instant has come.
func (s *Service) Cancel(ctx context.Context, actor models.Actor, id string) (*Change, error) {
	var out *Change
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		c, err := s.lock(tx, actor, id)
		if err != nil {
			return err
		}
		if out, err = view(c); err != nil {
			return err
		}
		switch c.State {
		case models.ChangeProposed:
		case models.ChangeApproved:
			if err := s.undo(tx, c, out.Rows); err != nil {
				return err
			}
		default:
			return notNow("cancel-change")
		}
		person, now := actor.Person, tx.Now
		tx.ChangePhaseChange(c, postgres.Changes{"state": models.ChangeCancelled, "ended_by": person, "ended_at": now})
		out.State, out.EndedAt, out.Version = c.State, &now, c.Version
		return tx.AddAudit(&models.AuditEntry{
			Action:       "cancel",
			ObjectKind:   "phase-change",
			ObjectID:     c.ID,
			Municipality: c.Municipality,
		})
	})
	if postgres.LatePhaseRow(err) {
		return nil, notNow("change-begins")
	}
	return out, err
}

func (s *Service) undo(tx *postgres.Tx, c *models.PhaseChange, rows []Row) error {
	for _, r := range rows {
		if !r.From.After(tx.Now) {
			return notNow("change-began")
		}
	}
	l, err := readLedger(tx)
	if err != nil {
		return err
	}
	return tx.AddPhaseRows(stored(tx, c.ID, l.without(c.ID).makeshifts(rows, nil))...)
}

// Get reads one change for those with the reach; not-found otherwise.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*Change, error) {
	var out *Change
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		c, err := tx.PhaseChange(id)
		if err == nil && !concerns(actor, c.Municipality) {
			err = fault.ErrNotFound
		}
		if err != nil {
			return err
		}
		out, err = view(c)
		return err
	})
	return out, err
}

// concerns says whether a change is an admin's business: the country's is everybody's, a municipality's its own admins'.
// What was decided elsewhere is in the public history, without its people and without figures about its drafts.
func concerns(actor models.Actor, municipality string) bool {
	return actor.Role != models.RoleAdmin || municipality == All || municipality == actor.Municipality
}

// List gives the changes that concern the actor, newest first: those in one of the states, or in any if none is named.
func (s *Service) List(ctx context.Context, actor models.Actor, page postgres.Page, states ...string) ([]Change, error) {
	out := []Change{}
	for {
		changes, err := s.list(ctx, actor, states, page)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			page.After = c.ID
			if concerns(actor, c.Municipality) && len(out) < page.Limit {
				out = append(out, c)
			}
		}
		if len(changes) < page.Limit || len(out) == page.Limit {
			return out, nil
		}
	}
}

func (s *Service) list(ctx context.Context, actor models.Actor, states []string, page postgres.Page) ([]Change, error) {
	out := []Change{}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.PhaseChanges(states, page)
		if err != nil {
			return err
		}
		for i := range rows {
			c, err := view(&rows[i])
			if err != nil {
				return err
			}
			out = append(out, *c)
		}
		return nil
	})
	return out, err
}
