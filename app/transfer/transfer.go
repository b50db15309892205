// Package transfer passes a case that was filed with the wrong municipality on to the right one (移送). It keeps its date:
// the arrival is that of the first filing (P5), and nothing that was handed in is lost (P1).
package transfer

import (
	"context"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Copier copies the files of one application to another, each once however often it is called.
type Copier interface {
	CopyFiles(ctx context.Context, from, to *models.Application) error
}

// Service has the use cases.
type Service struct {
	dossiers *dossier.Service
	files    Copier
}

// New makes the service.
func New(dossiers *dossier.Service, files Copier) *Service {
	return &Service{dossiers: dossiers, files: files}
}

// PassOn passes a case on, with a reason for the colleagues; a job makes the receiving office's copy. From then on this
// office sees only that it was passed on.
//
// Errors: not-found; conflict for an old fence; invalid-municipality, procedure-closed where the other office does not take
// it; invalid-request, individual-number; not-allowed-now.
func (s *Service) PassOn(ctx context.Context, actor models.Actor, id string, fence int64, to, reason string) error {
	reason = strings.TrimSpace(reason)
	if faults := form.FreeTextFaults("/reason", reason); len(faults) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "reason-wrong").With(faults...)
	}
	if _, err := s.dossiers.MunicipalityKey(ctx, to); err != nil {
		return err
	}
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return err
	}
	note := models.NewID()
	sealed, err := f.Key.Seal([]byte(reason), dossier.NoteCell(note))
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.dossiers.Hold(tx, id, fence)
		if err != nil {
			return err
		}
		if _, err := tx.Offering(to, app.Procedure); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return fault.New(fault.Conflict, fault.CodeProcedureClosed, "procedure-not-offered").Note("municipality", to)
			}
			return err
		}
		err = s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventTransfer, Detail: to,
			Facts: lifecycle.Facts{OtherOffice: to != app.Municipality, Reason: reason != ""}})
		if err != nil {
			return err
		}
		err = tx.AddNote(&models.CaseNote{
			ID:            note,
			ApplicationID: id,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			AuthorID:      actor.Person,
			Sealed:        sealed,
			At:            tx.Now,
		})
		if err != nil {
			return err
		}
		return tx.Enqueue(task.Transfer{Municipality: app.Municipality, Application: id, To: to})
	})
}
