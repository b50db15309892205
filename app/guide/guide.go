// Package guide is what everybody may ask without signing in: which municipalities take part, which procedures there are,
// what each of them needs, and which documents a case would need (product.md, R8, R12, R14).
//
// Guidance follows the phase by itself: a document that the network replaces is shown as such from the instant of the
// switch on (R8), because every answer is made from the phase rows in force.
package guide

import (
	"cmp"
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/search"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers  *dossier.Service
	indexes   made[indexKey, *search.Index]
	foreseers made[*catalogue.Version, *evidence.Foreseer]
}

// New makes the service.
func New(dossiers *dossier.Service) *Service {
	return &Service{dossiers: dossiers}
}

// public is who asks: nobody in particular.
func public(purpose string) models.Actor {
	return models.Actor{Role: models.RolePublic, Purpose: purpose}
}

// Page is a keyset page over codes: After is the last code of the page before, empty for the first.
type Page struct {
	After string
	Limit int
}

// Municipalities lists the municipalities that use the service in the order of their codes. Errors: unavailable.
func (s *Service) Municipalities(ctx context.Context, page Page) ([]models.Municipality, error) {
	out := []models.Municipality{}
	err := s.dossiers.DB.InTx(ctx, public("list-municipalities"), func(tx *postgres.Tx) error {
		all, err := tx.Municipalities()
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Code > page.After && len(out) < page.Limit {
				m.WrappedKey = nil
				out = append(out, m)
			}
		}
		return nil
	})
	return out, err
}

// Names gives the names of bodies by their codes: of municipalities that use the service in Japanese or English, of the country's others in
// Japanese, of another body its code.
// Errors: unavailable.
func (s *Service) Names(ctx context.Context, english bool) (func(code string) string, error) {
	all, err := s.Municipalities(ctx, Page{Limit: 2000}) // there are fewer in the country
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range all {
		if names[m.Code] = m.NameJa; english && m.NameEn != "" {
			names[m.Code] = m.NameEn
		}
	}
	return func(code string) string {
		return cmp.Or(names[code], jp.MunicipalityName(code), code)
	}, nil
}

// Municipality is one that uses the service. Errors: not-found.
func (s *Service) Municipality(ctx context.Context, code string) (*models.Municipality, error) {
	var out *models.Municipality
	err := s.dossiers.DB.InTx(ctx, public("show-municipality"), func(tx *postgres.Tx) (err error) {
		if out, err = tx.Municipality(code); err == nil {
			out.WrappedKey = nil
		}
		return err
	})
	return out, err
}

// municipality reads the municipality that a question names. Errors: invalid-municipality for one that does not use the
// service, naming the parameter.
func municipality(tx *postgres.Tx, code string) (*models.Municipality, error) {
	m, err := tx.Municipality(code)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, wrongParameter(fault.CodeInvalidMunicipal, "municipality", "invalid-municipality")
	}
	return m, err
}

// wrongParameter refuses a query parameter by its name.
func wrongParameter(code, name string, reason fault.Reason) *fault.Error {
	return fault.Detail{Code: code, Reason: reason, Parameter: name}.Alone(fault.Refused, code)
}

// instant is the one asked about, now (by the database's clock) if none was.
func instant(tx *postgres.Tx, at time.Time) time.Time {
	if at.IsZero() {
		return tx.Now
	}
	return at
}
