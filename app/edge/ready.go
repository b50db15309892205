package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"kosodate.example/onestop/app/fault"
)

// Check asks one thing that the program depends on whether it answers. Its error goes to the log alone.
type Check struct {
	Name     string // "database", "object-storage", "scanner", "identity-provider"
	Required bool   // without it nothing works; else the program goes on without
	Probe    func(ctx context.Context) error
}

const (
	checkTime  = 2 * time.Second // the longest that one check may take
	checkFresh = time.Second     // how long an outcome is given again: /readyz is open to all and must not be a lever
)

// readiness is the outcome of the checks.
type readiness struct {
	checks []Check
	mu     sync.Mutex
	at     time.Time
	last   readyReport
}

// readyReport is the body of /readyz.
type readyReport struct {
	Status string            `json:"status"` // ok, degraded (something optional is down), unavailable
	Checks map[string]string `json:"checks"` // ok, down, timeout, full
}

// health says that the process serves; it looks at nothing else, since restarting helps against nothing else.
func (e *Edge) health(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) }

// readyz says whether the program can do its work: 503 if something required is down or the program is stopping.
func (e *Edge) readyz(c *gin.Context) {
	report := e.ready.report(c.Request.Context(), e.log)
	if e.stopping.Load() {
		report.Status = "unavailable"
	}
	status := http.StatusOK
	if report.Status == "unavailable" {
		status = http.StatusServiceUnavailable
		c.Header("Retry-After", "5")
	}
	c.JSON(status, report)
}

func (r *readiness) report(ctx context.Context, log *slog.Logger) readyReport {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() && time.Since(r.at) < checkFresh {
		return r.last
	}
	// The outcome is everybody's: one client that hangs up must not make it "down".
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
	defer cancel()
	outcomes := make([]string, len(r.checks))
	var wg sync.WaitGroup
	for i, check := range r.checks {
		wg.Go(func() { outcomes[i] = probe(ctx, check, log) })
	}
	wg.Wait()
	report := readyReport{Status: "ok", Checks: map[string]string{}}
	for i, check := range r.checks {
		report.Checks[check.Name] = outcomes[i]
		switch {
		case outcomes[i] == "ok":
		case check.Required:
			report.Status = "unavailable"
		case report.Status == "ok":
			report.Status = "degraded"
		}
	}
	r.at, r.last = time.Now(), report
	return report
}

// checkUp is what /readyz says, for alerts.
var checkUp = prometheus.NewDesc("onestop_check_up",
	"Whether a check of /readyz is ok (1) or not (0), by check and by whether the process cannot work without it.", []string{"check", "required"}, nil)

// readyMetrics asks the checks with each scrape, through the same bound as /readyz.
type readyMetrics struct{ edge *Edge }

// Describe is prometheus.Collector's.
func (readyMetrics) Describe(out chan<- *prometheus.Desc) { out <- checkUp }

// Collect gives one figure a check.
func (m readyMetrics) Collect(out chan<- prometheus.Metric) {
	report := m.edge.ready.report(context.Background(), m.edge.log)
	for _, check := range m.edge.ready.checks {
		up := 0.0
		if report.Checks[check.Name] == "ok" {
			up = 1
		}
		out <- prometheus.MustNewConstMetric(checkUp, prometheus.GaugeValue, up, check.Name, strconv.FormatBool(check.Required))
	}
}

// probe does not wait for a check that ignores its context.
func probe(ctx context.Context, check Check, log *slog.Logger) string {
	done := make(chan error, 1)
	go func() { done <- check.Probe(ctx) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err == nil {
		return "ok"
	}
	log.Warn("not ready", slog.String("check", check.Name), slog.String("error", redact(err.Error())))
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	if f := fault.As(err); f != nil && f.Reason == fault.ReasonStoreFull {
		return "full" // it answers: its operator has to make room, and need not look for what is down
	}
	return "down"
}
