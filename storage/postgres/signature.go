package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// AddSignature queues a signature.
func (tx *Tx) AddSignature(s *models.Signature) error { return add(tx, "", s) }

// SignaturesOf lists a case's signatures, the newest last.
func (tx *Tx) SignaturesOf(application string) ([]models.Signature, error) {
	return listOf[models.Signature](tx, application, "number")
}

// ChangeSignature queues what became of a signature that is still in the state shown.
func (tx *Tx) ChangeSignature(s *models.Signature, changes ...Assignment) {
	change(tx, s, append(changes, Set(&s.CheckedAt, &tx.Now)), &s.State)
}

// AddSignatureTimestamp queues that a time stamp is asked for, or one that another office has had.
func (tx *Tx) AddSignatureTimestamp(s *models.SignatureTimestamp) error { return add(tx, "", s) }

// SignatureTimestampsOf lists what is known of the time stamps of a case's signatures, the newest last.
func (tx *Tx) SignatureTimestampsOf(application string) ([]models.SignatureTimestamp, error) {
	return listOf[models.SignatureTimestamp](tx, application, "number")
}

// ChangeSignatureTimestamp queues what an answer brought, if nobody was faster.
func (tx *Tx) ChangeSignatureTimestamp(s *models.SignatureTimestamp, changes ...Assignment) {
	change(tx, s, append(changes, Set(&s.CheckedAt, &tx.Now)), &s.Asks)
}

// Signed is what staff see of a case's newest signature.
type Signed struct {
	At        time.Time
	State     models.SignatureState
	Asked     bool       // a time stamp is asked for
	StampedAt *time.Time // the authority's time; nil: there is none
}

// SignedOf gives the newest signature of a case; nil if there is none.
func (tx *Tx) SignedOf(application string) (*Signed, error) {
	var found []Signed
	err := tx.gorm.Raw(`select s.at, s.state, t.number is not null as asked, t.stamped_at from signatures s
		left join signature_timestamps t on t.application_id = s.application_id and t.number = s.number
		where s.application_id = ? order by s.number desc limit 1`, application).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, translate(err)
	}
	return &found[0], nil
}
