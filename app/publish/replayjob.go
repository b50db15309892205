package publish

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	// replayBatch is how many cases are read, compared and saved at once.
	replayBatch = 500
	// replayTurn is for how long a job goes on before it lets others have its place. It is well below a job's limit.
	replayTurn = 20 * time.Second
)

// run is a replay at work on this node.
type run struct {
	*Service
	row     *models.EditionReplay
	edition *models.Edition
	inForce bool // what comes out otherwise is work for the offices, and no thought
	under   *under
	phases  []phase.Row
}

// RunReplay reads the cases of a replay from where it stopped. Each batch is one transaction with what it counted, the work that comes
// of it and how far the replay has come, so that a worker that is killed loses at most the batch that it was at, and no case is counted
// twice. Errors: not-found when the replay is gone; task.Later when its turn is over, or another worker is at it.
func (s *Service) RunReplay(ctx context.Context, t task.ReplayEdition) error {
	r, err := s.resume(ctx, t.Replay)
	if err != nil || r == nil {
		return err
	}
	for began := time.Now(); time.Since(began) < replayTurn; {
		if on, err := r.step(ctx); err != nil || !on {
			return err
		}
	}
	return task.Later{}
}

// replayer is the job where it writes as the system of no municipality.
var replayer = models.System("", "replay")

// resume reads how far a replay has come, and counts at first what there is to do; nil for one that has ended.
func (s *Service) resume(ctx context.Context, id string) (*run, error) {
	r := &run{Service: s}
	var stored *models.EditionBundle
	err := s.dossiers.DB.InTx(ctx, replayer, func(tx *postgres.Tx) (err error) {
		if r.row, err = tx.Replay(id); err != nil || r.row.State != models.ReplayRunning {
			return err
		}
		if r.edition, err = tx.Edition(r.row.EditionID); err != nil {
			return err
		}
		if stored, err = tx.EditionBundle(r.edition.Digest); err != nil {
			return err
		}
		held, err := holding(tx, r.edition.Scope)
		if r.inForce = held != nil && held.Edition == r.edition.ID; err != nil {
			return err
		}
		all, err := tx.AllPhaseRows()
		r.phases = dossier.PhaseRows(all)
		return err
	})
	if err != nil || r.row.State != models.ReplayRunning {
		return nil, err
	}
	bundle, err := edition.Unzip(stored.Contents)
	if err != nil {
		return nil, err
	}
	if r.under, err = s.underEdition(r.edition, bundle); err != nil {
		return nil, err
	}
	if r.row.Total != nil {
		return r, nil
	}
	var total int
	err = s.sweep.InTx(ctx, replayer, func(tx *postgres.Tx) (err error) {
		total, err = tx.CountReplayed(r.row)
		return err
	})
	r.row.Total = &total // saved with the first batch
	return r, err
}

// step does one batch; on says whether there is more to do now.
func (r *run) step(ctx context.Context) (on bool, err error) {
	b, err := r.read(ctx)
	if err != nil {
		return false, err
	}
	found, err := r.compare(ctx, b)
	if err != nil {
		return false, err
	}
	return r.save(ctx, b, found)
}

// save writes what a batch came to. If another worker has done the batch, or the replay was stopped, nothing is written.
func (r *run) save(ctx context.Context, b *batch, found *comparison) (on bool, err error) {
	result := found.tally.Result()
	on, moved := !b.last, false
	err = r.dossiers.DB.InTx(ctx, models.System(b.municipality, "replay"), func(tx *postgres.Tx) error {
		row, err := tx.HoldReplay(r.row.ID)
		if err != nil {
			return err
		}
		if row.State != models.ReplayRunning {
			on = false
			return nil
		}
		if moved = row.Done != r.row.Done; moved {
			return nil
		}
		if err := tx.AddReplayCounts(counted(row.ID, found.tally.Counts())...); err != nil {
			return err
		}
		if r.inForce {
			if err := tx.ReplaceReassessments(r.edition.Scope, b.ids(), r.work(b, found, tx.Now)); err != nil {
				return err
			}
		}
		tx.ChangeReplay(row, append(b.cursor(row), postgres.Set(&row.Total, r.row.Total), postgres.Set(&row.Done, row.Done+len(b.cases)),
			postgres.Set(&row.Same, row.Same+result.Same), postgres.Set(&row.More, row.More+result.More), postgres.Set(&row.Fewer, row.Fewer+result.Fewer),
			postgres.Set(&row.Other, row.Other+result.Other), postgres.Set(&row.Unanswered, row.Unanswered+result.Unanswered),
			postgres.Set(&row.Unreadable, row.Unreadable+found.unreadable),
			postgres.Set(&row.Unsealing, row.Unsealing+found.unsealing.Microseconds()),
			postgres.Set(&row.Comparing, row.Comparing+found.comparing.Microseconds()))...)
		if r.row = row; b.last {
			return finish(tx, row)
		}
		return nil
	})
	switch {
	case err != nil:
		return false, err
	case moved:
		return false, task.Later{}
	case r.row.State == models.ReplayDone:
		report(ctx, r.row)
	}
	return on, nil
}

// finish ends a replay, and notes what it came to beside its edition.
func finish(tx *postgres.Tx, row *models.EditionReplay) error {
	// Of what was erased since it was counted there is nothing to read.
	done := row.Done
	tx.ChangeReplay(row, postgres.Set(&row.State, models.ReplayDone), postgres.Set(&row.Total, &done), postgres.Set(&row.FinishedAt, &tx.Now),
		postgres.Set(&row.CursorMunicipality, ""), postgres.Set(&row.CursorID, nil)) // and no case is named any more
	totals, err := json.Marshal(map[string]any{"replay": row.ID, "from": row.PeriodFrom, "to": row.PeriodTo, "cases": row.Done - row.Unreadable, "same": row.Same,
		"more": row.More, "fewer": row.Fewer, "other": row.Other, "unanswered": row.Unanswered, "unreadable": row.Unreadable})
	if err != nil {
		return err
	}
	tx.NoteReplay(row.EditionID, totals)
	return nil
}

// report says in the log how long it took.
func report(ctx context.Context, row *models.EditionReplay) {
	slog.InfoContext(ctx, "an edition was replayed", "replay", row.ID, "cases", row.Done, "unreadable", row.Unreadable,
		"unsealing", (time.Duration(row.Unsealing) * time.Microsecond).String(), "comparing", (time.Duration(row.Comparing) * time.Microsecond).String(),
		"took", row.FinishedAt.Sub(row.StartedAt).String())
}
