package apply

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Verifier verifies a signature over a content, for an instant of arrival, without the network. Error: Refused
// (invalid-signature) with Extra "reason".
type Verifier interface {
	Verify(content, signature []byte, at time.Time) (*sign.Signature, error)
}

// Revocation asks the authority whether a certificate was revoked. Fault: Unavailable.
type Revocation interface {
	Check(ctx context.Context, certificate, issuer []byte) (sign.Status, error)
}

// errUnsigned refuses what a municipality wants signed (P3): nothing unsigned arrives in its place.
var errUnsigned = unsigned("signature-required", "signature-required")

func unsigned(code string, reason fault.Reason) *fault.Error {
	return fault.Detail{Code: code, Reason: reason, Pointer: "/signature"}.Alone(fault.Refused, fault.CodeInvalidSignature)
}

// sealedSignature is what is kept of a signature.
type sealedSignature struct {
	CMS         []byte    `json:"cms"`
	Certificate []byte    `json:"certificate"`
	Issuer      []byte    `json:"issuer"`
	Serial      string    `json:"serial"`
	Name        string    `json:"name"`
	At          time.Time `json:"at"`
}

// signed verifies the signature of what is being filed, if there is one or has to be one, and keeps it. A paper is signed
// by hand. What was signed has to be what arrives: the manifest is made of the content and the files of this transaction.
func (s *Service) signed(tx *postgres.Tx, n *newCase, c *dossier.Content, files []models.File, level string, at time.Time) error {
	switch {
	case n.intake != nil && n.elsewhere == nil:
		return nil
	case n.elsewhere != nil && len(n.signature) > 0:
		return s.keepSignature(tx, n.app, n.key, c, n.signature, n.elsewhere.Signed, 1, at)
	case len(n.signature) == 0 && level == models.SignatureSignature && n.fresh && n.elsewhere == nil:
		return unsigned("signature-required", "signature-needs-draft").Note("reason", "signature-required")
	case len(n.signature) == 0 && level == models.SignatureSignature:
		return errUnsigned
	case len(n.signature) == 0:
		return nil
	}
	content, err := signedContent(n.app, n.key, c, files)
	if err != nil {
		return err
	}
	return s.keepSignature(tx, n.app, n.key, c, n.signature, content, 1, at)
}

// signedContent is what the signature of a case covers that was signed here: its canonical manifest.
func signedContent(app *models.Application, key seal.Key, c *dossier.Content, files []models.File) ([]byte, error) {
	m, err := manifestOf(app, key, c, files)
	if err != nil {
		return nil, err
	}
	return m.Canonical()
}

func (s *Service) keepSignature(
	tx *postgres.Tx,
	app *models.Application,
	key seal.Key,
	c *dossier.Content,
	signature, content []byte,
	number int,
	at time.Time,
) error {
	if s.opt.Signatures == nil {
		return fault.New(fault.Unavailable, fault.CodeUnavailable, "no-authority").
			Note("component", sign.Component)
	}
	found, err := s.opt.Signatures.Verify(content, signature, at)
	if err != nil {
		return err
	}
	if !isApplicant(found.Holder, c) {
		return unsigned("signature-another-person", "signature-another-person")
	}
	plain, err := json.Marshal(sealedSignature{
		CMS:         signature,
		Certificate: found.Certificate,
		Issuer:      found.Issuer,
		Serial:      found.Serial,
		Name:        found.Holder.Name,
		At:          at,
	})
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, dossier.SignatureCell(app.ID, number))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	err = tx.AddSignature(&models.Signature{
		ApplicationID:  app.ID,
		Number:         number,
		Municipality:   app.Municipality,
		PersonID:       app.PersonID,
		ManifestSha256: sum[:],
		Sealed:         sealed,
		State:          models.SignaturePending,
		At:             tx.Now,
	})
	if err != nil {
		return err
	}
	asked := []river.JobArgs{task.CheckSignature{Municipality: app.Municipality, Application: app.ID, Number: number}}
	if s.opt.Timestamps != nil {
		err := tx.AddSignatureTimestamp(&models.SignatureTimestamp{ApplicationID: app.ID, Number: number, Municipality: app.Municipality, PersonID: app.PersonID})
		if err != nil {
			return err
		}
		asked = append(asked, task.StampSignature{Municipality: app.Municipality, Application: app.ID, Number: number})
	}
	return tx.Enqueue(asked...)
}

// isApplicant says whether a certificate's holder is the applicant of the form, by name and birth date. Spaces and
// variation selectors do not count: a card has no room for them. Nor do the case and width of Latin letters: a card has capitals.
func isApplicant(h sign.Holder, c *dossier.Content) bool {
	applicant, _ := c.Form["applicant"].(map[string]any)
	text := func(key string) string { s, _ := applicant[key].(string); return s }
	return bareName(h.Name) == bareName(text("family_name")+text("given_name")) && h.BirthDate == text("birth_date")
}

func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000', r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
			return -1
		}
		return r
	}, strings.ToUpper(width.Fold.String(norm.NFC.String(name))))
}

// SignAgain takes a new signature for a case whose certificate was revoked: its arrival stays (security.md). version is
// optional (If-Match). Errors: not-found; not-allowed-now; invalid-signature; stale.
func (s *Service) SignAgain(ctx context.Context, actor models.Actor, req dossier.Request, id string, signature []byte, version *int64) (*View, error) {
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*View, error) {
		app, err := tx.LockApplication(id)
		if err != nil {
			return nil, err
		}
		if err := matches(app, version); err != nil {
			return nil, err
		}
		if !lifecycle.Can(app.State, lifecycle.EventSignAgain) {
			_, err := lifecycle.Next(app.State, lifecycle.EventSignAgain, lifecycle.Facts{}, tx.Now)
			return nil, err
		}
		if len(signature) == 0 {
			return nil, errUnsigned
		}
		earlier, err := tx.SignaturesOf(id)
		if err != nil {
			return nil, err
		}
		files, err := tx.FilesOf(id)
		if err != nil {
			return nil, err
		}
		content, err := signedContent(app, f.Key, &f.Content, files)
		if err != nil {
			return nil, err
		}
		if err := s.keepSignature(tx, app, f.Key, &f.Content, signature, content, len(earlier)+1, tx.Now); err != nil {
			return nil, err
		}
		if err := s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventSignAgain, Facts: lifecycle.Facts{SignedByOwner: true}}); err != nil {
			return nil, err
		}
		var v View
		v.describe(app)
		return &v, nil
	})
}

// CheckSignature is the job that asks whether a certificate was revoked when its holder signed. A revoked one leads to
// signature-invalid, with a message that says what to do; a case that a reviewer works on already gets a task instead.
func (s *Service) CheckSignature(ctx context.Context, t task.CheckSignature) error {
	row, kept, err := s.pendingSignature(ctx, t)
	if err != nil || row == nil {
		return err
	}
	status, err := s.opt.Revocation.Check(ctx, kept.Certificate, kept.Issuer)
	if fault.KindOf(err) == fault.Unavailable && err != nil {
		return task.Later{After: time.Minute} // silence is no answer
	}
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, models.System(t.Municipality, "signature"), func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(t.Application)
		if err != nil {
			return err
		}
		if !status.Revoked || status.RevokedAt.After(kept.At) { // good when it was signed
			tx.ChangeSignature(row, postgres.Set(&row.State, models.SignatureGood), postgres.Set(&row.Source, status.Source))
			return nil
		}
		tx.ChangeSignature(row, postgres.Set(&row.State, models.SignatureRevoked), postgres.Set(&row.Source, status.Source))
		if !lifecycle.Can(app.State, lifecycle.EventSignatureFailed) || app.Channel == models.ChannelPortal { // it cannot be signed again here
			return tx.AddReviewTask(&models.ReviewTask{
				ID:            models.NewID(),
				ApplicationID: app.ID,
				Municipality:  app.Municipality,
				PersonID:      app.PersonID,
				Kind:          models.TaskSignatureRevoked,
				OpenedAt:      tx.Now,
			})
		}
		if err := s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventSignatureFailed}); err != nil {
			return err
		}
		return tx.Enqueue(task.Notify{
			Municipality: app.Municipality,
			Application:  app.ID,
			What:         "signature-invalid",
			Detail:       strconv.Itoa(row.Number),
		})
	})
}

func (s *Service) pendingSignature(ctx context.Context, t task.CheckSignature) (*models.Signature, *sealedSignature, error) {
	all, err := s.signatures(ctx, t.Municipality, t.Application)
	if err != nil {
		return nil, nil, err
	}
	for i := range all.rows {
		if row := &all.rows[i]; row.Number == t.Number && row.State == models.SignaturePending {
			opened, err := all.open(row)
			return row, opened, err
		}
	}
	return nil, nil, nil
}
