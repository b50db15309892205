package faulttest

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/storage/embedded/child"
)

// TestWorkThatNobodyDoesIsSeen: with every worker stopped the servers say so on /readyz and count what waits; a worker shows its operator what it
// does, on an address of its own.
func TestWorkThatNobodyDoesIsSeen(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	server := w.serve(t, "")
	p := parent(t)
	d := p.draft(server.base, willFollow(statement)...)
	p.attach(server.base, d.ID, record, "a.pdf", pdf(5000, 1))
	if r := ready(t, server); r.Checks["work"] != "ok" {
		t.Errorf("a job that is due now is nobody's fault: %+v", r)
	}
	w.rows(`update river_job set scheduled_at = scheduled_at - interval '10 minutes' where kind = 'scan'`)
	until(t, 10*time.Second, "/readyz says that nobody works", func() bool {
		r := ready(t, server)
		return r.status == http.StatusOK && r.Status == "degraded" && r.Checks["work"] == "down"
	})
	nobody := &person{t: t}
	said := string(nobody.get(server.base, "/metrics").body)
	for _, wanted := range []string{
		`(?m)^onestop_jobs\{kind="scan",state="available"\} 1$`,
		`(?m)^onestop_jobs_oldest_due_seconds\{kind="scan",state="available"\} 6\d\d`,
		`(?m)^onestop_database_connections\{pool="app",state="most"\} 12$`,
	} {
		if !regexp.MustCompile(wanted).MatchString(said) {
			t.Errorf("the server's metrics have no %s", wanted)
		}
	}

	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	worker, err := w.command([]string{"ONESTOP_WORKER__ADDR=" + addr}, "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(worker.Kill)
	worker.waitFor(t, `"msg":"working"`)
	base := "http://" + addr
	scanned := regexp.MustCompile(`(?m)^onestop_job_duration_seconds_count\{kind="scan",outcome="done"\} [1-9]`)
	until(t, 30*time.Second, "the worker counts the scan", func() bool { return scanned.Match(nobody.get(base, "/metrics").body) })
	until(t, 30*time.Second, "the worker is ready", func() bool {
		return says(base, "/readyz", http.StatusOK) == nil && says(base, "/healthz", http.StatusOK) == nil
	})
	until(t, 30*time.Second, "/readyz is content", func() bool { return ready(t, server).Checks["work"] == "ok" })
	nobody.get(base, "/api/v1/municipalities").problem(t, http.StatusNotFound, "not-found")
	until(t, 30*time.Second, "the worker has swept", func() bool { return bytes.Contains(nobody.get(base, "/metrics").body, []byte("onestop_swept_total")) })
	wantWatched(t, string(nobody.get(server.base, "/metrics").body)+string(nobody.get(base, "/metrics").body))
	worker.stop(t)
}

// wantWatched wants each metric that the rules and the board name among those that a server and a worker really have.
func wantWatched(t *testing.T, said string) {
	t.Helper()
	names := map[string]bool{}
	for _, file := range []string{"rules.yaml", "grafana.json"} {
		text, err := os.ReadFile("../../../deploy/monitoring/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\b(?:onestop|process|go)_[a-z_]+\b`).FindAllString(string(text), -1) {
			names[name] = true
		}
	}
	delete(names, "onestop_backup_last_success_timestamp_seconds") // left by commands (TestABackupIsRestored)
	for name := range names {
		if !strings.Contains(said, "\n"+name+"{") && !strings.Contains(said, "\n"+name+" ") {
			t.Errorf("no process has the metric %s", name)
		}
	}
	if len(names) < 15 {
		t.Errorf("only %d names were found", len(names))
	}
}
