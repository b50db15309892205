package queue

import (
	"context"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// MaxBriefings is how many readers of the briefing one list names.
const MaxBriefings = 1000

// Briefed says whether the reviewer has confirmed to have read the staff briefing in a version (R16).
func (s *Service) Briefed(ctx context.Context, actor models.Actor, version string) (bool, error) {
	done := false
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		done, err = tx.Briefed(version)
		return err
	})
	return done, err
}

// ConfirmBriefing records that the reviewer has read the staff briefing in a version (R16); again changes nothing.
func (s *Service) ConfirmBriefing(ctx context.Context, actor models.Actor, version string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if err := tx.AddBriefing(version); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "confirm-briefing", ObjectKind: "briefing", ObjectID: version})
	})
}

// Briefings lists, newest first, who has read the staff briefing in which version: of the own municipality for its admins, of
// all for a national admin.
func (s *Service) Briefings(ctx context.Context, actor models.Actor) ([]models.StaffBriefing, error) {
	var out []models.StaffBriefing
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.Briefings(MaxBriefings)
		return err
	})
	return out, err
}
