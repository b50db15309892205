package audit

import (
	"crypto/sha256"
	"encoding/hex"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// certified checks that each publication certificate that sealed entries name is still there, and is the one that they name. The
// entry has its digest, and the seal covers the entry: so a certificate is a leaf of the trail, though it is kept beside it.
func certified(tx *postgres.Tx, entries []models.AuditEntry, find func(kind, entry string)) error {
	var digests []string
	for _, e := range entries {
		if e.ObjectKind == models.ObjectCertificate {
			digests = append(digests, e.ObjectID)
		}
	}
	kept, err := tx.CertificatesNamed(digests)
	if err != nil {
		return err
	}
	contents := make(map[string]string, len(kept))
	for _, c := range kept {
		contents[c.Digest] = c.Contents
	}
	for _, e := range entries {
		if e.ObjectKind != models.ObjectCertificate {
			continue
		}
		text, there := contents[e.ObjectID]
		if sum := sha256.Sum256([]byte(text)); !there {
			find("certificate-removed", e.ID)
		} else if hex.EncodeToString(sum[:]) != e.ObjectID {
			find("certificate-changed", e.ID)
		}
	}
	return nil
}
