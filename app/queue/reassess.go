package queue

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ReassessmentList names a list of cases that a corrected edition would have decided otherwise (見直し), with how many there are.
type ReassessmentList = postgres.ReassessmentList

// Reassessment is one case of such a list.
type Reassessment struct {
	ID, Application, ReceiptNumber string
	Procedure, Document            string
	Subject                        string // the kind of person whose document it is
	Direction                      string // models.AskedTooMuch, models.AskedTooLittle
	ArrivedAt                      time.Time
	Untold                         bool // its parent has an inbox, was not told, and can be
	ToldBy                         string
	ToldAt                         *time.Time
	DealtBy                        string
	DealtAt                        *time.Time
	Note                           string // of whoever dealt with it
	Version                        int64
}

// ReassessmentLists are the lists of the municipality, as far as the reviewer may see their cases: those in which a paper was asked for
// without need first.
func (s *Service) ReassessmentLists(ctx context.Context, actor models.Actor) ([]ReassessmentList, error) {
	var out []ReassessmentList
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		q, err := s.dossiers.Reassessments(tx)
		if err == nil {
			out, err = tx.ReassessmentLists(q)
		}
		return err
	})
	return out, err
}

// Reassessments gives one page of a list, or of all lists for the zero one, the newest found first. Each page is recorded.
func (s *Service) Reassessments(ctx context.Context, actor models.Actor, of ReassessmentList, page postgres.Page) ([]Reassessment, error) {
	var rows []postgres.ListedReassessment
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		q, err := s.dossiers.Reassessments(tx)
		if err != nil {
			return err
		}
		q.Procedure, q.Document, q.Direction, q.After, q.Limit = of.Procedure, of.Document, of.Direction, page.After, page.Limit
		if rows, err = tx.Reassessments(q); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-reassessments", ObjectKind: "queue", ObjectID: actor.Municipality})
	})
	if err != nil {
		return nil, err
	}
	out := make([]Reassessment, len(rows))
	for i := range rows {
		one, err := s.reassessment(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		out[i] = *one
	}
	return out, nil
}

// reassessment opens one: its note lies under the key of the case.
func (s *Service) reassessment(ctx context.Context, r *postgres.ListedReassessment) (*Reassessment, error) {
	out := &Reassessment{ID: r.ID, Application: r.ApplicationID, ReceiptNumber: r.ReceiptNumber, Procedure: r.Procedure, Document: r.Document,
		Subject: r.Subject, Direction: r.Direction, ArrivedAt: r.ArrivedAt.In(jp.JST), Untold: r.Untold, ToldAt: r.ToldAt, DealtAt: r.DealtAt,
		Version: r.Version}
	if r.ToldBy != nil {
		out.ToldBy = *r.ToldBy
	}
	if r.DealtBy == nil {
		return out, nil
	}
	out.DealtBy = *r.DealtBy
	key, err := s.dossiers.ApplicationKey(ctx, &models.Application{ID: r.ApplicationID, WrappedKey: r.WrappedKey})
	if err != nil {
		return nil, err
	}
	note, err := key.Open(r.SealedNote, dossier.ReassessmentCell(r.ID))
	out.Note = string(note)
	return out, err
}

// Reassessment gives one. Error: not-found, also for a case that the reviewer may not see.
func (s *Service) Reassessment(ctx context.Context, actor models.Actor, id string) (*Reassessment, error) {
	r, err := s.findReassessment(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.reassessment(ctx, r)
}

// DealWith marks one as dealt with, with a note for the colleagues; version, if not nil, is the one that the reviewer saw. Errors:
// not-found, also for a case that the reviewer may not see; stale; not-allowed-now if somebody has done so already; invalid-request for
// a note that is too long; individual-number.
func (s *Service) DealWith(ctx context.Context, actor models.Actor, id string, version *int64, note string) (*Reassessment, error) {
	if faults := form.FreeTextFaults("/note", note); len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidRequest, "", faults)
	}
	seen, err := s.findReassessment(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, &models.Application{ID: seen.ApplicationID, WrappedKey: seen.WrappedKey})
	if err != nil {
		return nil, err
	}
	sealed, err := key.Seal([]byte(note), dossier.ReassessmentCell(id))
	if err != nil {
		return nil, err
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		switch row := &seen.Reassessment; {
		case version != nil && row.Version != *version:
			return fault.New(fault.Stale, fault.CodeStale, "look-again")
		case row.DealtAt != nil:
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "reassessment-dealt-with")
		default:
			tx.ChangeReassessment(row, postgres.Set(&row.DealtBy, &actor.Person), postgres.Set(&row.DealtAt, &tx.Now), postgres.Set(&row.SealedNote, sealed))
			app := &models.Application{ID: row.ApplicationID, Municipality: row.Municipality, PersonID: row.PersonID}
			return s.dossiers.Audit(tx, app, "deal-with-reassessment", "reassessment", row.ID)
		}
	})
	if err != nil {
		return nil, err
	}
	seen.Untold = false
	return s.reassessment(ctx, seen)
}

// findReassessment reads one that the reviewer may see. Error: not-found.
func (s *Service) findReassessment(ctx context.Context, actor models.Actor, id string) (*postgres.ListedReassessment, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var rows []postgres.ListedReassessment
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		q, err := s.dossiers.Reassessments(tx)
		if q.ID, q.Limit = id, 1; err == nil {
			rows, err = tx.Reassessments(q)
		}
		return err
	})
	if err == nil && len(rows) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}
