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

// OwedOf gives what the owners of some applications still have to do: open corrections, and documents that are awaited, soonest first;
// what has no day last.
func (tx *Tx) OwedOf(applications []string) ([]models.Correction, []models.PlanItem, error) {
	const open = "application_id = any(?::uuid[]) and state = ?"
	corrections, err := all[models.Correction](tx, "due_on, application_id", open, array(applications), models.CorrectionOpen)
	if err != nil {
		return nil, nil, err
	}
	items, err := all[models.PlanItem](tx, "due_on, application_id, document, subject", open, array(applications), models.ItemAwaiting)
	return corrections, items, err
}

// Wait is what says by when the decision of an application is to be expected.
type Wait struct {
	ApplicationID string
	Weeks         *int // that the municipality says; nil: as the catalogue does
	Paused        int  // whole days that corrections were its owner's to hand in
}

// WaitsOf gives that of some applications.
func (tx *Tx) WaitsOf(applications []string) ([]Wait, error) {
	return query[Wait](tx, `select a.id as application_id, o.weeks, coalesce((select sum(extract(day from c.submitted_at - c.requested_at))
			from corrections c where c.application_id = a.id and c.submitted_at is not null), 0)::int as paused
		from applications a left join offerings o on o.municipality = a.municipality and o.procedure = a.procedure
		where a.id = any(?::uuid[])`, array(applications))
}

// ChangeCorrection queues a guarded change of a correction that is still in the state given.
func (tx *Tx) ChangeCorrection(c *models.Correction, changes ...Assignment) {
	change(tx, c, changes, &c.State)
}
