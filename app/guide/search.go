package guide

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Query is a search for procedures (サービス検索, R15). Zero members do not narrow it.
type Query struct {
	Municipality string // only what it offers
	Category     string
	Words        string  // matched with names, readings, keywords and plain texts, each word has to be found
	Birth        jp.Date // the child's, or the expected one: only what fits the age, what fits best first
}

// Found is one procedure of a search.
type Found struct {
	Version  *catalogue.Version // in force today
	Category catalogue.Category
	Offering *models.Offering // nil if no municipality was asked about
	Open     bool             // the municipality takes applications today
}

// Search finds procedures in catalogue order, or by the child's age. Errors: invalid-municipality and invalid-request
// with the name of the parameter.
func (s *Service) Search(ctx context.Context, q Query) ([]Found, error) {
	cat := s.dossiers.Editions.Now(cmp.Or(q.Municipality, edition.National))
	if _, known := cat.Category(q.Category); q.Category != "" && !known {
		return nil, wrongParameter(fault.CodeInvalidRequest, "category", "no-category")
	}
	var out []Found
	err := s.dossiers.DB.InTx(ctx, public("search-procedures"), func(tx *postgres.Tx) error {
		today := jp.DateIn(tx.Now)
		offered, err := s.offered(tx, q.Municipality)
		if err != nil {
			return err
		}
		words := splitWords(q.Words)
		for _, p := range cat.Procedures() {
			v := p.At(today)
			offering, there := offered[p.Code]
			if v == nil || q.Municipality != "" && !there || q.Category != "" && q.Category != p.Category || !matches(v, words) {
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
			out = fitting(out, q.Birth, today)
		}
		return nil
	})
	return out, err
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

// matches says whether each word stands somewhere in what a procedure is found by.
func matches(v *catalogue.Version, words []string) bool {
	if len(words) == 0 {
		return true
	}
	p := v.Procedure
	text := fold(strings.Join(append([]string{p.Code, v.Name.Ja, v.Name.Kana, v.Name.Plain, v.Name.En,
		v.Summary.Ja, v.Summary.Plain, v.Summary.En}, p.Keywords...), "\n"))
	packed := strings.ReplaceAll(text, " ", "") // plain Japanese is written with spaces between the words
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) && !strings.Contains(packed, w) })
}

// splitWords cuts what a person typed into words, an ideographic space included.
func splitWords(typed string) []string { return strings.Fields(fold(typed)) }

// fold makes texts comparable as a person means them: width, case, and katakana for hiragana do not count.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, strings.ToLower(norm.NFKC.String(s)))
}
