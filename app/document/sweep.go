package document

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

// Swept counts what a sweep did.
type Swept struct {
	Abandoned int64 // rows of uploads that were never finished, and of requests that failed with their files
	Attempts  int64 // rows of attempts at parts that broke off
	Removed   int64 // objects taken out of the store
	Waiting   int64 // objects that still wait for that
	Rescanned int64 // files for which a scan was asked again
	Recopied  int64 // files for which a view copy was asked again
}

// Sizes of a sweep's batches: each is a transaction of its own, so that a sweep that is stopped has done what it has
// done and the next one goes on from there.
const (
	sweepBatch   = 500
	removalsOnce = 8 // removals at once; each is one call to the object store
)

// Sweep takes away what nobody claimed: rows of uploads whose time is over, and the objects of all rows that are gone;
// and it asks again for scans that gave no verdict within ScanPatience. Several may run at once. Errors: unavailable
// while the database or the object store is down; what was done until then stays done.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var out Swept
	for _, step := range []func(context.Context, *Swept) error{s.sweepAbandoned, s.sweepReservations, s.askForScans, s.askForViews, s.sweepObjects} {
		if err := step(ctx, &out); err != nil {
			return out, err
		}
	}
	return out, s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
		out.Waiting, err = tx.CountRemovals()
		return err
	})
}

func sweeper() models.Actor { return models.System("", "sweep") }

func (s *Service) sweepAbandoned(ctx context.Context, out *Swept) error {
	if err := s.inBatches(ctx, &out.Abandoned, (*postgres.Tx).SweepAbandonedFiles); err != nil {
		return err
	}
	return s.inBatches(ctx, &out.Attempts, (*postgres.Tx).SweepAttempts)
}

// sweepReservations looks in the store for what requests that failed have left there, and queues its removal.
func (s *Service) sweepReservations(ctx context.Context, out *Swept) error {
	for {
		var over []postgres.Expired
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			over, err = tx.ExpiredReservations(sweepBatch)
			return err
		})
		for i := 0; i < len(over) && err == nil; i++ {
			err = s.endReservation(ctx, &over[i])
			out.Abandoned++
		}
		if err != nil || len(over) < sweepBatch {
			return err
		}
	}
}

func (s *Service) endReservation(ctx context.Context, over *postgres.Expired) error {
	var left []string
	for _, file := range over.FileIDs() {
		err := s.objects.List(ctx, objectFolder(over.Municipality, file), "", func(o object.Info) error {
			left = append(left, o.Key)
			return nil
		})
		if err != nil {
			return err
		}
	}
	err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) error {
		tx.EndReservation(over, left)
		return nil
	})
	if errors.Is(err, fault.ErrConflict) {
		return nil // it is gone meanwhile
	}
	return err
}

// inBatches sweeps until nothing is left, and counts.
func (s *Service) inBatches(ctx context.Context, count *int64, sweep func(tx *postgres.Tx, limit int) (int64, error)) error {
	for {
		var n int64
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			n, err = sweep(tx, sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
		*count += n
		if n < sweepBatch {
			return nil
		}
	}
}

// sweepObjects removes queued objects and forgets them once they are gone: an object is removed twice rather than
// never.
func (s *Service) sweepObjects(ctx context.Context, out *Swept) error {
	for {
		var keys []string
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			keys, err = tx.QueuedRemovals(sweepBatch)
			return err
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		gone, failed := s.remove(ctx, keys)
		if len(gone) > 0 {
			err = s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) error { return tx.ForgetRemovals(gone) })
			if err != nil {
				return err
			}
			out.Removed += int64(len(gone))
		}
		if failed != nil {
			return failed
		}
		if len(keys) < sweepBatch {
			return nil
		}
	}
}

// remove removes objects, several at once, and gives those that are gone, with the first error.
func (s *Service) remove(ctx context.Context, keys []string) ([]string, error) {
	done := make([]bool, len(keys))
	var group errgroup.Group
	group.SetLimit(removalsOnce)
	for i, key := range keys {
		group.Go(func() error {
			err := s.objects.Remove(ctx, key)
			done[i] = err == nil
			return err
		})
	}
	err := group.Wait()
	gone := make([]string, 0, len(keys))
	for i, key := range keys {
		if done[i] {
			gone = append(gone, key)
		}
	}
	return gone, err
}

// askForScans asks again for the scans of files that have had no verdict for long: a job can be lost with its last
// attempt, a scanner can be down for days.
func (s *Service) askForScans(ctx context.Context, out *Swept) error {
	return s.askAgain(ctx, &out.Rescanned, (*postgres.Tx).FilesToScan, func(f *models.File) river.JobArgs {
		return scanAgain{task.Scan{Municipality: f.Municipality, Application: f.ApplicationID, File: f.ID}}
	})
}

// askForViews asks again for the view copies of clean files that have waited for theirs as long.
func (s *Service) askForViews(ctx context.Context, out *Swept) error {
	if s.opt.Renderer == nil {
		return nil
	}
	return s.askAgain(ctx, &out.Recopied, (*postgres.Tx).FilesToView, func(f *models.File) river.JobArgs {
		return viewAgain{task.MakeView{Municipality: f.Municipality, Application: f.ApplicationID, File: f.ID}}
	})
}

// askAgain puts a job into the queue for each file of a list, and counts them.
func (s *Service) askAgain(
	ctx context.Context,
	count *int64,
	list func(tx *postgres.Tx, before time.Time, after *models.File, limit int) ([]models.File, error),
	job func(f *models.File) river.JobArgs,
) error {
	var last *models.File
	for {
		var files []models.File
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			files, err = list(tx, tx.Now.Add(-s.opt.ScanPatience), last, sweepBatch)
			return err
		})
		if err != nil || len(files) == 0 {
			return err
		}
		last = &files[len(files)-1]
		jobs := map[string][]river.JobArgs{}
		for i := range files {
			jobs[files[i].Municipality] = append(jobs[files[i].Municipality], job(&files[i]))
		}
		for municipality, args := range jobs {
			err := s.dossiers.DB.InTx(ctx, models.System(municipality, "sweep"), func(tx *postgres.Tx) error { return tx.Enqueue(args...) })
			if err != nil {
				return err
			}
		}
		*count += int64(len(files))
	}
}

// scanAgain is task.Scan asked for by the sweep: at most one of them waits for a file, however often the sweep comes
// by while the scanner is down.
type scanAgain struct{ task.Scan }

// InsertOpts makes it unique while one like it waits or runs.
func (a scanAgain) InsertOpts() river.InsertOpts { return once(a.Scan.InsertOpts()) }

// viewAgain is task.MakeView asked for by the sweep, in the same way.
type viewAgain struct{ task.MakeView }

// InsertOpts makes it unique while one like it waits or runs.
func (a viewAgain) InsertOpts() river.InsertOpts { return once(river.InsertOpts{}) }

func once(opts river.InsertOpts) river.InsertOpts {
	opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
		rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}
	return opts
}
