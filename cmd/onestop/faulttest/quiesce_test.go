package faulttest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// quiesce runs a worker until nothing is left to do, and then looks whether rows and objects agree, and whether what was
// filed is whole.
func (w *world) quiesce(t *testing.T) {
	t.Helper()
	began := time.Now()
	worker := w.work(t)
	until(t, 90*time.Second, "the worker is done", func() bool { return len(w.unsettled()) == 0 })
	worker.stop(t)
	w.reconcile(t)
	w.wantWhole(t)
	note(t.Name()+", settling", time.Since(began))
}

// unsettled is what the worker has still to do.
func (w *world) unsettled() []string {
	return w.rows(`select 'receiving' from files where state = 'receiving'
		union all select 'reservation' from reservations
		union all select 'removal' from object_removals
		union all select 'scan' from files where state = 'stored' and scan in ('pending', 'failed')
		union all select 'job' from river_job where kind not in ('sweep', 'erase') and state in ('available', 'pending', 'running', 'retryable')`)
}

// reconcile runs `onestop reconcile` and wants no difference at all.
func (w *world) reconcile(t *testing.T) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(shared.binary, "reconcile", "--config", w.config, "--min-age", uploadTime.String())
	cmd.Env, cmd.Stderr = withoutOurs(os.Environ()), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("reconcile: %v\n%s%s", err, out, stderr.String())
	}
	at := strings.Index(string(out), "{")
	var report struct{ Objects, Rows, Young, Known, Orphans, Queued, Missing, WrongSize int64 }
	if err := json.Unmarshal(out[max(at, 0):], &report); err != nil {
		t.Fatalf("reconcile: %v in %s", err, out)
	}
	if report.Objects != report.Rows || report.Young+report.Known+report.Orphans+report.Missing+report.WrongSize != 0 {
		t.Errorf("rows and objects do not agree: %s", out)
	}
}

// wantWhole looks for applications that are neither a draft nor filed once with all that belongs to it. An application
// that replaced another one, or was withdrawn, is none of these tests'.
func (w *world) wantWhole(t *testing.T) {
	t.Helper()
	torn := w.rows(`select a.id, a.state from applications a where
		(case when a.arrived_at is null then 0 else 1 end) <> all (array[
			(select count(*) from history h where h.application_id = a.id and h.event = 'file'),
			(select count(*) from audit_entries e where e.object_id = a.id::text and e.action = 'file'),
			(select count(*) from revisions r where r.application_id = a.id and r.filed),
			(select count(*) from messages m where m.application_id = a.id and m.kind = 'arrived'),
			(select least(count(*), 1) from plan_items i where i.application_id = a.id)])
		or (a.state = 'draft') <> (a.arrived_at is null)`)
	if len(torn) > 0 {
		t.Errorf("neither a draft nor filed once: %q", torn)
	}
}
