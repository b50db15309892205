package queue

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Member is what one member of a municipality's staff works on.
type Member struct {
	Person        string   // id of the person
	Categories    []string // of procedures; empty: all
	SeesProtected bool     // protected persons (支援措置)
	SeesUntil     *time.Time
	UpdatedAt     time.Time
	Version       int64 // for the ETag: grows with every change
}

// Staff lists the members of the admin's municipality of whom something was set, in the order of their ids. Whoever is
// not in it works on every category and sees no protected person. An admin of no municipality has no staff. Recorded.
func (s *Service) Staff(ctx context.Context, actor models.Actor) ([]Member, error) {
	if actor.Municipality == "" {
		return nil, nil
	}
	var rows []models.Staff
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if rows, err = tx.StaffOf(actor.Municipality); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-staff", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	out := make([]Member, len(rows))
	for i := range rows {
		out[i] = memberOf(&rows[i])
	}
	return out, err
}

// PutStaff sets what a member of the admin's municipality works on; version, if not nil, is the one that the admin saw. It takes the right to see protected
// persons away, and leaves it as it is, but gives it to nobody: two persons do (ProposeGrant).
// Errors: not-found for somebody who never signed in, and for an admin of no municipality; stale; forbidden; invalid-request
// with the pointer of an unknown category.
func (s *Service) PutStaff(ctx context.Context, actor models.Actor, version *int64, m Member) (*Member, error) {
	if actor.Municipality == "" || !models.ValidID(m.Person) {
		return nil, fault.ErrNotFound
	}
	var faults []fault.Detail
	for i, code := range m.Categories {
		if _, known := s.dossiers.Editions.Now(actor.Municipality).Category(code); !known {
			faults = append(faults, fault.Detail{Code: "invalid", Reason: "no-category", Pointer: "/categories/" + strconv.Itoa(i)})
		}
	}
	if len(faults) > 0 {
		return nil, fault.New(fault.Refused, fault.CodeInvalidRequest, "no-category").With(faults...)
	}
	categories := slices.Compact(slices.Sorted(slices.Values(m.Categories)))
	row := &models.Staff{
		Municipality:  actor.Municipality,
		StaffID:       m.Person,
		Categories:    strings.Join(categories, " "),
		SeesProtected: m.SeesProtected,
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		now, err := tx.LockStaff(actor.Municipality, m.Person)
		if err != nil {
			return err
		}
		if version != nil && (now == nil || memberOf(now).Version != *version) {
			return fault.New(fault.Stale, fault.CodeStale, "")
		}
		if m.SeesProtected {
			if now == nil || !memberOf(now).SeesProtected {
				return fault.New(fault.Forbidden, fault.CodeForbidden, "grant-by-two")
			}
			row.ProtectedUntil = now.ProtectedUntil
		}
		if err := tx.PutStaff(row); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "put-staff", ObjectKind: "person", ObjectID: m.Person})
	})
	if err != nil {
		return nil, err
	}
	out := memberOf(row)
	return &out, nil
}

func memberOf(row *models.Staff) Member {
	return Member{
		Person:        row.StaffID,
		Categories:    strings.Fields(row.Categories),
		SeesProtected: row.SeesProtected,
		SeesUntil:     row.ProtectedUntil,
		UpdatedAt:     row.UpdatedAt.In(jp.JST),
		Version:       row.UpdatedAt.UnixMicro(),
	}
}
