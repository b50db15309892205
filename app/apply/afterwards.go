package apply

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Withdraw takes an application back (取下げ), from any state before the decision. The reason is free text, kept sealed
// with the application; version is optional (If-Match). Errors: not-found, stale, not-allowed-now, individual-number,
// invalid-request.
func (s *Service) Withdraw(ctx context.Context, actor models.Actor, req dossier.Request, id, reason string, version *int64) (*View, error) {
	if faults := form.FreeTextFaults("/reason", reason); len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidRequest, "reason-wrong", faults)
	}
	f, err := s.openHandled(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	sealed, err := f.Key.Seal([]byte(reason), dossier.WithdrawalCell(id))
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*View, error) {
		app, err := tx.LockApplication(id)
		if err != nil {
			return nil, err
		}
		if err := matches(app, version); err != nil {
			return nil, err
		}
		if app.State == models.StateDraft {
			return nil, fault.New(fault.Conflict, fault.CodeNotAllowedNow, "withdraw-draft")
		}
		changes := []postgres.Assignment{postgres.Set(&app.SealedWithdrawal, sealed)}
		err = s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventWithdraw, Changes: changes})
		if err != nil {
			return nil, err
		}
		if err := takeBackCorrection(tx, id); err != nil {
			return nil, err
		}
		var v View
		v.describe(app)
		if f.intake != nil {
			return &v, nil
		}
		return &v, tx.Enqueue(task.Notify{Municipality: app.Municipality, Application: id, What: "withdrawn"})
	})
}

// SubmitCorrection hands in what the municipality asked to be corrected (補正): the working revision is filed and never
// changes again. version is optional (If-Match). Errors: not-found, stale, not-allowed-now, missing-documents for asked
// documents that are not there, invalid-facts, invalid-form.
func (s *Service) SubmitCorrection(ctx context.Context, actor models.Actor, req dossier.Request, id string, number int, version *int64) (*View, error) {
	f, err := s.openHandled(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	o := checkOptions{at: f.decidedAt(), now: f.now, final: true, kept: f.Content.Declarations}
	ok, checkErr := s.check(f.catalogue, f.Row.Procedure, f.Row.Municipality, f.Content, o)
	municipalityKey, err := s.dossiers.MunicipalityKey(ctx, f.Row.Municipality)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*View, error) {
		app, err := tx.LockApplication(id)
		if err != nil {
			return nil, err
		}
		if err := matches(app, version); err != nil {
			return nil, err
		}
		if app.Version != f.Row.Version {
			return nil, errMoved
		}
		correction, err := openCorrection(tx, id, number)
		if err != nil {
			return nil, err
		}
		if checkErr != nil {
			return nil, checkErr
		}
		if err := s.receiveAsked(tx, app, correction, &ok.content); err != nil {
			return nil, err
		}
		if err := s.consentAnew(tx, app, ok); err != nil {
			return nil, err
		}
		sealed, err := dossier.SealContent(f.Key, id, app.Revision, &ok.content)
		if err != nil {
			return nil, err
		}
		tx.ChangeRevision(id, app.Revision, sealed, true)
		tx.ChangeCorrection(correction, postgres.Set(&correction.State, models.CorrectionSubmitted), postgres.Set(&correction.SubmittedAt, &tx.Now))
		// What the queue shows and finds follows the correction.
		if err := dossier.FillQueueColumns(app, municipalityKey, &ok.content); err != nil {
			return nil, err
		}
		dossier.Pause(app, tx.Now.Sub(correction.RequestedAt))
		changes := append(dossier.QueueChanges(app), postgres.Set(&app.DueOn, app.DueOn),
			postgres.Set(&app.ChildrenIndex, dossier.ChildrenIndex(municipalityKey, &ok.content)))
		step := dossier.Step{Event: lifecycle.EventSubmitCorrection, Facts: lifecycle.Facts{Complete: true}, Changes: changes}
		if err := s.dossiers.Move(tx, app, step); err != nil {
			return nil, err
		}
		if err := s.dossiers.Named(tx, app, municipalityKey, &ok.content); err != nil {
			return nil, err
		}
		var v View
		v.describe(app)
		return &v, nil
	})
}

func openCorrection(tx *postgres.Tx, id string, number int) (*models.Correction, error) {
	rows, err := tx.CorrectionsOf(id)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Number != number {
			continue
		}
		switch rows[i].State {
		case models.CorrectionOpen:
			return &rows[i], nil
		case models.CorrectionLapsed:
			return nil, errLapsed
		case models.CorrectionWithdrawn: // with its application
			return nil, errTakenBack
		case models.CorrectionSubmitted:
		}
		return nil, errHandedIn
	}
	return nil, fault.ErrNotFound
}
