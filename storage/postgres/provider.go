package postgres

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddProviderRequest queues what another body asks this municipality to confirm (R7), with its first step.
func (tx *Tx) AddProviderRequest(r *models.ProviderRequest, first *models.ProviderRequestStep) error {
	if err := add(tx, "", r); err != nil {
		return err
	}
	return tx.AddProviderRequestStep(first)
}

// ProviderRequest reads one of the actor's municipality; not-found otherwise, also for a malformed id.
func (tx *Tx) ProviderRequest(id string) (*models.ProviderRequest, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var row models.ProviderRequest
	if err := tx.gorm.Take(&row, "id = ?", id).Error; err != nil {
		return nil, translate(err)
	}
	return &row, nil
}

// LockProviderRequest is ProviderRequest, and keeps every other writer away until the commit.
func (tx *Tx) LockProviderRequest(id string) (*models.ProviderRequest, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var rows []models.ProviderRequest
	err := tx.gorm.Raw(`select * from provider_requests where id = ? for update`, id).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	if len(rows) == 0 {
		return nil, fault.ErrNotFound
	}
	return &rows[0], nil
}

// ProviderRequests lists those of the actor's municipality, newest first; an empty state asks for all.
func (tx *Tx) ProviderRequests(state string, page Page) ([]models.ProviderRequest, error) {
	q := tx.gorm.Where("municipality = ?", tx.Actor.Municipality).Order("id desc").Limit(page.Limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if page.After != "" {
		q = q.Where("id < ?", page.After)
	}
	var rows []models.ProviderRequest
	err := q.Find(&rows).Error
	return rows, translate(err)
}

// ChangeProviderRequest queues a change of a request that still has the version shown.
func (tx *Tx) ChangeProviderRequest(r *models.ProviderRequest, changes Changes) {
	changes["version"] = r.Version + 1
	tx.guarded("provider_requests", Changes{"id": r.ID, "version": r.Version}, changes)
	r.Version++
}

// AddProviderRequestStep queues one step of a request.
func (tx *Tx) AddProviderRequestStep(s *models.ProviderRequestStep) error { return add(tx, "", s) }

// ProviderRequestSteps lists the steps of requests, oldest first, by the request's id.
func (tx *Tx) ProviderRequestSteps(requests ...string) (map[string][]models.ProviderRequestStep, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	var rows []models.ProviderRequestStep
	err := tx.gorm.Where("request_id in ?", requests).Order("at, id").Find(&rows).Error
	out := map[string][]models.ProviderRequestStep{}
	for _, r := range rows {
		out[r.RequestID] = append(out[r.RequestID], r)
	}
	return out, translate(err)
}
