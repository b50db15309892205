package operate

import (
	"context"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Board is the phase board: every row, and the phase of each pair in each municipality at an instant.
type Board struct {
	At    time.Time
	Rows  []Row
	Pairs []Pair
}

// Pair is one procedure and item in one municipality, or nationally (All), with its phase.
type Pair struct {
	Procedure    string
	Item         string
	Municipality string
	Phase        string
	NextAt       *time.Time // when a known row changes it
}

// Board shows the phases at an instant, now if it is zero. A municipal admin sees the country and the own municipality.
func (s *Service) Board(ctx context.Context, actor models.Actor, when time.Time) (*Board, error) {
	b := &Board{At: when, Rows: []Row{}, Pairs: []Pair{}}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if b.At.IsZero() {
			b.At = tx.Now
		}
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		rows := dossier.PhaseRows(all)
		for _, r := range rows {
			if r.Municipality == All || actor.Role != models.RoleAdmin || r.Municipality == actor.Municipality {
				b.Rows = append(b.Rows, Row{
					ID:           r.ID,
					Procedure:    r.Procedure,
					Item:         r.Item,
					Municipality: r.Municipality,
					Phase:        r.Phase,
					From:         r.From,
				})
			}
		}
		offered, err := tx.Municipalities()
		if err != nil {
			return err
		}
		places := []string{All}
		for _, m := range offered {
			if actor.Role != models.RoleAdmin || m.Code == actor.Municipality {
				places = append(places, m.Code)
			}
		}
		b.Pairs = s.pairs(rows, places, b.At)
		return nil
	})
	return b, err
}

func (s *Service) pairs(rows []phase.Row, places []string, at time.Time) []Pair {
	var out []Pair
	for _, p := range s.dossiers.Editions.National().Procedures() {
		v := p.At(jp.DateIn(at))
		if v == nil {
			continue
		}
		for _, item := range v.Items() {
			for _, m := range places {
				pair := Pair{Procedure: p.Code, Item: item, Municipality: m, Phase: phase.InForce(rows, p.Code, item, m, at).Phase}
				if next, ok := phase.NextChange(rows, p.Code, item, m, at); ok {
					pair.NextAt = &next
				}
				out = append(out, pair)
			}
		}
	}
	return out
}

// Past is one step of the public history of phases: what was decided, why, and on which circular; not who.
type Past struct {
	ID               string
	Kind             models.ChangeKind
	State            models.ChangeState
	Reason, Circular string
	Rows             []Row
	DecidedAt        *time.Time // nil for a suspension that is not confirmed yet, and for imported history
	EndedAt          *time.Time // when it was cancelled, or a suspension superseded it; else nil
	RecordedAt       time.Time
	// Void are the ids of its rows that do not hold: the change was cancelled before they took effect, or a suspension came between.
	Void map[string]bool
}

// History is the public history of phases, newest first: each decided change, and the rows that were imported. With a municipality's code only
// what holds there: its own rows and those of the whole country.
func (s *Service) History(ctx context.Context, municipality string, page postgres.Page) ([]Past, error) {
	public := models.Actor{Role: models.RolePublic, Purpose: "phase-history"}
	out, err := s.decided(ctx, public, municipality, page)
	if err == nil {
		err = s.void(ctx, public, out)
	}
	if err != nil {
		return nil, err
	}
	imported, err := s.imported(ctx, public, municipality, page)
	if err != nil {
		return nil, err
	}
	// Ids sort by time, so one keyset serves both kinds.
	out = append(out, imported...)
	slices.SortFunc(out, func(a, b Past) int { return strings.Compare(b.ID, a.ID) })
	return out[:min(len(out), page.Limit)], nil
}

// holdsIn are the rows that hold in a municipality; all of them for none.
func holdsIn(municipality string, rows []Row) []Row {
	if municipality == "" {
		return rows
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Municipality != All && r.Municipality != municipality })
}

// decided are up to a page of the changes that somebody decided.
func (s *Service) decided(ctx context.Context, actor models.Actor, municipality string, page postgres.Page) ([]Past, error) {
	states := []models.ChangeState{models.ChangeApproved, models.ChangeCancelled, models.ChangeSuperseded, models.ChangeImposed, models.ChangeConfirmed}
	out := []Past{}
	for {
		changes, err := s.list(ctx, actor, states, page)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			page.After = c.ID
			if c.State == models.ChangeCancelled && c.DecidedAt == nil {
				continue // a proposal that was taken back before anyone decided it never was public
			}
			rows := holdsIn(municipality, c.Rows)
			if len(rows) == 0 {
				continue
			}
			out = append(out, Past{
				ID:         c.ID,
				Kind:       c.Kind,
				State:      c.State,
				Reason:     c.Reason,
				Circular:   c.Circular,
				Rows:       rows,
				DecidedAt:  c.DecidedAt,
				EndedAt:    c.EndedAt,
				RecordedAt: c.ProposedAt,
			})
		}
		if len(changes) < page.Limit || len(out) >= page.Limit {
			return out, nil
		}
	}
}

// void finds the rows of changes that do not hold, by the ledger's rule. Those of a suspension after its first only keep it from ending.
func (s *Service) void(ctx context.Context, actor models.Actor, all []Past) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		l, err := readLedger(tx)
		if err != nil {
			return err
		}
		holds := map[string]bool{}
		for _, r := range l.Holding() {
			holds[r.ID] = true
		}
		for i := range all {
			p := &all[i]
			p.Void = map[string]bool{}
			for _, r := range p.Rows {
				p.Void[r.ID] = p.Kind != models.ChangeSuspension && !holds[r.ID]
			}
		}
		return nil
	})
}

// imported is the history from before the service.
func (s *Service) imported(ctx context.Context, actor models.Actor, municipality string, page postgres.Page) ([]Past, error) {
	var out []Past
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		all, err := tx.AllPhaseRows()
		if err != nil {
			return err
		}
		for i := len(all) - 1; i >= 0; i-- {
			r := all[i]
			if !r.Imported || page.After != "" && r.ID >= page.After {
				continue
			}
			rows := holdsIn(municipality, []Row{{
				ID:           r.ID,
				Procedure:    r.Procedure,
				Item:         r.Item,
				Municipality: r.Municipality,
				Phase:        r.Phase,
				From:         r.EffectiveFrom,
			}})
			if len(rows) > 0 {
				out = append(out, Past{ID: r.ID, Kind: "imported", State: "approved", RecordedAt: r.RecordedAt, Rows: rows})
			}
		}
		return nil
	})
	return out, err
}
