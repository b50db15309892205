package faulttest

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
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
	w.quiesce(t)
}
