// Package audit reads the audit trail: the auditor searches all of it, a citizen sees who opened the own cases
// (security.md, "Audit"). The trail is written where things happen, by storage/postgres, in the same transaction.
package audit

import (
	"context"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Service has the use cases. It may be used from any number of goroutines.
type Service struct{ db *postgres.DB }

// New makes the service.
func New(db *postgres.DB) *Service { return &Service{db: db} }

// Search lists entries, newest first, by what the query asks for; a zero member does not narrow it. To read the trail is
// an act of its own and leaves an entry that says what was asked for. Only an auditor sees entries of others. Errors:
// invalid-request with the parameter that no entry can have; unavailable.
func (s *Service) Search(ctx context.Context, actor models.Actor, q postgres.AuditQuery) ([]models.AuditEntry, error) {
	if err := checkQuery(q); err != nil {
		return nil, err
	}
	q.Case, _ = jp.NormaliseReceiptNumber(q.Case)
	out := []models.AuditEntry{}
	err := s.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		found, err := tx.Audit(q)
		if err != nil {
			return err
		}
		out = append(out, found...)
		return tx.AddAudit(&models.AuditEntry{Action: "search-audit", ObjectKind: "audit", ObjectID: asked(q)})
	})
	return out, err
}

// Refused writes down what somebody tried and was refused; the object is an id that was asked for, if one was. The purpose says by which way.
// Error: unavailable.
func (s *Service) Refused(ctx context.Context, actor models.Actor, object string) error {
	return s.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		return tx.AddAudit(&models.AuditEntry{Action: "refused", ObjectKind: "request", ObjectID: object})
	})
}

// Accesses lists, newest first, what other people than the person themselves have done with the person's cases: who in which
// role and of which municipality, what, when. What the program does by itself, such as a virus scan, is nobody's look. Errors: unavailable.
func (s *Service) Accesses(ctx context.Context, actor models.Actor, page postgres.Page) ([]models.AuditEntry, error) {
	out := []models.AuditEntry{}
	err := s.db.InTx(ctx, actor, func(tx *postgres.Tx) error {
		found, err := tx.Audit(postgres.AuditQuery{
			Subject: actor.Person,
			Others:  actor.Person,
			After:   page.After,
			Limit:   page.Limit,
		})
		out = append(out, found...)
		return err
	})
	return out, err
}
