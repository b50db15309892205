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

// PapersNotAsked is how many papers nobody was asked for since pairs went to full operation, as everybody may know it: every number is
// cut down to tens, and today's filings are not in it, so that no single case shows.
type PapersNotAsked struct {
	Municipality string // All for the whole country
	Until        string // the last day that was counted, YYYY-MM-DD; empty while none was
	Total        int64
	Pairs        []PairNotAsked // those that are or were in full operation, the most papers first
}

// PairNotAsked is the number of one procedure and item; 0 is fewer than ten.
type PairNotAsked struct {
	Procedure, Item string
	Papers          int64
	Since           time.Time // when the pair first was in full operation
}

// PapersNotAsked counts them in the country, or in one municipality. Error: not-found for a municipality that there is not.
func (s *Service) PapersNotAsked(ctx context.Context, municipality string) (*PapersNotAsked, error) {
	out := &PapersNotAsked{Municipality: cmp.Or(municipality, All), Pairs: []PairNotAsked{}}
	var counted []postgres.PapersOmitted
	var rows []phase.Row
	var now time.Time
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "papers-not-asked"}, func(tx *postgres.Tx) error {
		now = tx.Now
		places, err := tx.Municipalities()
		if err != nil {
			return err
		}
		if out.Municipality != All && !slices.ContainsFunc(places, func(m models.Municipality) bool { return m.Code == out.Municipality }) {
			return fault.ErrNotFound
		}
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		rows = dossier.PhaseRows(all)
		counted, err = tx.PapersNotAsked(out.Municipality)
		return err
	})
	if err != nil {
		return nil, err
	}
	papers := map[Scope]int64{}
	for _, c := range counted {
		if c.Until != nil {
			out.Until = jp.DateOf(*c.Until).String()
		}
		papers[Scope{Procedure: c.Procedure, Item: c.Item, Municipality: All}] = c.Papers
	}
	out.Total = papers[Scope{Procedure: All, Item: All, Municipality: All}]
	for _, pair := range s.known(Scope{Procedure: All, Item: All, Municipality: All}, now) {
		if since, ok := firstFull(rows, pair.Procedure, pair.Item, out.Municipality, now); ok {
			out.Pairs = append(out.Pairs, PairNotAsked{pair.Procedure, pair.Item, papers[pair], since})
		}
	}
	slices.SortStableFunc(out.Pairs, func(a, b PairNotAsked) int { return cmp.Compare(b.Papers, a.Papers) })
	return out, nil
}

// firstFull is when a pair first was in full operation, not after an instant.
func firstFull(rows []phase.Row, procedure, item, municipality string, until time.Time) (since time.Time, found bool) {
	for i := range rows {
		at := rows[i].From
		if !at.After(until) && (!found || at.Before(since)) && phase.InForce(rows, procedure, item, municipality, at).Phase == phase.Full {
			since, found = at, true
		}
	}
	return since, found
}

// CountPapers counts, day by day, the papers that the plans of the days that are over omit. What was counted stays when the cases are
// erased.
func (s *Service) CountPapers(ctx context.Context) error {
	for more := true; more; {
		err := s.sweep.InTx(ctx, models.Actor{Role: models.RoleSystem, Purpose: "count-papers"}, func(tx *postgres.Tx) (err error) {
			more, err = tx.CountPapers()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
