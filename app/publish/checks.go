package publish

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Checks are what is left to check of the rules of the edition that is in force in one scope (the debt of checks).
type Checks struct {
	Scope      string
	Catalogue  *catalogue.Catalogue // to name what it counts
	Total      lint.Debt
	Procedures []lint.Debt // in the order of the catalogue
}

// Checks says for an admin what is left to check of the national edition, and for a municipal one of the own edition too, where there
// is one in force: there the municipality's own rules alone. Error: forbidden for anybody else.
func (s *Service) Checks(ctx context.Context, actor models.Actor) ([]Checks, error) {
	if actor.Role != models.RoleAdmin && actor.Role != models.RoleNational {
		return nil, fault.ErrForbidden
	}
	books := lint.Books{Today: jp.DateIn(s.dossiers.DB.Now())}
	var err error
	if books.Circulars, err = s.register(ctx, actor); err != nil {
		return nil, err
	}
	out := []Checks{s.checks(National, books)}
	if now := s.dossiers.Editions.At(actor.Municipality, s.dossiers.DB.Now()); actor.Role == models.RoleAdmin && now.Ref.Local != "" {
		books.Own = true
		out = append(out, s.checks(actor.Municipality, books))
	}
	return out, nil
}

func (s *Service) checks(scope string, books lint.Books) Checks {
	c := s.dossiers.Editions.Now(scope)
	all := lint.Debts(c, books)
	return Checks{Scope: scope, Catalogue: c, Total: lint.Total(all), Procedures: all}
}

// registerPage is how many circulars are read at once.
const registerPage = 200

// register reads the whole register of circulars: of each number the entry that counts.
func (s *Service) register(ctx context.Context, actor models.Actor) ([]lint.Circular, error) {
	var out []lint.Circular
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		seen := map[string]bool{}
		for page := (postgres.Page{Limit: registerPage}); ; {
			rows, err := tx.Circulars(page)
			if err != nil {
				return err
			}
			for _, r := range rows { // the newest first
				if page.After = r.ID; !seen[r.Number] {
					out = append(out, lint.Circular{Number: r.Number, Title: r.Title, Registered: jp.DateIn(r.RegisteredAt)})
				}
				seen[r.Number] = true
			}
			if len(rows) < registerPage {
				return nil
			}
		}
	})
	return out, err
}
