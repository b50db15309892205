package postgres

import "kosodate.example/onestop/models"

// FiledRevision reads the newest revision that was filed: what a reviewer works on, while the parent may be writing a
// newer one. Error: not-found for a case that was never filed.
func (tx *Tx) FiledRevision(application string) (*models.Revision, error) {
	var rev models.Revision
	err := tx.gorm.Where("application_id = ? and filed", application).Order("number desc").Take(&rev).Error
	if err != nil {
		return nil, translate(err)
	}
	return &rev, nil
}

// Unscanned is one file that waits for its scan, as staff may know of it.
type Unscanned struct {
	Document, Subject string
	Revision          int
}

// UnscannedOf lists the files of a filed case of the own municipality that no scan has released or found infected yet.
func (tx *Tx) UnscannedOf(application string) ([]Unscanned, error) {
	var rows []Unscanned
	err := tx.gorm.Raw(`select document, subject, revision from unscanned(?)`, application).Scan(&rows).Error
	return rows, translate(err)
}
