package operate

import (
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

// Drafted is a change to full operation that the program drafts because the trial of a pair has reached every threshold: papers that
// retire themselves, as far as a program may. It is stored nowhere; a person proposes it, and a second one approves.
type Drafted struct {
	Row
	Figures  Figures
	Need     Thresholds // which it has reached
	Circular string     // empty where no decision of the country names one: the program does not guess on what a switch rests
}

// Drafted gives the drafts for whoever may propose them: of a municipal admin's own municipality, for a national admin of the country,
// and of the municipalities that hold back. None is drafted for a pair that is not on trial, for a municipality that would run ahead of
// the country, nor where a switch is proposed or scheduled already.
func (s *Service) Drafted(ctx context.Context, actor models.Actor) ([]Drafted, error) {
	out := []Drafted{}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		counted, err := tx.TrialFigures(All, All, All)
		if err != nil {
			return err
		}
		var d drafting
		if err := d.read(tx); err != nil {
			return err
		}
		known := s.known(Scope{Procedure: All, Item: All, Municipality: All}, tx.Now)
		for _, c := range counted {
			scope, f := Scope{Procedure: c.Procedure, Item: c.Item, Municipality: c.Municipality}, figuresOf(c)
			pair := Scope{Procedure: c.Procedure, Item: c.Item, Municipality: All}
			if f.Compared == 0 || len(s.thresholds.missing(f)) > 0 || !slices.Contains(known, pair) ||
				mayWrite(actor, c.Municipality) != nil || !d.mayGo(scope, tx.Now) {
				continue
			}
			row := Row{Procedure: c.Procedure, Item: c.Item, Municipality: c.Municipality, Phase: phase.Full, From: NextMonth(tx.Now)}
			out = append(out, Drafted{Row: row, Figures: f, Need: s.thresholds, Circular: d.circular(scope)})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Drafted) int { return compareScopes(a.Scope(), b.Scope()) })
	return out, err
}

// DraftedFor is the draft of one pair. Error: not-found where there is none (any more).
func (s *Service) DraftedFor(ctx context.Context, actor models.Actor, scope Scope) (*Drafted, error) {
	all, err := s.Drafted(ctx, actor)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(d Drafted) bool { return d.Scope() == scope }); i >= 0 {
		return &all[i], nil
	}
	return nil, fault.ErrNotFound
}

// NextMonth is the first of the next month in Japan: offices have time to tell people.
func NextMonth(now time.Time) time.Time {
	first := jp.DateIn(now)
	first.Day = 1
	first = first.AddDays(31)
	first.Day = 1
	return first.Start()
}

// drafting is what decides whether a switch may be drafted.
type drafting struct {
	rows     []phase.Row
	proposed []models.PhaseChange // that nobody has decided
	approved []models.PhaseChange // the newest first
}

// mostChanges is how many changes are looked through: the newest.
const mostChanges = 200

func (d *drafting) read(tx *postgres.Tx) error {
	all, err := tx.AllPhaseRows()
	if err != nil {
		return err
	}
	d.rows = dossier.PhaseRows(all)
	if d.proposed, err = tx.PhaseChanges([]models.ChangeState{models.ChangeProposed}, postgres.Page{Limit: mostChanges}); err != nil {
		return err
	}
	d.approved, err = tx.PhaseChanges([]models.ChangeState{models.ChangeApproved}, postgres.Page{Limit: mostChanges})
	return err
}

// mayGo says whether a row of this scope would bring the pair to full operation, and nobody has begun that yet.
func (d *drafting) mayGo(s Scope, now time.Time) bool {
	then := func(municipality string, at time.Time) string {
		return phase.InForce(d.rows, s.Procedure, s.Item, municipality, at).Phase
	}
	if then(s.Municipality, now) != phase.Trial || s.Municipality != All && then(All, now) != phase.Full {
		return false
	}
	for at := now; ; {
		next, ok := phase.NextChange(d.rows, s.Procedure, s.Item, s.Municipality, at)
		if !ok {
			return full(d.proposed, s, s.Municipality) == nil
		}
		if then(s.Municipality, next) == phase.Full {
			return false
		}
		at = next
	}
}

// circular is that on which the country's own switch of a pair rests, for a municipality that follows.
func (d *drafting) circular(s Scope) string {
	if c := full(d.approved, s, All); s.Municipality != All && c != nil {
		return c.Circular
	}
	return ""
}

// full is the first of some changes that brings a pair to full operation, for a municipality or (All) for the country.
func full(changes []models.PhaseChange, s Scope, municipality string) *models.PhaseChange {
	for i := range changes {
		rows, err := readRows(changes[i].Rows)
		if err == nil && slices.ContainsFunc(rows, func(r Row) bool {
			return r.Phase == phase.Full && r.Municipality == municipality && (r.Procedure == All || r.Procedure == s.Procedure) &&
				(r.Item == All || r.Item == s.Item)
		}) {
			return &changes[i]
		}
	}
	return nil
}
