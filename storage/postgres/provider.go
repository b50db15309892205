package postgres

import (
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
	return byID[models.ProviderRequest](tx, id)
}

// LockProviderRequest is ProviderRequest, and keeps every other writer away until the commit.
func (tx *Tx) LockProviderRequest(id string) (*models.ProviderRequest, error) {
	return heldByID[models.ProviderRequest](tx, id)
}

// ProviderRequests lists those of the actor's municipality, newest first; an empty state asks for all.
func (tx *Tx) ProviderRequests(state models.ProviderRequestState, page Page) ([]models.ProviderRequest, error) {
	if state == "" {
		return newest[models.ProviderRequest](tx, page, "municipality = ?", tx.Actor.Municipality)
	}
	return newest[models.ProviderRequest](tx, page, "municipality = ? and state = ?", tx.Actor.Municipality, state)
}

// ChangeProviderRequest queues a change of a request that still has the version shown.
func (tx *Tx) ChangeProviderRequest(r *models.ProviderRequest, changes ...Assignment) {
	change(tx, r, append(changes, Set(&r.Version, r.Version+1)), &r.Version)
}

// AddProviderRequestStep queues one step of a request.
func (tx *Tx) AddProviderRequestStep(s *models.ProviderRequestStep) error { return add(tx, "", s) }

// ProviderRequestSteps lists the steps of requests, oldest first, by the request's id.
func (tx *Tx) ProviderRequestSteps(requests ...string) (map[string][]models.ProviderRequestStep, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	rows, err := all[models.ProviderRequestStep](tx, "at, id", "request_id in ?", requests)
	out := map[string][]models.ProviderRequestStep{}
	for _, r := range rows {
		out[r.RequestID] = append(out[r.RequestID], r)
	}
	return out, err
}
