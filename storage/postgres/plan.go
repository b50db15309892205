package postgres

import (
	"kosodate.example/onestop/models"
)

// AddPlanItems queues the requirements decided at filing.
func (tx *Tx) AddPlanItems(items ...*models.PlanItem) error { return add(tx, "", items...) }

// PlanItems lists an application's requirements in the order of the plan: document, then subject, by code point.
func (tx *Tx) PlanItems(application string) ([]models.PlanItem, error) {
	var items []models.PlanItem
	err := tx.gorm.Where("application_id = ?", application).Order(`document collate "C", subject collate "C"`).Find(&items).Error
	return items, translate(err)
}

// ChangePlanItem queues a guarded change of one requirement: only if it still has the state that item shows.
func (tx *Tx) ChangePlanItem(item *models.PlanItem, changes Changes) {
	changes["updated_at"] = tx.Now
	tx.guarded("plan_items", Changes{"application_id": item.ApplicationID, "document": item.Document, "subject": item.Subject, "state": item.State}, changes)
	if s, ok := changes["state"].(string); ok {
		item.State = s
	}
}

// AddConsents queues consents given or refused (P6).
func (tx *Tx) AddConsents(rows ...*models.Consent) error { return add(tx, "", rows...) }

// ConsentsOf lists an application's consents, oldest first: of two for the same item and subject the later counts.
func (tx *Tx) ConsentsOf(application string) ([]models.Consent, error) {
	var rows []models.Consent
	err := tx.gorm.Where("application_id = ?", application).Order("id").Find(&rows).Error
	return rows, translate(err)
}

// AddCorrection queues a request for correction; at most one is open per application.
func (tx *Tx) AddCorrection(c *models.Correction) error { return add(tx, "", c) }

// CorrectionsOf lists an application's requests for correction, oldest first.
func (tx *Tx) CorrectionsOf(application string) ([]models.Correction, error) {
	var rows []models.Correction
	err := tx.gorm.Where("application_id = ?", application).Order("number").Find(&rows).Error
	return rows, translate(err)
}

// ChangeCorrection queues a guarded change of a correction that is still in the state given.
func (tx *Tx) ChangeCorrection(c *models.Correction, changes Changes) {
	tx.guarded("corrections", Changes{"application_id": c.ApplicationID, "number": c.Number, "state": c.State}, changes)
	if s, ok := changes["state"].(string); ok {
		c.State = s
	}
}
