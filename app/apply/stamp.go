package apply

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/sign"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Timestamps asks an authority for a time stamp of a signature, and verifies one that is kept. Error: sign.NoStamp.
type Timestamps interface {
	Ask(ctx context.Context, signature []byte) (*sign.Stamp, error)
	Verify(signature, token []byte) (*sign.Stamp, error)
}

// OutcomeStamped is what StampSignature gives when there is a time stamp; else it is a sign.StampFailure, or empty if there was nothing to do.
const OutcomeStamped = "stamped"

// How long the authority is left alone before it is asked again: as long as it has gone without an answer already.
const (
	soonestStamp = time.Minute
	latestStamp  = time.Hour
)

// StampSignature is the job that asks for the time stamp of a signature, until there is one: nobody's filing waits for the authority (P1). It says
// how it went. Error: task.Later while there is none.
func (s *Service) StampSignature(ctx context.Context, t task.StampSignature) (outcome string, err error) {
	row, signature, key, err := s.unstamped(ctx, t)
	if err != nil || row == nil {
		return "", err
	}
	if s.opt.Timestamps == nil { // another worker has an authority, or the configuration will again
		return "", task.Later{After: latestStamp}
	}
	stamp, failed := s.opt.Timestamps.Ask(ctx, signature.CMS)
	var none *sign.NoStamp
	switch {
	case failed == nil:
		return OutcomeStamped, s.keepStamp(ctx, row, key, stamp)
	case !errors.As(failed, &none):
		return "", failed
	}
	err = s.dossiers.DB.InTx(ctx, models.System(t.Municipality, "signature"), func(tx *postgres.Tx) error {
		tx.ChangeSignatureTimestamp(row, postgres.Set(&row.Failure, string(none.Why)), postgres.Set(&row.Asks, row.Asks+1))
		return nil
	})
	if err != nil {
		return string(none.Why), err
	}
	return string(none.Why), task.Later{After: min(max(time.Since(signature.At), soonestStamp), latestStamp)}
}

func (s *Service) keepStamp(ctx context.Context, row *models.SignatureTimestamp, key seal.Key, stamp *sign.Stamp) error {
	sealed, err := key.Seal(stamp.Token, dossier.TimestampCell(row.ApplicationID, row.Number))
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, models.System(row.Municipality, "signature"), func(tx *postgres.Tx) error {
		tx.ChangeSignatureTimestamp(row, postgres.Set(&row.Sealed, sealed), postgres.Set(&row.StampedAt, &stamp.At), postgres.Set(&row.Failure, ""))
		return tx.AddAudit(&models.AuditEntry{Action: "stamp-signature", ObjectKind: "application", ObjectID: row.ApplicationID})
	})
}

// unstamped opens a signature that waits for its time stamp; nil if it does not.
func (s *Service) unstamped(ctx context.Context, t task.StampSignature) (*models.SignatureTimestamp, *sealedSignature, seal.Key, error) {
	var row *models.SignatureTimestamp
	all, err := s.signatures(ctx, t.Municipality, t.Application)
	if err != nil {
		return nil, nil, seal.Key{}, err
	}
	for i := range all.stamps {
		if all.stamps[i].Number == t.Number && all.stamps[i].StampedAt == nil {
			row = &all.stamps[i]
		}
	}
	if row == nil {
		return nil, nil, seal.Key{}, nil
	}
	for i := range all.rows {
		if all.rows[i].Number == t.Number {
			kept, err := all.open(&all.rows[i])
			return row, kept, all.key, err
		}
	}
	return nil, nil, seal.Key{}, nil
}

// kept are the signatures of a case with their time stamps.
type kept struct {
	rows   []models.Signature
	stamps []models.SignatureTimestamp
	key    seal.Key
}

func (s *Service) signatures(ctx context.Context, municipality, application string) (*kept, error) {
	out := &kept{}
	var app *models.Application
	err := s.dossiers.DB.InTx(ctx, models.System(municipality, "signature"), func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(application); err != nil {
			return err
		}
		if out.rows, err = tx.SignaturesOf(application); err != nil {
			return err
		}
		out.stamps, err = tx.SignatureTimestampsOf(application)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.key, err = s.dossiers.ApplicationKey(ctx, app)
	return out, err
}

func (k *kept) open(row *models.Signature) (*sealedSignature, error) {
	plain, err := k.key.Open(row.Sealed, dossier.SignatureCell(row.ApplicationID, row.Number))
	if err != nil {
		return nil, err
	}
	var out sealedSignature
	return &out, json.Unmarshal(plain, &out)
}

// Proven is what can be said today of a signature and its time stamp.
type Proven struct {
	Number  int
	At      time.Time // of arrival
	Serial  string
	State   models.SignatureState
	Stamp   *sign.Stamp // nil: there is none
	Failure string      // why the last answer did not count, while there is none
	Asked   bool        // a time stamp was asked for
	Broken  error       // why the time stamp that is kept does not hold
}

// ProveSignatures verifies the time stamps of a case's signatures anew, by the authorities of today's configuration. The signatures themselves were
// verified when they came, over a content that the case has left behind since. Errors: not-found.
func (s *Service) ProveSignatures(ctx context.Context, municipality, application string) ([]Proven, error) {
	all, err := s.signatures(ctx, municipality, application)
	if err != nil {
		return nil, err
	}
	var out []Proven
	for i := range all.rows {
		row := &all.rows[i]
		opened, err := all.open(row)
		if err != nil {
			return nil, err
		}
		p := Proven{Number: row.Number, At: opened.At, Serial: opened.Serial, State: row.State}
		for j := range all.stamps {
			if stamp := &all.stamps[j]; stamp.Number == row.Number {
				if err := s.proveStamp(&p, stamp, all.key, opened.CMS); err != nil {
					return nil, err
				}
			}
		}
		out = append(out, p)
	}
	return out, nil
}

var errNoTimestamps = errors.New("timestamps.url is empty: nobody's time stamp is trusted here")

func (s *Service) proveStamp(p *Proven, row *models.SignatureTimestamp, key seal.Key, signature []byte) error {
	p.Asked, p.Failure = true, row.Failure
	if row.StampedAt == nil {
		return nil
	}
	token, err := key.Open(row.Sealed, dossier.TimestampCell(row.ApplicationID, row.Number))
	if err != nil {
		return err
	}
	p.Stamp = &sign.Stamp{Token: token, At: *row.StampedAt}
	if s.opt.Timestamps == nil {
		p.Broken = errNoTimestamps
		return nil
	}
	found, err := s.opt.Timestamps.Verify(signature, token)
	if err != nil {
		p.Broken = err
		return nil
	}
	p.Stamp = found
	return nil
}
