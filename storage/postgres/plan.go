package postgres

import (
	"kosodate.example/onestop/models"
)

// AddPlanItems queues the requirements decided at filing.
func (tx *Tx) AddPlanItems(items ...*models.PlanItem) error { return add(tx, "", items...) }

// PlanItems lists an application's requirements in the order of the plan: document, then subject, by code point.
func (tx *Tx) PlanItems(application string) ([]models.PlanItem, error) {
	return all[models.PlanItem](tx, `document collate "C", subject collate "C"`, "application_id = ?", application)
}

// ChangePlanItem queues a guarded change of one requirement: only if it still has the state that item shows.
func (tx *Tx) ChangePlanItem(item *models.PlanItem, changes ...Assignment) {
	change(tx, item, append(changes, Set(&item.UpdatedAt, tx.Now)), &item.State)
}

// AddConsents queues consents given or refused (P6).
func (tx *Tx) AddConsents(rows ...*models.Consent) error { return add(tx, "", rows...) }

// ConsentsOf lists an application's consents, oldest first: of two for the same item and subject the later counts.
func (tx *Tx) ConsentsOf(application string) ([]models.Consent, error) {
	return all[models.Consent](tx, "id", "application_id = ?", application)
}

// AddCorrection queues a request for correction; at most one is open per application.
func (tx *Tx) AddCorrection(c *models.Correction) error { return add(tx, "", c) }

// CorrectionsOf lists an application's requests for correction, oldest first.
func (tx *Tx) CorrectionsOf(application string) ([]models.Correction, error) {
	return all[models.Correction](tx, "number", "application_id = ?", application)
}

// ChangeCorrection queues a guarded change of a correction that is still in the state given.
func (tx *Tx) ChangeCorrection(c *models.Correction, changes ...Assignment) {
	change(tx, c, changes, &c.State)
}
