package dossier

import (
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Step is one event in the life of an application, as Move records it.
type Step struct {
	Event   lifecycle.Event
	Facts   lifecycle.Facts       // what the guards of the event look at
	Changes []postgres.Assignment // of the application, beside its state
	Detail  string                // for the history: a code or document/subject, never what the person wrote
}

// Move changes the state of an application: the rule decides, the update is guarded by the state and version that the
// row shows, and the history and the audit are in the same transaction (house.md, "A state change"). Errors:
// not-allowed-now from the rule at once; conflict at the flush if the row moved meanwhile.
func (d *Service) Move(tx *postgres.Tx, app *models.Application, s Step) error {
	next, err := lifecycle.Next(app.State, s.Event, s.Facts, tx.Now)
	if err != nil {
		return err
	}
	from, revision := app.State, app.Revision // the step was taken in the revision before it
	tx.ChangeApplication(app, append(s.Changes, postgres.Set(&app.State, next))...)
	if err := d.record(tx, app, string(s.Event), from, revision, s.Detail); err != nil {
		return err
	}
	return d.Audit(tx, app, string(s.Event), "application", app.ID)
}

// Begin adds an application that is filed whole in the state to which its event leads, as if it had been a draft for no
// time: the rule decides as in Move.
func (d *Service) Begin(tx *postgres.Tx, app *models.Application, rev *models.Revision, s Step) error {
	next, err := lifecycle.Next(models.StateDraft, s.Event, s.Facts, tx.Now)
	if err != nil {
		return err
	}
	app.State = next
	if err := tx.AddApplication(app, rev); err != nil {
		return err
	}
	if err := d.Record(tx, app, string(s.Event), models.StateDraft, s.Detail); err != nil {
		return err
	}
	return d.Audit(tx, app, string(s.Event), "application", app.ID)
}

// Record adds one step to an application's history; its state now is what app shows.
func (d *Service) Record(tx *postgres.Tx, app *models.Application, event string, from models.ApplicationState, detail string) error {
	return d.record(tx, app, event, from, app.Revision, detail)
}

func (d *Service) record(tx *postgres.Tx, app *models.Application, event string, from models.ApplicationState, revision int, detail string) error {
	return tx.AddHistory(&models.History{
		ID:            models.NewID(),
		ApplicationID: app.ID,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		At:            tx.Now,
		Event:         event,
		FromState:     from,
		ToState:       app.State,
		Role:          tx.Actor.Role,
		Revision:      revision,
		Detail:        detail,
	})
}

// Audit adds one entry about something that belongs to an application. Its owner may see it.
func (d *Service) Audit(tx *postgres.Tx, app *models.Application, action, kind, id string) error {
	subject := app.PersonID
	return tx.AddAudit(&models.AuditEntry{
		Action:       action,
		ObjectKind:   kind,
		ObjectID:     id,
		Municipality: app.Municipality,
		SubjectID:    &subject,
	})
}
