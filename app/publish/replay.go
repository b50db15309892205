package publish

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition/replay"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Period is the time in which the cases of a replay arrived: from its beginning on, and before its end.
type Period struct{ From, To time.Time }

// Replay is what an edition would have asked of people whose cases were filed, as far as its job has come. It holds numbers alone, of
// a municipality those that the actor may see.
type Replay struct {
	ID    string
	State models.ReplayState
	Period
	Done, Total int // cases that were read, and that there are to read; Total is 0 until they are counted

	Cases, Same, More, Fewer, Other int
	Unanswered                      int  // the edition asks what was not asked then
	Unreadable                      int  // erased, protected (支援措置), or their key is gone; not among Cases
	Few                             bool // of the seven, 1 and 2 are both given as 2, as of By: it is one municipality's
	By                              []Counted

	Unsealing, Comparing time.Duration // of all goroutines together
	StartedAt            time.Time
	FinishedAt           *time.Time
}

// Counted is what was counted of one procedure and document in one municipality; with an empty document, of all papers together.
type Counted struct {
	replay.Count
	Few bool // numbers of 1 and 2 are both given as 2 (deploy/decisions/replaying.md)
}

// few is the number below which the country's admins are not told how many cases of a municipality there are: they could be known.
const few = 3

// StartReplay begins to try an edition on the cases that arrived in a period; a job reads them and goes on where it was stopped. A
// municipality's edition is tried on its own cases, a national one on all. Another replay of the edition that is under way is
// stopped. Errors: not-found, forbidden outside the reach; invalid-request for a period that is none.
func (s *Service) StartReplay(ctx context.Context, actor models.Actor, req dossier.Request, id string, p Period) (*Replay, error) {
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (Replay, error) {
		e, err := find(tx, actor, id)
		if err == nil {
			err = mayWrite(actor, e.Scope)
		}
		if err != nil {
			return Replay{}, err
		}
		if p.To.After(tx.Now) { // what arrives while the job reads would be found or missed by chance
			p.To = tx.Now
		}
		if err := p.check(); err != nil {
			return Replay{}, err
		}
		if err := tx.StopReplays(e.ID); err != nil {
			return Replay{}, err
		}
		row := &models.EditionReplay{ID: models.NewID(), EditionID: e.ID, Scope: e.Scope, State: models.ReplayRunning, PeriodFrom: p.From, PeriodTo: p.To,
			StartedBy: actor.Person, StartedAt: tx.Now}
		if err := tx.AddReplay(row); err != nil {
			return Replay{}, err
		}
		// One line for all cases that the job reads: who had them read, and by which edition.
		if err := tx.AddAudit(entry("replay-edition-on-filed-cases", e)); err != nil {
			return Replay{}, err
		}
		return *replayOf(row), tx.Enqueue(task.ReplayEdition{Replay: row.ID})
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (p Period) check() error {
	for _, one := range []struct {
		at string
		t  time.Time
	}{{"/from", p.From}, {"/to", p.To}} {
		if one.t.IsZero() {
			return fault.Detail{Code: "required", Reason: "from-when", Pointer: one.at}.Alone(fault.Refused, fault.CodeInvalidRequest)
		}
	}
	if !p.From.Before(p.To) {
		return fault.Detail{Code: "invalid-range", Reason: "invalid-range", Pointer: "/to"}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	return nil
}

// LastReplay is the newest replay of an edition for those with the reach, nil if none was begun. Error: not-found.
func (s *Service) LastReplay(ctx context.Context, actor models.Actor, id string) (*Replay, error) {
	var out *Replay
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		e, err := find(tx, actor, id)
		if err != nil {
			return err
		}
		row, err := tx.LastReplay(e.ID)
		if err != nil || row == nil {
			return err
		}
		counts, err := tx.ReplayCounts(row.ID)
		if err != nil {
			return err
		}
		out = replayOf(row)
		if actor.Role == models.RoleAdmin && e.Scope == National {
			out.narrow(counts)
		}
		veiled := actor.Role != models.RoleAdmin
		if out.count(counts, veiled); veiled && e.Scope != National {
			out.Few = veil(&out.Cases, &out.Same, &out.More, &out.Fewer, &out.Other, &out.Unanswered, &out.Unreadable)
		}
		return nil
	})
	return out, err
}

func replayOf(r *models.EditionReplay) *Replay {
	out := &Replay{
		ID:         r.ID,
		State:      r.State,
		Period:     Period{r.PeriodFrom, r.PeriodTo},
		Done:       r.Done,
		Cases:      r.Done - r.Unreadable,
		Same:       r.Same,
		More:       r.More,
		Fewer:      r.Fewer,
		Other:      r.Other,
		Unanswered: r.Unanswered,
		Unreadable: r.Unreadable,
		By:         []Counted{},
		Unsealing:  time.Duration(r.Unsealing) * time.Microsecond,
		Comparing:  time.Duration(r.Comparing) * time.Microsecond,
		StartedAt:  r.StartedAt,
		FinishedAt: r.FinishedAt,
	}
	if r.Total != nil {
		out.Total = *r.Total
	}
	return out
}

// narrow lets the totals speak of the municipality whose counts these are: its admin looks at the country's edition.
func (r *Replay) narrow(own []models.EditionReplayCount) {
	r.Cases, r.Same, r.More, r.Fewer, r.Other, r.Unanswered, r.Unreadable = 0, 0, 0, 0, 0, 0, 0
	for _, c := range own {
		if c.Document == "" {
			r.Cases, r.More, r.Fewer, r.Other, r.Unanswered = r.Cases+c.Cases, r.More+c.More, r.Fewer+c.Fewer, r.Other+c.Other, r.Unanswered+c.Unanswered
		}
	}
	r.Same = r.Cases - r.More - r.Fewer - r.Other - r.Unanswered
}

// count lists what came out otherwise; veiled hides how few.
func (r *Replay) count(counts []models.EditionReplayCount, veiled bool) {
	for _, c := range counts {
		if c.More+c.Fewer+c.Other+c.Unanswered == 0 {
			continue
		}
		one := Counted{Count: replay.Count{Key: replay.Key{Procedure: c.Procedure, Municipality: c.Municipality, Document: c.Document},
			Cases: c.Cases, More: c.More, Fewer: c.Fewer, Other: c.Other, Unanswered: c.Unanswered}}
		if veiled {
			one.Few = veil(&one.Cases, &one.More, &one.Fewer, &one.Other, &one.Unanswered)
		}
		r.By = append(r.By, one)
	}
}

// veil hides how few there are, and says whether it hid anything.
func veil(numbers ...*int) (hidden bool) {
	for _, n := range numbers {
		if *n > 0 && *n < few {
			*n, hidden = few-1, true
		}
	}
	return hidden
}
