package postgres

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddCircular queues an entry of the register.
func (tx *Tx) AddCircular(c *models.Circular) error {
	c.RegisteredAt = tx.Now
	return add(tx, "", c)
}

// Circular reads one entry; not-found otherwise, also for a malformed id.
func (tx *Tx) Circular(id string) (*models.Circular, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var c models.Circular
	if err := tx.gorm.Take(&c, "id = ?", id).Error; err != nil {
		return nil, translate(err)
	}
	return &c, nil
}

// Circulars lists the register, newest entry first. Of entries with one number the later counts: the others are listed
// too.
func (tx *Tx) Circulars(page Page) ([]models.Circular, error) {
	q := tx.gorm.Order("id desc").Limit(page.Limit)
	if page.After != "" {
		q = q.Where("id < ?", page.After)
	}
	var out []models.Circular
	err := q.Find(&out).Error
	return out, translate(err)
}

// CircularsNumbered finds the entry that counts of each number that the register has.
func (tx *Tx) CircularsNumbered(numbers []string) ([]models.Circular, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	var out []models.Circular
	err := tx.gorm.Raw(`select distinct on (number) * from circulars where number in ? order by number, id desc`, numbers).Scan(&out).Error
	return out, translate(err)
}
