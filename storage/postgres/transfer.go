package postgres

import "kosodate.example/onestop/models"

// PassedOn finds the case that a municipality received for one that another passed on; nil if there is none yet.
func (tx *Tx) PassedOn(origin string) (*models.Application, error) {
	return maybe[models.Application](tx, "origin_id = ?", origin)
}
