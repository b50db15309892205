package core

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// most registrations are listed, the newest.
const most = 200

// Bounds of a registration.
const (
	MostPerSecond = 100
	longestName   = 100
	longestReason = 500
	// The widest networks: an operator's, not the world.
	widest4, widest6 = 8, 16
)

// Wanted is a core system as it is to be registered.
type Wanted struct {
	Name          string
	Scopes        []string
	Networks      []string // in CIDR notation, or single addresses
	PerSecond     int
	SeesProtected bool
	Keys          string // a JWK Set, or one JWK, public
	Reason        string
}

// Systems lists a municipality's registrations and what became of them, newest first.
func (s *Service) Systems(ctx context.Context, actor models.Actor) (out []models.CoreSystem, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.CoreSystems(actor.Municipality, postgres.Page{Limit: most})
		return err
	})
	return out, err
}

// Propose registers a core system of the admin's municipality; it can do nothing until another admin approves it. Errors: invalid-request with the
// pointers; individual-number.
func (s *Service) Propose(ctx context.Context, actor models.Actor, req dossier.Request, w Wanted) (*models.CoreSystem, error) {
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*models.CoreSystem, error) {
		row, err := w.row()
		if err != nil {
			return nil, err
		}
		if row.ID, err = tx.PersonFor(models.ProviderCore, models.NewID()); err != nil {
			return nil, err
		}
		row.Municipality, row.State = actor.Municipality, models.CoreProposed
		row.ProposedBy, row.ProposedAt = actor.Person, tx.Now
		if err := tx.AddCoreSystem(row); err != nil {
			return nil, err
		}
		return row, note(tx, "propose-core-system", row)
	})
}

// row checks what is wanted.
func (w Wanted) row() (*models.CoreSystem, error) {
	var faults []fault.Detail
	fail := func(at, code string, reason fault.Reason) { faults = append(faults, wrong(at, code, reason)) }
	text := func(at, value string, longest int) string {
		value = strings.TrimSpace(value)
		switch {
		case value == "":
			fail(at, "required", "required")
		case len([]rune(value)) > longest:
			fail(at, "invalid", "too-long")
		}
		faults = append(faults, form.FreeTextFaults(at, value)...)
		return value
	}
	row := &models.CoreSystem{Name: text("/name", w.Name, longestName), Reason: text("/reason", w.Reason, longestReason),
		PerSecond: w.PerSecond, SeesProtected: w.SeesProtected}
	var scopes []string
	for _, known := range []string{models.ScopeCoreRead, models.ScopeCoreWrite, models.ScopeIntake} {
		if slices.Contains(w.Scopes, known) {
			scopes = append(scopes, known)
		}
	}
	if len(scopes) == 0 || len(scopes) != len(w.Scopes) {
		fail("/scopes", "invalid", "core-scopes")
	}
	row.Scopes = strings.Join(scopes, " ")
	networks, ok := readNetworks(w.Networks)
	if !ok {
		fail("/networks", "invalid", "core-networks")
	}
	row.Networks = strings.Join(networks, " ")
	if w.PerSecond < 1 || w.PerSecond > MostPerSecond {
		fail("/per_second", "invalid", "core-rate")
	}
	keys, reason := readKeys(w.Keys)
	if reason != "" {
		fail("/keys", "invalid", reason)
	}
	row.Keys = keys
	if len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidRequest, "", faults)
	}
	return row, nil
}

// readNetworks reads networks and single addresses, and writes them in one way; false if one cannot be read or is as wide as the world.
func readNetworks(list []string) (out []string, ok bool) {
	for _, text := range list {
		text = strings.TrimSpace(text)
		network, err := netip.ParsePrefix(text)
		if single, addrErr := netip.ParseAddr(text); err != nil && addrErr == nil && single.Zone() == "" {
			network, err = netip.PrefixFrom(single, single.BitLen()), nil
		}
		widest := widest4
		if network.Addr().Is6() {
			widest = widest6
		}
		if err != nil || network.Addr().Is4In6() || network.Bits() < widest {
			return nil, false
		}
		out = append(out, network.Masked().String())
	}
	return out, len(out) > 0 && len(out) <= 20
}

// Approve lets a core system in from now on, as another admin than who proposed it; one that was stopped goes on, as another admin than who stopped it.
// Errors: not-found; forbidden for that same admin; not-allowed-now.
func (s *Service) Approve(ctx context.Context, actor models.Actor, id string) (*models.CoreSystem, error) {
	return s.move(ctx, actor, id, "approve-core-system", func(tx *postgres.Tx, row *models.CoreSystem) error {
		same := row.ProposedBy
		switch row.State {
		case models.CoreProposed:
		case models.CoreStopped:
			same = *row.StoppedBy
		case models.CoreApproved, models.CoreRejected, models.CoreRevoked:
			return notNow("core-over")
		}
		if same == actor.Person || row.ProposedBy == actor.Person {
			return fault.New(fault.Forbidden, fault.CodeForbidden, "core-own")
		}
		tx.ChangeCoreSystem(row, postgres.Set(&row.State, models.CoreApproved), postgres.Set(&row.DecidedBy, &actor.Person),
			postgres.Set(&row.DecidedAt, &tx.Now), postgres.Set(&row.StoppedBy, nil), postgres.Set(&row.StoppedAt, nil))
		return nil
	})
}

// Stop takes a proposal back, or keeps a core system out at once: one admin is enough, for a key that was lost does not wait. Errors: not-found;
// not-allowed-now.
func (s *Service) Stop(ctx context.Context, actor models.Actor, id string) (*models.CoreSystem, error) {
	return s.move(ctx, actor, id, "stop-core-system", func(tx *postgres.Tx, row *models.CoreSystem) error {
		switch row.State {
		case models.CoreProposed:
			tx.ChangeCoreSystem(row, postgres.Set(&row.State, models.CoreRejected), postgres.Set(&row.DecidedBy, &actor.Person),
				postgres.Set(&row.DecidedAt, &tx.Now))
			return nil
		case models.CoreApproved:
			tx.ChangeCoreSystem(row, postgres.Set(&row.State, models.CoreStopped), postgres.Set(&row.StoppedBy, &actor.Person),
				postgres.Set(&row.StoppedAt, &tx.Now))
			return nil
		case models.CoreStopped, models.CoreRejected, models.CoreRevoked:
		}
		return notNow("core-over")
	})
}

// Revoke ends for good what another admin has stopped. Errors: not-found; forbidden for who stopped it; not-allowed-now.
func (s *Service) Revoke(ctx context.Context, actor models.Actor, id string) (*models.CoreSystem, error) {
	return s.move(ctx, actor, id, "revoke-core-system", func(tx *postgres.Tx, row *models.CoreSystem) error {
		switch {
		case row.State != models.CoreStopped:
			return notNow("core-over")
		case *row.StoppedBy == actor.Person:
			return fault.New(fault.Forbidden, fault.CodeForbidden, "core-own")
		}
		tx.ChangeCoreSystem(row, postgres.Set(&row.State, models.CoreRevoked), postgres.Set(&row.EndedBy, &actor.Person),
			postgres.Set(&row.EndedAt, &tx.Now))
		return nil
	})
}

func (s *Service) move(
	ctx context.Context,
	actor models.Actor,
	id, action string,
	decide func(*postgres.Tx, *models.CoreSystem) error,
) (row *models.CoreSystem, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if row, err = tx.LockCoreSystem(id); err != nil {
			return err
		}
		if err := decide(tx, row); err != nil {
			return err
		}
		return note(tx, action, row)
	})
	return row, err
}

func note(tx *postgres.Tx, action string, row *models.CoreSystem) error {
	return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "core-system", ObjectID: row.ID})
}
