package publish

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Certifying gives the keys that sign publication certificates, which are those of receipts, and the service's public URL, which stands
// in them. Without a key that signs, certificates are not signed, and say so.
func (s *Service) Certifying(keys *receipt.Keys, issuer string) *Service {
	s.keys, s.issuer = keys, issuer
	return s
}

// Certified is a publication certificate as it is kept.
type Certified struct {
	certificate.Certificate
	Digest string
	Text   string // what is signed and given out
}

// certify makes the certificate of an edition that is being approved, and the audit trail's entry that names it: with the approval, or
// not at all.
func (s *Service) certify(tx *postgres.Tx, e *models.Edition) (*Certified, error) {
	var found cases.Result
	if err := json.Unmarshal(e.Cases, &found); err != nil {
		return nil, err
	}
	replayed, err := replayCounts(e)
	if err != nil {
		return nil, err
	}
	text, err := certificate.Issue(s.keys, certificate.Certificate{
		Edition:     e.Digest,
		Scope:       e.Scope,
		Base:        e.Base,
		Publication: e.ID,
		Uploaded:    act(e, e.UploadedBy, e.UploadedAt),
		Proposed:    act(e, *e.ProposedBy, *e.ProposedAt),
		Approved:    act(e, *e.DecidedBy, *e.DecidedAt),
		Cases:       certificate.Cases{Passed: found.Passed, Failed: len(found.Failed)},
		Replay:      replayed,
		Circular:    e.Circular,
		Reason:      e.Reason,
		From:        *e.EffectiveFrom,
		Issuer:      s.issuer,
	})
	if err != nil {
		return nil, err
	}
	row := &models.EditionCertificate{Digest: certificate.Digest(text), EditionID: e.ID, Contents: text}
	if err := tx.AddEditionCertificate(row); err != nil {
		return nil, err
	}
	err = tx.AddAudit(&models.AuditEntry{Action: "certify-edition", ObjectKind: models.ObjectCertificate, ObjectID: row.Digest, Municipality: e.Scope})
	if err != nil {
		return nil, err
	}
	return certified(row)
}

// act is what somebody did with an edition. Each step is for the admins of its scope alone (mayWrite), so the scope says their role.
func act(e *models.Edition, person string, at time.Time) certificate.Act {
	out := certificate.Act{Role: string(models.RoleNational), Person: certificate.Pseudonym(e.ID, person), At: at}
	if e.Scope != National {
		out.Role, out.Office = string(models.RoleAdmin), e.Scope
	}
	return out
}

// replayCounts are the figures of the last replay of an edition on filed cases; nil if there was none.
func replayCounts(e *models.Edition) (*certificate.Replay, error) {
	if len(e.Replay) == 0 {
		return nil, nil
	}
	var out certificate.Replay
	if err := json.Unmarshal(e.Replay, &out); err != nil {
		return nil, err
	}
	return out.Veiled(), nil
}

func certified(row *models.EditionCertificate) (*Certified, error) {
	c, err := certificate.Read(row.Contents)
	if err != nil {
		return nil, err
	}
	return &Certified{*c, row.Digest, row.Contents}, nil
}

// certifiedOf are the certificates of editions by the editions' ids; those from before there were certificates have none.
func certifiedOf(tx *postgres.Tx, editions ...string) (map[string]*Certified, error) {
	rows, err := tx.CertificatesOf(editions...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*Certified, len(rows))
	for i := range rows {
		if out[rows[i].EditionID], err = certified(&rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Certificate is the certificate with a digest under which an edition was published: public. Error: not-found.
func (s *Service) Certificate(ctx context.Context, edition, digest string) (*Certified, error) {
	var out *Certified
	err := s.dossiers.DB.InTx(ctx, examiner, func(tx *postgres.Tx) error {
		row, err := tx.EditionCertificate(digest)
		if err != nil {
			return err
		}
		if out, err = certified(row); err == nil && out.Edition != edition {
			err = fault.ErrNotFound
		}
		return err
	})
	return out, err
}
