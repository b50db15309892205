package operate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Readiness says which pairs are ready for full operation (R1, R3; review.md, "Switching").
type Readiness struct {
	At         time.Time
	Thresholds Thresholds
	Total      Ready   // of all that was asked for and may be seen
	Country    []Ready // by pair, of all municipalities; none for a municipal admin, who sees one
	Pairs      []Ready // by pair and municipality, one page
	Next       Scope   // after which the next page begins; zero on the last one
}

// Ready is what the trial has shown for one pair, in one municipality or in all, and what is lacking.
type Ready struct {
	Scope
	Phase   string // in force now; "" where pairs are taken together
	Figures Figures
	Missing []Missing // empty: every threshold is reached
	Checks  []Check   // what was tried, in the order of Tried; none where municipalities are taken together
}

// Ready says whether the figures reach every threshold.
func (r Ready) Ready() bool { return len(r.Missing) == 0 }

// ReadinessQuery asks for pairs; All, or an empty member, asks for every one.
type ReadinessQuery struct {
	Scope
	After Scope // the page begins after this pair
	Limit int
}

// Readiness shows the figures of the trial beside the thresholds, with what was tried. A municipal admin sees the own
// municipality, a national admin and an auditor all of them and totals. Errors: invalid-request for a procedure or an
// item that there is not; not-found for a municipality that there is not, or that is not the admin's own.
func (s *Service) Readiness(ctx context.Context, actor models.Actor, q ReadinessQuery) (*Readiness, error) {
	if err := s.sought(&q.Scope); err != nil {
		return nil, err
	}
	var figures []postgres.TrialFigures
	var checks []models.ReadinessCheck
	var rows []phase.Row
	var places []string
	out := &Readiness{Thresholds: s.thresholds, Country: []Ready{}, Pairs: []Ready{}}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out.At = tx.Now
		if places, err = placesFor(tx, actor, q.Municipality); err != nil {
			return err
		}
		if figures, err = tx.TrialFigures(q.Procedure, q.Item, q.Municipality); err != nil {
			return err
		}
		if checks, err = tx.ReadinessChecks(q.Procedure, q.Item, q.Municipality); err != nil {
			return err
		}
		all, err := tx.AllPhaseRows()
		rows = dossier.PhaseRows(all)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.fill(s.known(q.Scope, out.At), places, actor, figures)
	out.page(q, rows, checks)
	return out, nil
}

// sought refuses what the catalogue does not have, and writes an empty member as All.
func (s *Service) sought(scope *Scope) error {
	for _, m := range []*string{&scope.Procedure, &scope.Item, &scope.Municipality} {
		*m = cmp.Or(*m, All)
	}
	fail := func(name, code string, reason fault.Reason) error {
		return fault.Detail{Code: code, Reason: reason, Parameter: name}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	switch {
	case scope.Procedure != All && s.dossiers.Editions.National().Procedure(scope.Procedure) == nil:
		return fail("procedure", fault.CodeUnknownProcedure, "")
	case scope.Item != All && s.dossiers.Editions.National().Item(scope.Item) == nil:
		return fail("item", "unknown-item", "unknown-item")
	case scope.Municipality != All && !jp.ValidMunicipality(scope.Municipality):
		return fail("municipality", fault.CodeInvalidMunicipal, "municipality-code")
	}
	return nil
}

// placesFor are the municipalities that the actor may see of those asked for.
func placesFor(tx *postgres.Tx, actor models.Actor, wanted string) ([]string, error) {
	all, err := tx.Municipalities()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range all {
		if (wanted == All || wanted == m.Code) && (actor.Role != models.RoleAdmin || m.Code == actor.Municipality) {
			out = append(out, m.Code)
		}
	}
	if len(out) == 0 && wanted != All {
		return nil, fault.ErrNotFound
	}
	return out, nil
}

// known are the catalogue's pairs within a scope, of the versions in force at an instant.
func (s *Service) known(scope Scope, at time.Time) []Scope {
	var out []Scope
	for _, p := range s.dossiers.Editions.National().Procedures() {
		v := p.At(jp.DateIn(at))
		if v == nil || scope.Procedure != All && scope.Procedure != p.Code {
			continue
		}
		for _, item := range v.Items() {
			if scope.Item == All || scope.Item == item {
				out = append(out, Scope{Procedure: p.Code, Item: item, Municipality: All})
			}
		}
	}
	return out
}

// fill lays the figures beside the pairs that there are: of a pair of which nothing was compared they are zero. A pair
// that the catalogue has no longer is shown while there are figures of it.
func (r *Readiness) fill(pairs []Scope, places []string, actor models.Actor, counted []postgres.TrialFigures) {
	found := map[Scope]Figures{}
	for _, pair := range pairs {
		found[pair] = Figures{}
		for _, place := range places {
			found[Scope{Procedure: pair.Procedure, Item: pair.Item, Municipality: place}] = Figures{}
		}
	}
	for _, c := range counted {
		found[Scope{Procedure: c.Procedure, Item: c.Item, Municipality: c.Municipality}] = figuresOf(c)
	}
	for scope, f := range found {
		ready := Ready{Scope: scope, Figures: f, Missing: r.Thresholds.missing(f)}
		switch {
		case scope.Procedure == All:
			r.Total = ready
		case scope.Municipality != All:
			r.Pairs = append(r.Pairs, ready)
		case actor.Role != models.RoleAdmin:
			r.Country = append(r.Country, ready)
		}
	}
	slices.SortFunc(r.Country, byScope)
	slices.SortFunc(r.Pairs, byScope)
}

// page cuts the pairs down to a page and adds what is known of these beside their figures.
func (r *Readiness) page(q ReadinessQuery, rows []phase.Row, checks []models.ReadinessCheck) {
	r.Pairs = slices.DeleteFunc(r.Pairs, func(p Ready) bool { return compareScopes(p.Scope, q.After) <= 0 })
	if q.Limit > 0 && len(r.Pairs) > q.Limit {
		r.Pairs, r.Next = r.Pairs[:q.Limit], r.Pairs[q.Limit-1].Scope
	}
	done := map[Scope]map[string]models.ReadinessCheck{}
	for _, c := range checks {
		scope := Scope{Procedure: c.Procedure, Item: c.Item, Municipality: c.Municipality}
		if done[scope] == nil {
			done[scope] = map[string]models.ReadinessCheck{}
		}
		done[scope][c.Tried] = c
	}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		p.Phase = phase.InForce(rows, p.Procedure, p.Item, p.Municipality, r.At).Phase
		for _, tried := range Tried {
			p.Checks = append(p.Checks, checkOf(tried, done[p.Scope]))
		}
	}
	for i := range r.Country {
		p := &r.Country[i]
		p.Phase = phase.InForce(rows, p.Procedure, p.Item, All, r.At).Phase
	}
}

func byScope(a, b Ready) int { return compareScopes(a.Scope, b.Scope) }

func compareScopes(a, b Scope) int {
	return cmp.Or(cmp.Compare(a.Procedure, b.Procedure), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Municipality, b.Municipality))
}
