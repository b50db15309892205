package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/job"
)

// WorkAlone is a process that works the queue and answers nobody but its operator, on worker.addr.
func (a *App) WorkAlone(ctx context.Context) error {
	e, err := a.workerEdge() //nolint:contextcheck // each request has its own
	if err != nil {
		return err
	}
	parts, ctx := errgroup.WithContext(ctx)
	if a.Config.Worker.Addr != "" {
		listener, err := net.Listen("tcp", a.Config.Worker.Addr)
		if err != nil {
			return fmt.Errorf("worker.addr: %w", err)
		}
		parts.Go(func() error { return e.Serve(ctx, listener) })
	}
	parts.Go(func() error { return a.Work(ctx, e.Registry()) })
	return parts.Wait()
}

// Work works the queue until ctx ends, then lets the jobs under way finish.
func (a *App) Work(ctx context.Context, metrics prometheus.Registerer) error {
	client, err := job.New(&a.Services, job.Options{
		DB:            a.DB,
		Sweep:         a.SweepDB,
		Log:           a.Log,
		MaxInquiries:  a.Config.Worker.Inquiries,
		MaxMails:      a.Config.Worker.Mails,
		MaxWorkers:    a.Config.Worker.Jobs,
		SweepInterval: a.Config.Worker.SweepInterval,
		SealInterval:  a.Config.Audit.SealInterval,
		EraseInterval: a.Config.Retention.Interval,
		OnSwept:       sweepMetrics(metrics),
		OnAttempt:     jobMetrics(metrics),
		OnStamp:       stampMetrics(metrics),
	})
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	a.Log.Info("working")
	go a.warm(ctx)
	go a.checkLetters(ctx)
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Limits.StopTime)
	defer cancel()
	if err := client.Stop(stop); err != nil {
		// What did not finish is taken up again by another worker: jobs are done once by their effects, not by luck.
		cut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(err, client.StopAndCancel(cut))
	}
	return nil
}

// warm makes the renderer ready, beside the jobs: nobody's first PDF waits for it.
func (a *App) warm(ctx context.Context) {
	if err := a.views.Warm(ctx); err != nil && ctx.Err() == nil {
		a.Log.Warn("the renderer is not warm: the first PDF waits for it", "error", err.Error())
	}
}

// checkLetters says at the start in which municipalities nothing can be decided, since their letters would lack something.
func (a *App) checkLetters(ctx context.Context) {
	switch places, err := a.Operate.WithoutLetters(ctx); {
	case err != nil && ctx.Err() == nil:
		a.Log.Warn("whether every municipality can write its letters could not be checked", "error", err.Error())
	case len(places) > 0:
		a.Log.Warn("nothing can be decided in these municipalities: settings of the decision letter are missing", "municipalities", places)
	}
}
