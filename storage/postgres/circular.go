package postgres

import (
	"kosodate.example/onestop/models"
)

// AddCircular queues an entry of the register.
func (tx *Tx) AddCircular(c *models.Circular) error {
	c.RegisteredAt = tx.Now
	return add(tx, "", c)
}

// Circular reads one entry; not-found otherwise, also for a malformed id.
func (tx *Tx) Circular(id string) (*models.Circular, error) {
	return byID[models.Circular](tx, id)
}

// Circulars lists the register, newest entry first. Of entries with one number the later counts: the others are listed
// too.
func (tx *Tx) Circulars(page Page) ([]models.Circular, error) {
	return newest[models.Circular](tx, page, "true")
}

// CircularsNumbered finds the entry that counts of each number that the register has.
func (tx *Tx) CircularsNumbered(numbers []string) ([]models.Circular, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	return query[models.Circular](tx, `select distinct on (number) * from circulars where number in ? order by number, id desc`, numbers)
}
