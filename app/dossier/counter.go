package dossier

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Handles says whether the actor is who handles an application for its applicant: the applicant, whom row security has
// let through to it, or for one that came on paper (R16) or from another portal a clerk of its municipality who works on its category. Error: not-found for
// everybody else, a clerk at an online
// application and an applicant at one of the counter included.
func (d *Service) Handles(tx *postgres.Tx, app *models.Application) error {
	paper := app.Unreached()
	switch {
	case tx.Actor.Role == models.RoleApplicant && !paper:
		return nil
	case tx.Actor.Role != models.RoleReviewer || !paper:
		return fault.ErrNotFound
	}
	clerk, err := d.Staff(tx)
	if err != nil {
		return err
	}
	if !d.WorksOn(clerk, app.Procedure) {
		return fault.ErrNotFound
	}
	return nil
}
