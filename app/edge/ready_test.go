package edge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func up(context.Context) error { return nil }
func down(context.Context) error {
	return errors.New("dial postgres://onestop:secret-password@db: refused")
}

func TestReadiness(t *testing.T) {
	for _, c := range []struct {
		name          string
		required, opt func(context.Context) error
		code          int
		status        string
	}{
		{"all is well", up, up, 200, "ok"},
		{"something optional is down", up, down, 200, "degraded"},
		{"something required is down", down, up, 503, "unavailable"},
		{"both", down, down, 503, "unavailable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, func(o *Options) {
				o.Checks = []Check{{Name: "database", Required: true, Probe: c.required}, {Name: "scanner", Probe: c.opt}}
			})
			a := h.call("GET", "/readyz", "")
			want(t, "code", a.Code, c.code)
			var report readyReport
			if err := json.Unmarshal(a.Body.Bytes(), &report); err != nil {
				t.Fatal(err)
			}
			want(t, "status", report.Status, c.status)
			want(t, "checks", len(report.Checks), 2)
			if strings.Contains(a.Body.String(), "secret-password") {
				t.Error("the cause got out")
			}
			up := 0
			if err := c.opt(t.Context()); err == nil {
				up = 1
			}
			line := fmt.Sprintf("onestop_check_up{check=\"scanner\",required=\"false\"} %d\n", up)
			if !strings.Contains(h.call("GET", "/metrics", "").Body.String(), line) {
				t.Errorf("the metrics lack %s", line)
			}
			want(t, "healthz", h.call("GET", "/healthz", "").Code, 200)
		})
	}
}

func TestAHangingCheckIsNotWaitedForAndChecksAreNotALever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		release := make(chan struct{})
		h := newHarness(t, func(o *Options) {
			o.Checks = []Check{
				{Name: "deaf", Probe: func(context.Context) error { asked.Add(1); <-release; return nil }},
				{Name: "slow", Probe: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			}
		})
		start := time.Now()
		for range 20 {
			body := h.call("GET", "/readyz", "").Body.String()
			if !strings.Contains(body, `"deaf":"timeout"`) || !strings.Contains(body, `"slow":"timeout"`) {
				t.Fatal(body)
			}
		}
		want(t, "time", time.Since(start), checkTime)
		want(t, "asked", asked.Load(), 1)
		close(release)
		synctest.Wait()
	})
}
