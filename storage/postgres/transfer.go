package postgres

import "kosodate.example/onestop/models"

// PassedOn finds the case that a municipality received for one that another passed on; nil if there is none yet.
func (tx *Tx) PassedOn(origin string) (*models.Application, error) {
	var rows []models.Application
	err := tx.gorm.Where("origin_id = ?", origin).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, translate(err)
	}
	return &rows[0], nil
}
