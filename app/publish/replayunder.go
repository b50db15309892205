package publish

import (
	"context"
	"errors"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// under makes the catalogues by which filed cases are tried: the edition that is replayed in the place of the one of its scope that
// decided, and everything else as it was when the case was filed, so that what comes out otherwise comes of this edition alone. Where
// the two do not fit, the national one holds alone, as it would for a filing.
type under struct {
	s        *Service
	edition  *models.Edition
	bundle   *edition.Bundle
	national *catalogue.Catalogue // of a national edition

	place string // the municipality whose catalogues are kept: cases come by municipality
	laid  map[edition.Ref]*catalogue.Catalogue
}

func (s *Service) underEdition(e *models.Edition, b *edition.Bundle) (*under, error) {
	u := &under{s: s, edition: e, bundle: b}
	if e.Scope != National {
		return u, nil
	}
	var err error
	u.national, err = s.dossiers.Editions.Worked(b, nil)
	return u, err
}

// of is the catalogue in the place of that which decided. Error: unavailable.
func (u *under) of(ctx context.Context, municipality string, decided edition.Ref) (*catalogue.Catalogue, error) {
	if municipality != u.place {
		u.place, u.laid = municipality, map[edition.Ref]*catalogue.Catalogue{}
	}
	key := edition.Ref{Local: decided.Local} // a national edition takes the place of every national one
	if u.edition.Scope != National {
		key = edition.Ref{National: decided.National}
	}
	if c := u.laid[key]; c != nil {
		return c, nil
	}
	c, err := u.lay(ctx, key)
	u.laid[key] = c
	return c, err
}

func (u *under) lay(ctx context.Context, kept edition.Ref) (*catalogue.Catalogue, error) {
	base, over := u.national, u.bundle
	switch {
	case u.national != nil && kept.Local == "":
		return base, nil
	case u.national != nil:
		var err error
		if over, err = u.s.dossiers.Editions.Files(kept.Local); err != nil {
			return nil, err
		}
	default:
		err := u.s.dossiers.DB.InTx(ctx, examiner, func(tx *postgres.Tx) (err error) {
			base, err = u.s.dossiers.Editions.Load(tx, kept)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	c, err := over.Load(base)
	var unfit source.Faults
	if errors.As(err, &unfit) {
		return base, nil
	}
	return c, err
}
