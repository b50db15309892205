package apply

import (
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// arrival decides what is decided once and for ever, and notes it in the row: the instant, the receipt number, the claim
// date, the deadline.
func (s *Service) arrival(tx *postgres.Tx, n *newCase, ok *checked, plan evidence.Plan, replaced *models.Application) (*Filed, error) {
	at := instant(tx, n.intake)
	claim := jp.DateIn(at)
	if replaced != nil && n.app.ReplacesHow == Amend && replaced.ClaimOn != nil {
		claim = jp.DateOf(*replaced.ClaimOn) // an amendment never costs the claim date (P1)
	}
	deadline, late, err := s.deadline(tx, n.app.Municipality, ok, claim)
	if err != nil {
		return nil, err
	}
	out := &Filed{ID: n.app.ID, ReceiptNumber: jp.NewReceiptNumber(), ArrivedAt: at, Late: late, Plan: plan, Edition: editionOf(n.app)}
	revision, on := n.app.Revision, claim.Time()
	n.app.ArrivedAt, n.app.ReceiptNumber, n.app.FiledRevision, n.app.PlanVersion = &out.ArrivedAt, &out.ReceiptNumber, &revision, &out.Plan.Version
	n.app.ClaimOn, n.app.Late, n.app.ExpiresAt = &on, late, nil
	if deadline != nil {
		out.DeadlineOn = deadline.String()
		last := deadline.Time()
		n.app.DeadlineOn = &last
	}
	return out, dossier.FillQueueColumns(n.app, n.municipalityKey, &ok.content)
}

// arrive writes the arrival. A case that is filed whole goes to the database as it is then; a draft is moved under its
// guard.
func (s *Service) arrive(tx *postgres.Tx, n *newCase, ok *checked) error {
	sealed, err := dossier.SealContent(n.key, n.app.ID, n.app.Revision, &ok.content)
	if err != nil {
		return err
	}
	app, step := n.app, dossier.Step{Event: lifecycle.EventFile, Facts: lifecycle.Facts{Complete: true}}
	if n.fresh {
		n.rev.Sealed, n.rev.Filed = sealed, true
		return s.dossiers.Begin(tx, app, n.rev, step)
	}
	tx.ChangeRevision(app.ID, app.Revision, sealed, true)
	step.Changes = append(dossier.QueueChanges(app), postgres.As(&app.ArrivedAt, &app.ReceiptNumber, &app.FiledRevision, &app.PlanVersion,
		&app.ClaimOn, &app.DeadlineOn, &app.DueOn, &app.Late, &app.ChildrenIndex, &app.ExpiresAt, &app.NationalEdition, &app.LocalEdition)...)
	return s.dossiers.Move(tx, app, step)
}
