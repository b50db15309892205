package postgres

import "kosodate.example/onestop/models"

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
