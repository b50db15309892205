package linkage

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Records is a person's record of information provided (情報提供等記録, R6), newest first: who asked whom for which fact,
// for which application and why. What a municipality hides (不開示) is not in it. Fault: Unavailable.
func (s *Service) Records(ctx context.Context, actor models.Actor, page postgres.Page) ([]models.Exchange, error) {
	var out []models.Exchange
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.ExchangesAbout(actor.Person, page)
		return err
	})
	return out, err
}

// RecordsOf is the record of one case for its reviewers, hidden entries too; recorded. Error: not-found.
func (s *Service) RecordsOf(ctx context.Context, actor models.Actor, id string) ([]models.Exchange, error) {
	var out []models.Exchange
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.filed(tx, id)
		if err != nil {
			return err
		}
		if out, err = tx.ExchangesOf(id); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "list-records", "application", id)
	})
	return out, err
}

// Inquiries lists a case's inquiries, oldest first; recorded. Error: not-found.
func (s *Service) Inquiries(ctx context.Context, actor models.Actor, id string) ([]models.Inquiry, error) {
	var out []models.Inquiry
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.filed(tx, id)
		if err != nil {
			return err
		}
		if out, err = tx.InquiriesOf(id); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "list-inquiries", "application", id)
	})
	return out, err
}

// filed reads a case of the reviewer's categories; not-found for a draft, which a clerk of the counter alone handles.
func (s *Service) filed(tx *postgres.Tx, id string) (*models.Application, error) {
	app, err := tx.Application(id)
	if err != nil {
		return nil, err
	}
	if app.ArrivedAt == nil {
		return nil, fault.ErrNotFound
	}
	return app, s.dossiers.Within(tx, app)
}

// Hide keeps one record from the citizen's view (不開示), or shows it again; never from audit. The reason is kept sealed
// with the case. Errors: not-found; conflict for an old fence; invalid-request without a reason; individual-number.
func (s *Service) Hide(ctx context.Context, actor models.Actor, id string, fence int64, record string, hidden bool, reason string) error {
	if faults := form.FreeTextFaults("/reason", reason); len(faults) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "reason-wrong").With(faults...)
	}
	if reason == "" {
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "say-why").
			With(fault.Detail{Code: "required", Pointer: "/reason", Reason: "why-hidden"})
	}
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return err
	}
	sealed, err := f.Key.Seal([]byte(reason), seal.Cell{Table: "exchanges", Column: "sealed_reason", Row: record})
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := s.filed(tx, id); err != nil {
			return err
		}
		app, err := s.dossiers.Hold(tx, id, fence)
		if err != nil {
			return err
		}
		e, err := tx.Exchange(record)
		if err != nil {
			return err
		}
		if e.ApplicationID != id {
			return fault.ErrNotFound
		}
		tx.HideExchange(record, hidden, actor.Person, sealed)
		action := "show-record"
		if hidden {
			action = "hide-record"
		}
		return s.auditStaff(tx, app, action, record)
	})
}

// auditStaff records what the citizen must not learn of: an entry without a subject.
func (s *Service) auditStaff(tx *postgres.Tx, app *models.Application, action, object string) error {
	return tx.AddAudit(&models.AuditEntry{
		Action:       action,
		ObjectKind:   "exchange",
		ObjectID:     object,
		Municipality: app.Municipality,
	})
}
