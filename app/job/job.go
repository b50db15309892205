// Package job has the workers: each decodes a job, calls a use case, and says how it is tried again. Schedules are here
// too.
package job

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/storage/postgres"
)

// A job that a killed worker was at is taken up again once it cannot be running any more: after takenUp, and not before
// its kind's limit. The queue's own hour would keep back the message that an application arrived.
const (
	usualLimit = time.Minute
	takenUp    = 2 * time.Minute
)

// Options are how the worker works.
type Options struct {
	DB, Sweep *postgres.DB
	Log       *slog.Logger

	MaxWorkers    int
	MaxInquiries  int
	MaxMails      int
	SweepInterval time.Duration
	SealInterval  time.Duration
	EraseInterval time.Duration        // 0: nothing is erased
	OnSwept       func(document.Swept) // for metrics; may be nil
	OnAttempt     func(Attempt)        // for metrics; may be nil
	OnStamp       func(outcome string) // of asking for a time stamp, for metrics; may be nil
}

// Attempt is one attempt at a job, and how it ended.
type Attempt struct {
	Kind, Outcome string
	Took          time.Duration
}

// How an attempt ends.
const (
	Done   = "done"
	Later  = "later" // there was nothing to do yet
	Failed = "failed"
)

// observe tells of each attempt.
func (s jobs) observe(ctx context.Context, row *rivertype.JobRow, do func(context.Context) error) error {
	began := time.Now()
	a := Attempt{Kind: row.Kind, Outcome: Failed}
	defer func() {
		a.Took = time.Since(began)
		s.OnAttempt(a) // also if it panics
	}()
	err := do(ctx)
	var later *rivertype.JobSnoozeError
	switch {
	case err == nil:
		a.Outcome = Done
	case errors.As(err, &later):
		a.Outcome = Later
	}
	return err
}

// jobs are the use cases that the workers call.
type jobs struct {
	*usecase.Services
	Options
}

// New makes the client that works the queue. Start and Stop are its caller's.
func New(services *usecase.Services, opt Options) (*river.Client[pgx.Tx], error) {
	s := jobs{services, opt}
	if s.OnAttempt == nil {
		s.OnAttempt = func(Attempt) {}
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker[task.Scan]{do: s.Documents.Scan, limit: 10 * time.Minute})
	river.AddWorker(workers, &worker[task.Notify]{do: s.Notify.Notify})
	river.AddWorker(workers, &worker[task.Inquire]{do: s.Linkage.Inquire})
	river.AddWorker(workers, &worker[task.LookUp]{do: s.Linkage.LookUpJob})
	river.AddWorker(workers, &worker[task.CheckSignature]{do: s.Apply.CheckSignature})
	river.AddWorker(workers, &worker[task.StampSignature]{do: s.stamp})
	river.AddWorker(workers, &worker[task.MakeExport]{do: s.Exports.Make, limit: 30 * time.Minute})
	river.AddWorker(workers, &worker[task.Transfer]{do: s.Transfer.Receive, limit: 10 * time.Minute})
	river.AddWorker(workers, &worker[task.MakeView]{do: s.Documents.MakeView, limit: 10 * time.Minute})
	river.AddWorker(workers, &worker[task.Remind]{do: s.Notify.Remind})
	river.AddWorker(workers, &worker[task.Mail]{do: s.Notify.Mail})
	river.AddWorker(workers, &worker[task.Broadcast]{do: s.Notify.Spread})
	river.AddWorker(workers, &worker[task.ReplayEdition]{do: s.Publish.RunReplay})
	river.AddWorker(workers, &worker[task.Sweep]{do: s.sweep, limit: 10 * time.Minute})
	river.AddWorker(workers, &worker[task.Erase]{do: s.erase, limit: 30 * time.Minute})
	river.AddWorker(workers, &worker[task.SealAudit]{do: s.seal, limit: 10 * time.Minute})
	return river.NewClient(riverpgxv5.New(s.DB.Pool()), &river.Config{
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: s.MaxWorkers},
			task.InquiryQueue:  {MaxWorkers: max(1, s.MaxInquiries), FetchCooldown: 50 * time.Millisecond},
			task.MailQueue:     {MaxWorkers: max(1, s.MaxMails)},
			task.ReplayQueue:   {MaxWorkers: 1},
		},
		Workers:              workers,
		Logger:               slog.New(quiet{s.Log.Handler()}),
		ErrorHandler:         failures{s.Log},
		JobTimeout:           usualLimit,
		RescueStuckJobsAfter: takenUp,
		PeriodicJobs:         s.schedule(),
		PollOnly:             s.DB.Pooled(), // a notification is of a connection
		Middleware:           []rivertype.Middleware{river.WorkerMiddlewareFunc(s.observe)},
	})
}

// schedule is what is done again and again, once per interval however many workers there are.
func (s jobs) schedule() []*river.PeriodicJob {
	every := func(interval time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: interval}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	out := []*river.PeriodicJob{every(s.SweepInterval, task.Sweep{})}
	if s.EraseInterval > 0 {
		out = append(out, every(s.EraseInterval, task.Erase{}))
	}
	if s.Sealer != nil {
		out = append(out, every(s.SealInterval, task.SealAudit{}))
	}
	return out
}

// stamp asks for a time stamp, and says what does not count: a word of a list, nothing of the case.
func (s jobs) stamp(ctx context.Context, t task.StampSignature) error {
	outcome, err := s.Apply.StampSignature(ctx, t)
	if outcome != "" && s.OnStamp != nil {
		s.OnStamp(outcome)
	}
	if outcome != "" && outcome != apply.OutcomeStamped {
		s.Log.WarnContext(ctx, "no time stamp: it is asked for again", "why", outcome)
	}
	return err
}

// seal seals what is new in the audit trail.
func (s jobs) seal(ctx context.Context, _ task.SealAudit) error {
	if s.Sealer == nil {
		return nil // queued by a worker that has the key
	}
	_, err := s.Sealer.Seal(ctx)
	return err
}

// erase erases the cases whose time is over, and makes the copies of the shelf alike: one that was away gets what it missed. It reads all
// of them, so it is not done with each sweep.
func (s jobs) erase(ctx context.Context, _ task.Erase) error {
	_, err := s.Dossiers.Keyring().Mend(ctx)
	return errors.Join(s.Retain.Erase(ctx), err)
}

// worker calls a use case with the job's arguments.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	do    func(context.Context, T) error
	limit time.Duration // of one attempt; 0: usualLimit
}

// Work does one job. What the job speaks of may be gone meanwhile, a deleted draft for example: then there is nothing to
// do.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	err := w.do(ctx, job.Args)
	var later task.Later
	if errors.As(err, &later) {
		return river.JobSnooze(later.After)
	}
	if errors.Is(err, fault.ErrNotFound) {
		return river.JobCancel(err)
	}
	return err
}

// Timeout bounds one attempt.
func (w *worker[T]) Timeout(*river.Job[T]) time.Duration {
	if w.limit > 0 {
		return w.limit
	}
	return usualLimit
}

// sweep takes away what nobody claimed; one part that fails does not keep the others.
func (s jobs) sweep(ctx context.Context, _ task.Sweep) error {
	swept, err := s.Documents.Sweep(ctx)
	if s.OnSwept != nil {
		s.OnSwept(swept)
	}
	return errors.Join(err, s.Retain.Sweep(ctx), s.Linkage.Sweep(ctx), s.Review.Sweep(ctx, s.Sweep), s.Exports.Sweep(ctx), s.Partner.Sweep(ctx), s.Core.Sweep(ctx),
		s.Intake.Sweep(ctx),
		s.Operate.CountPapers(ctx), s.Queue.Index(ctx, s.Sweep), audit.PrepareMonths(ctx, s.Sweep))
}

// failures puts each failed attempt into the log: its kind and id, never its arguments.
type failures struct{ log *slog.Logger }

// HandleError logs a failed attempt.
func (f failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.WarnContext(ctx, "job failed", "job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "of", job.MaxAttempts, "error", err.Error())
	return nil
}

// HandlePanic logs a panic with its stack.
func (f failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, _ any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job panicked", "job", job.ID, "kind", job.Kind, "stack", trace)
	return nil
}

// quiet lets the queue's own log say warnings and errors alone.
type quiet struct{ slog.Handler }

// Enabled says whether a level is logged.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
