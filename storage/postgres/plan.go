package postgres

import (
	"time"

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

// DueOf gives the first day by which something is still due of each of some applications: an open correction, or a document that is
// awaited. What has no day is not there.
func (tx *Tx) DueOf(applications []string) (map[string]time.Time, error) {
	const open = "application_id = any(?::uuid[]) and state = ? and due_on is not null"
	corrections, err := all[models.Correction](tx, "due_on", open, array(applications), models.CorrectionOpen)
	if err != nil {
		return nil, err
	}
	items, err := all[models.PlanItem](tx, "due_on", open, array(applications), models.ItemAwaiting)
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	note := func(application string, on time.Time) {
		if first, known := out[application]; !known || on.Before(first) {
			out[application] = on
		}
	}
	for _, c := range corrections {
		note(c.ApplicationID, *c.DueOn)
	}
	for _, i := range items {
		note(i.ApplicationID, *i.DueOn)
	}
	return out, nil
}

// ChangeCorrection queues a guarded change of a correction that is still in the state given.
func (tx *Tx) ChangeCorrection(c *models.Correction, changes ...Assignment) {
	change(tx, c, changes, &c.State)
}
