package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/job"
	"kosodate.example/onestop/storage/postgres"
)

// workPatience is how long a job may be due before /readyz says that nobody works: a worker that is restarted takes less.
const workPatience = 5 * time.Minute

// register puts what every process counts into its registry. No label could name a person.
func (a *App) register(registry prometheus.Registerer) {
	registry.MustRegister(backlogMetrics{db: a.SweepDB}, poolMetrics{pools: map[string]*postgres.DB{"app": a.DB, "sweep": a.SweepDB}}, ThisBuild().metric())
}

// workerEdge serves /healthz, /readyz and /metrics of a worker, which answers nobody else.
func (a *App) workerEdge() (*edge.Edge, error) {
	e, err := edge.New(edge.Options{
		Log:    a.Log,
		People: a.Accounts,
		Limits: edge.Limits{DrainTime: 0, ShutdownTime: time.Second},
		Checks: a.checks(),
	})
	if err == nil {
		a.register(e.Registry())
	}
	return e, err
}

// sweepMetrics counts what sweeps did and shows what still waits.
func sweepMetrics(registry prometheus.Registerer) func(document.Swept) {
	done := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "onestop_swept_total", Help: "What sweeps took away or asked for again."}, []string{"what"})
	waiting := prometheus.NewGauge(
		prometheus.GaugeOpts{Name: "onestop_objects_waiting_for_removal", Help: "Objects whose rows are gone and that are still in the store."},
	)
	registry.MustRegister(done, waiting)
	return func(s document.Swept) {
		done.WithLabelValues("abandoned-upload").Add(float64(s.Abandoned))
		done.WithLabelValues("abandoned-part").Add(float64(s.Attempts))
		done.WithLabelValues("object").Add(float64(s.Removed))
		done.WithLabelValues("scan-again").Add(float64(s.Rescanned))
		done.WithLabelValues("view-again").Add(float64(s.Recopied))
		waiting.Set(float64(s.Waiting))
	}
}

// jobMetrics counts attempts at jobs: scans, inquiries, mails and view copies each take the time of what they ask, so that its
// slowness shows here by the job's kind.
func jobMetrics(registry prometheus.Registerer) func(job.Attempt) {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "onestop_job_duration_seconds", Help: "Time of one attempt at a job, by kind and how it ended (done, later, failed).",
		Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800},
	}, []string{"kind", "outcome"})
	last := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "onestop_job_last_done_timestamp_seconds",
		Help: "When this process last did a job of the kind: what is done again and again, sealing for one, must not lie far back.",
	}, []string{"kind"})
	registry.MustRegister(took, last)
	return func(a job.Attempt) {
		took.WithLabelValues(a.Kind, a.Outcome).Observe(a.Took.Seconds())
		if a.Outcome == job.Done {
			last.WithLabelValues(a.Kind).SetToCurrentTime()
		}
	}
}

// stampMetrics counts what came of asking for time stamps.
func stampMetrics(registry prometheus.Registerer) func(outcome string) {
	asked := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "onestop_timestamps_total",
		Help: "Answers of the time-stamping authority: stamped, or why one does not count (down, refused, another, untrusted, weak, clock)."}, []string{"outcome"})
	registry.MustRegister(asked)
	for _, outcome := range []string{"stamped", "down", "refused", "another", "untrusted", "weak", "clock"} {
		asked.WithLabelValues(outcome) // at 0 from the start: what appears with its first answer has not increased by it
	}
	return func(outcome string) { asked.WithLabelValues(outcome).Inc() }
}

var (
	backlogJobs = prometheus.NewDesc("onestop_jobs", "Jobs that are not done, by kind and state.", []string{"kind", "state"}, nil)
	backlogAge  = prometheus.NewDesc("onestop_jobs_oldest_due_seconds", "How long the job has been due that is due longest, by kind and state.",
		[]string{"kind", "state"}, nil)
	poolConns = prometheus.NewDesc("onestop_database_connections", "Connections of the pool, by role and state (in-use, idle, most).",
		[]string{"pool", "state"}, nil)
	poolWaits = prometheus.NewDesc("onestop_database_waits_total", "How often a request waited for a connection.", []string{"pool"}, nil)
)

// backlogMetrics asks the database with each scrape.
type backlogMetrics struct{ db *postgres.DB }

// Describe is prometheus.Collector's.
func (backlogMetrics) Describe(out chan<- *prometheus.Desc) { out <- backlogJobs; out <- backlogAge }

// Collect gives nothing while the database is down; /readyz says so.
func (m backlogMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	backlog, err := m.db.Backlog(ctx)
	if err != nil {
		return
	}
	for _, b := range backlog {
		out <- prometheus.MustNewConstMetric(backlogJobs, prometheus.GaugeValue, float64(b.Jobs), b.Kind, b.State)
		out <- prometheus.MustNewConstMetric(backlogAge, prometheus.GaugeValue, b.Oldest.Seconds(), b.Kind, b.State)
	}
}

type poolMetrics struct{ pools map[string]*postgres.DB }

// Describe is prometheus.Collector's.
func (poolMetrics) Describe(out chan<- *prometheus.Desc) { out <- poolConns; out <- poolWaits }

// Collect reads the pools' own counts.
func (m poolMetrics) Collect(out chan<- prometheus.Metric) {
	for name, db := range m.pools {
		s := db.Pool().Stat()
		for state, n := range map[string]int32{"in-use": s.AcquiredConns(), "idle": s.IdleConns(), "most": s.MaxConns()} {
			out <- prometheus.MustNewConstMetric(poolConns, prometheus.GaugeValue, float64(n), name, state)
		}
		out <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(s.EmptyAcquireCount()), name)
	}
}
