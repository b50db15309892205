package account

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Session is a browser session of a member of staff that is open.
type Session struct {
	Person string    // UUID
	Began  time.Time // the sign-in
	Until  time.Time // it ends then in any case, and before if it is idle
}

// StaffSessions are the open sessions of who works in the admin's municipality, oldest first. Recorded. An admin of no municipality has no staff.
func (a *Accounts) StaffSessions(ctx context.Context, actor models.Actor) ([]Session, error) {
	var out []Session
	err := a.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.SessionsOfStaff()
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, Session(r))
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-staff-sessions", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	return out, err
}

// EndStaffSessions signs a member of the admin's staff out everywhere, at once, and counts the sessions. What they may do next time the identity
// provider says: whoever is to stay out is taken out there. Recorded. Errors: not-found for somebody with no open session here.
func (a *Accounts) EndStaffSessions(ctx context.Context, actor models.Actor, person string) (n int64, err error) {
	if !models.ValidID(person) {
		return 0, fault.ErrNotFound
	}
	err = a.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if n, err = tx.SessionsEndOfStaff(person); err != nil {
			return err
		}
		if n == 0 {
			return fault.ErrNotFound
		}
		return tx.AddAudit(&models.AuditEntry{Action: "end-staff-sessions", ObjectKind: "person", ObjectID: person})
	})
	return n, err
}
