package guide

import (
	"cmp"
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/search"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Query is a search for procedures (サービス検索, R15). Zero members do not narrow it.
type Query struct {
	Municipality string // only what it offers
	Category     string
	Words        string  // as people say it: what fits best first
	Birth        jp.Date // the child's, or the expected one: only what fits the age, what fits best first
}

// Found is one procedure of a search.
type Found struct {
	Version  *catalogue.Version // in force today
	Category catalogue.Category
	Offering *models.Offering // nil if no municipality was asked about
	Open     bool             // the municipality takes applications today
}

// Search finds procedures by what somebody typed, else by the child's age, else in catalogue order. Errors: invalid-municipality and invalid-request
// with the name of the parameter.
func (s *Service) Search(ctx context.Context, q Query) ([]Found, error) {
	cat := s.dossiers.Editions.Now(cmp.Or(q.Municipality, edition.National))
	if _, known := cat.Category(q.Category); q.Category != "" && !known {
		return nil, wrongParameter(fault.CodeInvalidRequest, "category", "no-category")
	}
	var today jp.Date
	var offered map[string]*models.Offering
	err := s.dossiers.DB.InTx(ctx, public("search-procedures"), func(tx *postgres.Tx) (err error) {
		today = jp.DateIn(tx.Now)
		offered, err = s.offered(tx, q.Municipality)
		return err
	})
	if err != nil {
		return nil, err
	}
	index, err := s.index(cat, today)
	if err != nil {
		return nil, err
	}
	var out []Found
	for _, v := range index.Rank(q.Words) {
		p := v.Procedure
		offering, there := offered[p.Code]
		if q.Municipality != "" && !there || q.Category != "" && q.Category != p.Category {
			continue
		}
		category, _ := cat.Category(p.Category)
		out = append(out, Found{
			Version:  v,
			Category: category,
			Offering: offering,
			Open:     offering != nil && openOn(offering, today),
		})
	}
	if !q.Birth.IsZero() {
		out = fitting(out, q.Birth, today, q.Words == "")
	}
	return out, nil
}

// offered gives a municipality's offerings by procedure; none if no municipality was asked about.
func (s *Service) offered(tx *postgres.Tx, code string) (map[string]*models.Offering, error) {
	out := map[string]*models.Offering{}
	if code == "" {
		return out, nil
	}
	if _, err := municipality(tx, code); err != nil {
		return nil, err
	}
	all, err := tx.Offerings(code)
	for i := range all {
		out[all[i].Procedure] = &all[i]
	}
	return out, err
}

// openOn says whether applications are taken on a day: both ends of an offering are days in Japan, and included.
func openOn(o *models.Offering, day jp.Date) bool {
	return !(o.OpensOn != nil && day.Before(jp.DateOf(*o.OpensOn)) || o.ClosesOn != nil && day.After(jp.DateOf(*o.ClosesOn)))
}

// index is what the catalogue is searched by on a day.
func (s *Service) index(c *catalogue.Catalogue, day jp.Date) (*search.Index, error) {
	return s.indexes.get(indexKey{c, day}, func() (*search.Index, error) { return search.New(c, day), nil })
}

type indexKey struct {
	catalogue *catalogue.Catalogue
	day       jp.Date
}
