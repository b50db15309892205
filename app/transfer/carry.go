package transfer

import (
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// carry adds to the copy what belongs to the case beside its content and its files: consents (P6), what came on paper and
// how it came in at the counter (R16), signatures (P3). Who and when stay as they were.
func carry(tx *postgres.Tx, app *models.Application, key seal.Key, from *passed) error {
	for _, c := range from.consents {
		c.ID, c.ApplicationID, c.Municipality = models.NewID(), app.ID, app.Municipality
		if err := tx.AddConsents(&c); err != nil {
			return err
		}
	}
	for _, p := range from.papers {
		p.ID, p.ApplicationID, p.Municipality = models.NewID(), app.ID, app.Municipality
		if err := tx.AddPaper(&p); err != nil {
			return err
		}
	}
	if from.intake != nil {
		intake := *from.intake
		intake.ApplicationID, intake.Municipality = app.ID, app.Municipality
		if err := tx.AddCounterIntake(&intake); err != nil {
			return err
		}
	}
	for _, s := range from.signatures {
		if err := carrySignature(tx, app, key, from, s); err != nil {
			return err
		}
	}
	for _, s := range from.stamps {
		if err := carryStamp(tx, app, key, from, s); err != nil {
			return err
		}
	}
	return nil
}

// carryStamp seals a signature's time stamp anew, or goes on to ask for it.
func carryStamp(tx *postgres.Tx, app *models.Application, key seal.Key, from *passed, s models.SignatureTimestamp) error {
	if s.StampedAt != nil {
		token, err := from.file.Key.Open(s.Sealed, dossier.TimestampCell(s.ApplicationID, s.Number))
		if err != nil {
			return err
		}
		if s.Sealed, err = key.Seal(token, dossier.TimestampCell(app.ID, s.Number)); err != nil {
			return err
		}
	}
	s.ApplicationID, s.Municipality = app.ID, app.Municipality
	if err := tx.AddSignatureTimestamp(&s); err != nil || s.StampedAt != nil {
		return err
	}
	return tx.Enqueue(task.StampSignature{Municipality: app.Municipality, Application: app.ID, Number: s.Number})
}

// carrySignature seals a signature anew. It is over the manifest of the first filing, which names the first office; whether
// its certificate was revoked is asked here where the first office had no answer yet, and told here where it was.
func carrySignature(tx *postgres.Tx, app *models.Application, key seal.Key, from *passed, s models.Signature) error {
	plain, err := from.file.Key.Open(s.Sealed, dossier.SignatureCell(s.ApplicationID, s.Number))
	if err != nil {
		return err
	}
	if s.Sealed, err = key.Seal(plain, dossier.SignatureCell(app.ID, s.Number)); err != nil {
		return err
	}
	s.ApplicationID, s.Municipality = app.ID, app.Municipality
	if err := tx.AddSignature(&s); err != nil {
		return err
	}
	newest := s.Number == from.signatures[len(from.signatures)-1].Number
	switch {
	case s.State == models.SignaturePending:
		return tx.Enqueue(task.CheckSignature{Municipality: app.Municipality, Application: app.ID, Number: s.Number})
	case s.State == models.SignatureRevoked && newest:
		return tx.AddReviewTask(&models.ReviewTask{
			ID:            models.NewID(),
			ApplicationID: app.ID,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			Kind:          models.TaskSignatureRevoked,
			OpenedAt:      tx.Now,
		})
	}
	return nil
}
