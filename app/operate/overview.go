package operate

import (
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Overview is the board of one place: every pair once, with what its trial has shown there.
type Overview struct {
	At    time.Time
	Place string // a municipality, or All for the country
	Need  Thresholds
	Pairs []PlacePair // in the order of the catalogue
}

// PlacePair is one pair in one place.
type PlacePair struct {
	Scope
	Phase   string
	Country string // the country's phase, beside which a municipality's stands
	NextAt  *time.Time
	Next    string   // the phase from NextAt on
	Differ  []string // for the country: municipalities in which the phase, or when it changes, is another
	Figures Figures
	Missing []Missing // thresholds that the trial has not reached
}

// Overview shows the phases of a municipality, or of the country (All), at an instant, now if it is zero. A municipal admin sees the own
// municipality. Errors: not-found for a municipality that there is not, or that is not the admin's own.
func (s *Service) Overview(ctx context.Context, actor models.Actor, place string, when time.Time) (*Overview, error) {
	if actor.Role == models.RoleAdmin && place == All {
		place = actor.Municipality
	}
	out := &Overview{At: when, Place: place, Need: s.thresholds}
	var rows []phase.Row
	var counted []postgres.TrialFigures
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if out.At.IsZero() {
			out.At = tx.Now
		}
		if _, err = placesFor(tx, actor, place); err != nil {
			return err
		}
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		rows = dossier.PhaseRows(all)
		counted, err = tx.TrialFigures(All, All, place)
		return err
	})
	if err != nil {
		return nil, err
	}
	// A municipality without a row of its own is as the country is.
	var own []string
	for _, r := range rows {
		if place == All && r.Municipality != All && !slices.Contains(own, r.Municipality) {
			own = append(own, r.Municipality)
		}
	}
	slices.Sort(own)
	for _, pair := range s.known(Scope{Procedure: All, Item: All, Municipality: All}, out.At) {
		pair.Municipality = place
		out.Pairs = append(out.Pairs, out.pair(pair, rows, own, counted))
	}
	return out, nil
}

func (o *Overview) pair(pair Scope, rows []phase.Row, own []string, counted []postgres.TrialFigures) PlacePair {
	in := func(place string, at time.Time) string {
		return phase.InForce(rows, pair.Procedure, pair.Item, place, at).Phase
	}
	next := func(place string) *time.Time {
		if at, ok := phase.NextChange(rows, pair.Procedure, pair.Item, place, o.At); ok {
			return &at
		}
		return nil
	}
	out := PlacePair{Scope: pair, Phase: in(o.Place, o.At), Country: in(All, o.At), NextAt: next(o.Place)}
	if out.NextAt != nil {
		out.Next = in(o.Place, *out.NextAt)
	}
	for _, place := range own {
		at := next(place)
		if in(place, o.At) != out.Phase || (at == nil) != (out.NextAt == nil) || at != nil && !at.Equal(*out.NextAt) {
			out.Differ = append(out.Differ, place)
		}
	}
	for _, c := range counted {
		if (Scope{Procedure: c.Procedure, Item: c.Item, Municipality: c.Municipality}) == pair {
			out.Figures = figuresOf(c)
		}
	}
	out.Missing = o.Need.missing(out.Figures)
	return out
}

// Ready says whether the trial's figures reach every threshold.
func (p PlacePair) Ready() bool { return len(p.Missing) == 0 }
