package faulttest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/clamav/simulator"
)

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
	if scanned := w.rows(`select id from files where scan <> 'pending'`); len(scanned) > 0 {
		t.Fatalf("the test wants no verdict yet: %q", scanned)
	}
	scanner.Switch(simulator.Fault{})
	w.forgetTheDead()
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
	w.wantOneVerdictEach(t)
}

// forgetTheDead lets the time be over that the queue waits for a worker that was killed: for its jobs, for its place as
// the leader, and before what failed is tried again.
func (w *world) forgetTheDead() {
	w.t.Helper()
	w.rows(`update river_job set attempted_at = attempted_at - interval '11 minutes' where state = 'running' returning id`)
	w.rows(`update river_job set scheduled_at = now() where state = 'retryable' returning id`)
	w.rows(`delete from river_leader returning 1`)
}

func (w *world) wantOneVerdictEach(t *testing.T) {
	t.Helper()
	if twice := w.rows(`select object_id from audit_entries where action like 'scan-%' group by 1 having count(*) <> 1`); len(twice) > 0 {
		t.Errorf("a second verdict: %q", twice)
	}
	if none := w.rows(`select id from files where id::text not in (select object_id from audit_entries where action like 'scan-%')`); len(none) > 0 {
		t.Errorf("no verdict: %q", none)
	}
}

// TestTheWorkerKilledBetweenAnyTwoSteps: of a scan and a message, and of a sweep that takes objects away. In the end each
// file has one verdict, each filing one message, and rows and objects agree.
func TestTheWorkerKilledBetweenAnyTwoSteps(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	server := w.serve(t, "")
	database, store := databaseWire(t), newStoreWire(t, shared.minio.Endpoint)
	env := append(w.through(database), "ONESTOP_OBJECTS__ENDPOINT="+store.addr, "ONESTOP_WORKER__JOBS=1") // one after the other
	where := map[string]bool{}
	for _, round := range []struct {
		from  string // where the steps begin that count
		steps int
	}{{"", 10}, {"before GET", 14}, {"after GET", 1}, {"before commit", 1}, {"after commit", 1},
		{"before select object_key from object_removals", 4}, {"before DELETE", 1}, {"after DELETE", 5}} {
		for nth := 1; nth <= round.steps; nth++ {
			p := parent(t)
			d := p.draft(server.base, willFollow(statement)...)
			p.attach(server.base, d.ID, record, "kept.pdf", pdf(2000, nth))
			gone := p.attach(server.base, d.ID, record, "gone.pdf", pdf(3000, nth))
			p.ask(http.MethodDelete, server.base+"/api/v1/applications/"+d.ID+"/files/"+gone.ID, nil, nil).want(t, http.StatusNoContent, nil)
			p.post(server.base, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
			where[w.killWorkerAt(t, round.from, nth, database, store, env)] = true
		}
	}
	t.Logf("killed at %d different points: %q", len(where), slices.Sorted(maps.Keys(where)))
	for _, step := range []string{"before GET", "after GET", "before DELETE", "after DELETE", "before commit", "after commit"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(where)), func(point string) bool { return is(point, step) }) {
			t.Errorf("it was never killed %s", step)
		}
	}
	w.quiesce(t)
	w.wantOneVerdictEach(t)
}

// ofTheQueue recognises the library's own statements: they carry their name, or belong to its connections.
func ofTheQueue(point string) bool {
	for _, part := range []string{"-- name", " listen ", " select 1", "current_schema()"} {
		if strings.Contains(point, part) {
			return true
		}
	}
	return false
}

// killWorkerAt starts a worker and kills it at the nth point of its own, counted from the first one that is from, or
// from the start if from is empty. It gives the point.
func (w *world) killWorkerAt(t *testing.T, from string, nth int, database *wire, store *storeWire, env []string) string {
	t.Helper()
	worker, err := w.command(env, "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(worker.Kill)
	trip := &tripwire{nth: nth, kill: worker.Kill}
	var counting atomic.Bool
	own := func(point string) bool {
		if from == "" || is(point, from) {
			counting.Store(true)
		}
		return ofTheQueue(point) || !counting.Load() || trip.hook(point)
	}
	database.set(own)
	store.set(own)
	select {
	case <-worker.Done():
	case <-time.After(time.Minute):
		t.Fatalf("the worker came to no %d points from %q on:\n%s", nth, from, worker.said)
	}
	database.set(nil)
	store.set(nil)
	if trip.where() == "" {
		t.Fatalf("the worker ended by itself: %v\n%s", worker.Err(), worker.said)
	}
	w.forgetTheDead()
	return trip.where()
}
