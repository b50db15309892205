package faulttest

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
)

// clamd starts the machine's clamd in a folder with a short path, which its socket needs.
func clamd(t *testing.T) *clamdtest.Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "clamd-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s, err := clamdtest.Start(t.Context(), dir, clamdtest.Options{})
	if err != nil {
		t.Fatalf("clamd: %v", err)
	}
	t.Cleanup(s.Kill)
	return s
}

// TestClamdKilled: uploads and filing go on, no file is released without a verdict, and each is once clamd is back.
func TestClamdKilled(t *testing.T) {
	timed(t)
	first := clamd(t)
	front := newWire(t, strings.TrimPrefix(first.Address, "tcp://"), pumpBytes)
	w := newWorld(t, "tcp://"+front.addr)
	server, worker := w.serve(t, ""), w.work(t)
	p := parent(t)
	d := p.draft(server.base, willFollow(statement)...)
	body := pdf(4000, 1)
	scanned := p.attach(server.base, d.ID, record, "before.pdf", body)
	content := func(f fileView) answer {
		return p.get(server.base, "/api/v1/applications/"+d.ID+"/files/"+f.ID+"/content")
	}
	until(t, 30*time.Second, "a file is released", func() bool { return content(scanned).status == http.StatusOK })

	first.Kill()
	waiting := p.attach(server.base, d.ID, record, "during.pdf", body)
	p.post(server.base, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
	worker.waitFor(t, `"msg":"job failed"`)
	for _, f := range p.show(server.base, d.ID).Files {
		if (f.Scan == "clean") != (f.ID == scanned.ID) {
			t.Errorf("without a scanner, %s is %s", f.Name, f.Scan)
		}
	}
	content(waiting).problem(t, http.StatusConflict, "not-allowed-now")
	content(scanned).want(t, http.StatusOK, nil)
	until(t, 10*time.Second, "/readyz names the scanner", func() bool { return ready(t, server).Status == "degraded" })
	if report := ready(t, server); report.status != http.StatusOK || report.Checks["database"] != "ok" || report.Checks["object-storage"] != "ok" {
		t.Errorf("/readyz: %+v", report)
	}

	front.leadTo(strings.TrimPrefix(clamd(t).Address, "tcp://"))
	until(t, 60*time.Second, "the file is released", func() bool { return content(waiting).status == http.StatusOK })
	if a := content(waiting); string(a.body) != string(body) {
		t.Errorf("its content is %d bytes for %d", len(a.body), len(body))
	}
	worker.stop(t)
	w.settle(t)
}

// TestTheWorkerKilledDuringScans: every file gets its verdict, once, after the worker was started again.
func TestTheWorkerKilledDuringScans(t *testing.T) {
	timed(t)
	scanner, err := simulator.Start("127.0.0.1:0", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(scanner.Close)
	w := newWorld(t, scanner.Address())
	server := w.serve(t, "")
	p := parent(t)
	d := p.draft(server.base)
	const files = 10
	eicar := append(pdf(500, 0), `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`...)
	p.attach(server.base, d.ID, record, "0.pdf", eicar)
	for n := 1; n < files; n++ {
		p.attach(server.base, d.ID, record, string(rune('0'+n))+".pdf", pdf(2000, n))
	}
	scanner.Switch(simulator.Fault{Slow: time.Minute}) // no verdict before the worker is killed
	worker := w.work(t)
	until(t, 20*time.Second, "scans are under way", func() bool { return scanner.Scans() >= 4 })
	worker.Kill()
	if settled := w.rows(`select id from files where scan <> 'pending'`); len(settled) > 0 {
		t.Fatalf("the test wants no verdict yet: %q", settled)
	}
	scanner.Switch(simulator.Fault{})
	// The jobs that it held are taken up by the sweep soon, and by the queue after their time: let that be over.
	w.rows(`update river_job set attempted_at = attempted_at - interval '11 minutes' where state = 'running' returning id`)
	again := w.work(t)
	until(t, 60*time.Second, "every file has its verdict", func() bool {
		return len(w.rows(`select id from files where scan in ('pending', 'failed')`)) == 0
	})
	until(t, 60*time.Second, "no job is held by the dead", func() bool { return len(w.unsettled()) == 0 })
	again.stop(t)
	clean, infected := 0, 0
	for _, f := range p.show(server.base, d.ID).Files {
		switch {
		case f.Scan == "clean" && f.Name != "0.pdf":
			clean++
		case f.Scan == "infected" && f.Name == "0.pdf":
			infected++
		}
	}
	if clean != files-1 || infected != 1 {
		t.Errorf("%d clean and %d infected of %d", clean, infected, files)
	}
	if twice := w.rows(`select object_id from audit_entries where action like 'scan-%' group by 1 having count(*) <> 1`); len(twice) > 0 {
		t.Errorf("a second verdict: %q", twice)
	}
}
