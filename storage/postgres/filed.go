package postgres

import "kosodate.example/onestop/models"

// FiledRevision reads the newest revision that was filed: what a reviewer works on, while the parent may be writing a
// newer one. Error: not-found for a case that was never filed.
func (tx *Tx) FiledRevision(application string) (*models.Revision, error) {
	rows, err := upTo[models.Revision](tx, 1, "number desc", "application_id = ? and filed", application)
	if err != nil || len(rows) == 0 {
		return there[models.Revision](nil, err)
	}
	return &rows[0], nil
}

// Unscanned is one file that waits for its scan, as staff may know of it.
type Unscanned struct {
	Document, Subject string
	Revision          int
}

// UnscannedOf lists the files of a filed case of the own municipality that no scan has released or found infected yet.
func (tx *Tx) UnscannedOf(application string) ([]Unscanned, error) {
	return query[Unscanned](tx, `select document, subject, revision from unscanned(?)`, application)
}
