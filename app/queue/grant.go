package queue

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// longestGrant is for how many days somebody may be let see protected persons: after a year two persons look again.
const longestGrant = 366

// mostGrants are listed, the newest.
const mostGrants = 200

// Wanted is who is to see protected persons (支援措置), why, and until which day, inclusive.
type Wanted struct {
	Person, Reason string
	Until          jp.Date
}

// Grants lists who was proposed to see protected persons, and what became of it, newest first.
func (s *Service) Grants(ctx context.Context, actor models.Actor) (out []models.ProtectionGrant, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.ProtectionGrants(actor.Municipality, postgres.Page{Limit: mostGrants})
		return err
	})
	return out, err
}

// ProposeGrant proposes that a member of the admin's staff sees protected persons for a time; another admin approves it. Errors: invalid-request with the
// pointer; individual-number; conflict while one is proposed for the same person.
func (s *Service) ProposeGrant(ctx context.Context, actor models.Actor, req dossier.Request, w Wanted) (*models.ProtectionGrant, error) {
	g, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*models.ProtectionGrant, error) {
		if err := wantable(tx, w); err != nil {
			return nil, err
		}
		g := &models.ProtectionGrant{
			ID:           models.NewID(),
			Municipality: actor.Municipality,
			StaffID:      w.Person,
			State:        models.GrantProposed,
			Reason:       strings.TrimSpace(w.Reason),
			Until:        w.Until.AddDays(1).Start(),
			ProposedBy:   actor.Person,
			ProposedAt:   tx.Now,
		}
		if err := tx.AddProtectionGrant(g); err != nil {
			return nil, err
		}
		return g, noteGrant(tx, "propose-grant", g)
	})
	if postgres.Violated(err) == "protection_grants_one_proposed" {
		return nil, fault.New(fault.Conflict, fault.CodeConflict, "grant-open").Because(err)
	}
	return g, err
}

func wantable(tx *postgres.Tx, w Wanted) error {
	var faults []fault.Detail
	fail := func(at, code string, reason fault.Reason) {
		faults = append(faults, fault.Detail{Code: code, Reason: reason, Pointer: at})
	}
	staff, err := tx.StaffNames(tx.Actor.Municipality)
	if err != nil {
		return err
	}
	there := slices.ContainsFunc(staff, func(n models.StaffName) bool { return n.StaffID == w.Person })
	today := jp.DateIn(tx.Now)
	switch {
	case !there:
		fail("/person", "invalid", "grant-whom")
	case w.Person == tx.Actor.Person:
		fail("/person", "invalid", "grant-own")
	}
	if w.Until.Before(today) || w.Until.After(today.AddDays(longestGrant)) {
		fail("/until", "invalid", "grant-until")
	}
	if strings.TrimSpace(w.Reason) == "" {
		fail("/reason", "required", "say-why")
	}
	if faults = append(faults, form.FreeTextFaults("/reason", w.Reason)...); len(faults) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", faults)
	}
	return nil
}

// ApproveGrant lets the member of staff see protected persons from now on, by another admin than who proposed it. Errors: not-found; forbidden for the
// proposer and for whom it is about; not-allowed-now.
func (s *Service) ApproveGrant(ctx context.Context, actor models.Actor, id string) (*models.ProtectionGrant, error) {
	return s.decideGrant(ctx, actor, id, func(tx *postgres.Tx, g *models.ProtectionGrant) error {
		switch {
		case g.State != models.GrantProposed || !g.Until.After(tx.Now):
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "grant-over")
		case g.ProposedBy == actor.Person || g.StaffID == actor.Person:
			return fault.New(fault.Forbidden, fault.CodeForbidden, "grant-own")
		}
		tx.ChangeProtectionGrant(g, postgres.Set(&g.State, models.GrantApproved), postgres.Set(&g.DecidedBy, &actor.Person), postgres.Set(&g.DecidedAt, &tx.Now))
		return setSees(tx, g, true)
	})
}

// EndGrant takes a proposal back, or ends at once what was approved: one admin is enough. Errors: not-found; not-allowed-now.
func (s *Service) EndGrant(ctx context.Context, actor models.Actor, id string) (*models.ProtectionGrant, error) {
	return s.decideGrant(ctx, actor, id, func(tx *postgres.Tx, g *models.ProtectionGrant) error {
		switch g.State {
		case models.GrantProposed:
			tx.ChangeProtectionGrant(g, postgres.Set(&g.State, models.GrantRejected), postgres.Set(&g.DecidedBy, &actor.Person),
				postgres.Set(&g.DecidedAt, &tx.Now))
			return nil
		case models.GrantApproved:
			tx.ChangeProtectionGrant(g, postgres.Set(&g.State, models.GrantEnded), postgres.Set(&g.EndedBy, &actor.Person), postgres.Set(&g.EndedAt, &tx.Now))
			return setSees(tx, g, false)
		case models.GrantRejected, models.GrantEnded:
		}
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "grant-over")
	})
}

func (s *Service) decideGrant(
	ctx context.Context,
	actor models.Actor,
	id string,
	decide func(*postgres.Tx, *models.ProtectionGrant) error,
) (g *models.ProtectionGrant, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if g, err = tx.LockProtectionGrant(id); err != nil {
			return err
		}
		if err := decide(tx, g); err != nil {
			return err
		}
		return noteGrant(tx, "grant-"+string(g.State), g)
	})
	return g, err
}

// setSees is the right itself, beside the categories on which the member of staff works.
func setSees(tx *postgres.Tx, g *models.ProtectionGrant, sees bool) error {
	row, err := tx.LockStaff(g.Municipality, g.StaffID)
	if err != nil {
		return err
	}
	if row == nil {
		row = &models.Staff{Municipality: g.Municipality, StaffID: g.StaffID}
	}
	row.SeesProtected, row.ProtectedUntil = sees, nil
	if sees {
		row.ProtectedUntil = &g.Until
	}
	return tx.PutStaff(row)
}

func noteGrant(tx *postgres.Tx, action string, g *models.ProtectionGrant) error {
	return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "person", ObjectID: g.StaffID})
}

// HiddenCases are how many open cases of the own municipality are for named staff alone, and how many wait for the directory. It names nobody.
func (s *Service) HiddenCases(ctx context.Context, actor models.Actor) (out postgres.HiddenCases, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.HiddenCases()
		return err
	})
	return out, err
}

// LastDay is the last day of a grant.
func LastDay(g *models.ProtectionGrant) jp.Date { return jp.DateIn(g.Until).AddDays(-1) }
