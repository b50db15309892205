package faulttest

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMinIOKilledDuringAnUpload: the client is told what is down, the draft is as it was, what needs no store goes on,
// and the upload works once the store is back.
func TestMinIOKilledDuringAnUpload(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	wire := newStoreWire(t, shared.minio.Endpoint)
	server := w.serve(t, "", "ONESTOP_OBJECTS__ENDPOINT="+wire.addr)
	restart := sync.OnceValue(func() error { return shared.minio.Restart(t.Context()) })
	p := parent(t)
	d := p.draft(server.base, willFollow(statement)...)
	early := p.attach(server.base, d.ID, record, "early.pdf", pdf(5000, 1))
	worker := w.work(t)
	content := func() answer {
		return p.get(server.base, "/api/v1/applications/"+d.ID+"/files/"+early.ID+"/content")
	}
	until(t, 30*time.Second, "the first file is released", func() bool { return content().status == http.StatusOK })
	before := p.show(server.base, d.ID)

	wire.set(func(point string) bool {
		if point == "half of PUT" {
			shared.minio.Kill()
			t.Cleanup(func() { _ = restart() }) // the other tests need it
		}
		return true
	})
	body := pdf(300<<10, 2)
	put := func() answer {
		return p.put(server.base, filePath(d.ID, record, "late.pdf"), bytes.NewReader(body), len(body))
	}
	problem := put().problem(t, http.StatusServiceUnavailable, "unavailable")
	if problem["component"] != "object-storage" {
		t.Errorf("the problem does not say what is down: %v", problem)
	}
	wire.set(nil)
	problem = put().problem(t, http.StatusServiceUnavailable, "unavailable") // and when it is down from the start
	if problem["component"] != "object-storage" {
		t.Errorf("the problem does not say what is down: %v", problem)
	}
	content().problem(t, http.StatusServiceUnavailable, "unavailable")
	if after := p.show(server.base, d.ID); after.etag != before.etag || len(after.Files) != 1 || after.Files[0].ID != early.ID {
		t.Errorf("the draft was %+v and is %+v", before, after)
	}
	goesOnWithoutStore(t, server)

	if err := restart(); err != nil {
		t.Fatal(err)
	}
	put().want(t, http.StatusCreated, nil)
	content().want(t, http.StatusOK, nil)
	p.post(server.base, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
	until(t, 10*time.Second, "/readyz is ok", func() bool { return ready(t, server).Checks["object-storage"] == "ok" })
	worker.stop(t)
	w.quiesce(t)
}

// TestAFullStore: uploads are refused with words and a time to come back, /readyz says what is the matter, all else goes on, and nothing that was
// acknowledged is lost.
func TestAFullStore(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	wire := newStoreWire(t, shared.minio.Endpoint)
	server := w.serve(t, "", "ONESTOP_OBJECTS__ENDPOINT="+wire.addr)
	p := parent(t)
	d := p.draft(server.base, willFollow(statement)...)
	early := p.attach(server.base, d.ID, record, "early.pdf", pdf(5000, 1))
	worker := w.work(t)
	content := func() answer {
		return p.get(server.base, "/api/v1/applications/"+d.ID+"/files/"+early.ID+"/content")
	}
	until(t, 30*time.Second, "the first file is released", func() bool { return content().status == http.StatusOK })
	before := p.show(server.base, d.ID)

	wire.full.Store(true)
	body := pdf(300<<10, 2)
	put := func() answer {
		return p.put(server.base, filePath(d.ID, record, "late.pdf"), bytes.NewReader(body), len(body))
	}
	refused := put()
	if problem := refused.problem(t, http.StatusServiceUnavailable, "unavailable"); problem["component"] != "object-storage" ||
		!strings.Contains(fmt.Sprint(problem["detail"]), "full") || refused.header.Get("Retry-After") != "60" {
		t.Errorf("the problem does not say what is the matter: %v, %v", problem, refused.header)
	}
	until(t, 10*time.Second, "/readyz says that the store is full", func() bool {
		report := ready(t, server)
		return report.Checks["object-storage"] == "full" && report.Status == "degraded" && report.status == http.StatusOK
	})
	content().want(t, http.StatusOK, nil)
	if after := p.show(server.base, d.ID); after.etag != before.etag || len(after.Files) != 1 || after.Files[0].ID != early.ID {
		t.Errorf("the draft was %+v and is %+v", before, after)
	}
	goesOnWithoutStore(t, server)

	wire.full.Store(false)
	put().want(t, http.StatusCreated, nil)
	until(t, 10*time.Second, "/readyz is ok", func() bool { return ready(t, server).Checks["object-storage"] == "ok" })
	p.post(server.base, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
	worker.stop(t)
	w.quiesce(t)
}

// goesOnWithoutStore reads, saves and files without a file, and asks /readyz.
func goesOnWithoutStore(t *testing.T, server *process) {
	t.Helper()
	p := parent(t)
	p.get(server.base, "/api/v1/procedures?municipality="+minato).want(t, http.StatusOK, nil)
	c := exampleClaim(t, server.base, minato)
	c.Declarations = willFollow(record, statement)
	var f filed
	p.post(server.base, "/api/v1/filings", newKey(), c).want(t, http.StatusCreated, &f)
	p.wantOneFiled(server.base, f)
	var report readiness
	until(t, 10*time.Second, "/readyz names the object store", func() bool {
		report = ready(t, server)
		return report.Checks["object-storage"] != "ok"
	})
	if report.status != http.StatusOK || report.Status != "degraded" || report.Checks["database"] != "ok" {
		t.Errorf("/readyz: %+v", report)
	}
}

// readiness is the body of /readyz.
type readiness struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"`

	status int
}

func ready(t testing.TB, server *process) readiness {
	t.Helper()
	a := (&person{t: t}).get(server.base, "/readyz")
	if a.err != nil {
		t.Fatal(a)
	}
	r := readiness{status: a.status}
	a.read(t, &r)
	return r
}
