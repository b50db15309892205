package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// acknowledged is one filing that a client was told of.
type acknowledged struct {
	owner *person
	filed filed
	key   string
	node  int // where it was filed, if there are several
}

// office is clients that file whole cases again and again, each for a new parent, until they are told to stop.
type office struct {
	t    *testing.T
	stop chan struct{}
	busy sync.WaitGroup

	mu     sync.Mutex
	done   []acknowledged
	more   chan struct{} // closed and replaced at each filing
	halted bool
}

// open starts so many clients. file files one case and gives what was acknowledged, or nil to leave it out.
func open(t *testing.T, clients int, file func(client int) *acknowledged) *office {
	t.Helper()
	o := &office{t: t, stop: make(chan struct{}), more: make(chan struct{})}
	for n := range clients {
		o.busy.Go(func() {
			for !o.stopped() {
				if a := file(n); a != nil {
					o.add(*a)
				}
			}
		})
	}
	t.Cleanup(func() { o.close() })
	return o
}

func (o *office) stopped() bool {
	select {
	case <-o.stop:
		return true
	default:
		return o.t.Failed()
	}
}

func (o *office) add(a acknowledged) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = append(o.done, a)
	close(o.more)
	o.more = make(chan struct{})
}

// count waits until so many more filings were acknowledged that count.
func (o *office) count(more int, counts func(acknowledged) bool) {
	o.t.Helper()
	late := time.NewTimer(60 * time.Second)
	defer late.Stop()
	o.mu.Lock()
	from := len(o.done)
	o.mu.Unlock()
	for {
		o.mu.Lock()
		n := 0
		for _, a := range o.done[from:] {
			if counts(a) {
				n++
			}
		}
		next := o.more
		o.mu.Unlock()
		if n >= more {
			return
		}
		select {
		case <-next:
		case <-late.C:
			o.t.Fatalf("only %d of %d filings within a minute", n, more)
		}
	}
}

func every(acknowledged) bool { return true }

// close ends the clients after what they are at, and gives what was acknowledged.
func (o *office) close() []acknowledged {
	o.mu.Lock()
	if !o.halted {
		o.halted = true
		close(o.stop)
	}
	o.mu.Unlock()
	o.busy.Wait()
	return o.done
}

// persistent files one case with one key, again and again until it is acknowledged. Only 201 and 503 are answers.
func persistent(t *testing.T, base string, c claim) *acknowledged {
	a := &acknowledged{owner: parent(t), key: newKey()}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 1200 {
		got := a.owner.post(base, "/api/v1/filings", a.key, c)
		switch {
		case got.err == nil && got.status == http.StatusCreated:
			got.read(t, &a.filed)
			return a
		case got.err == nil && got.status == http.StatusServiceUnavailable:
			<-tick.C
		default:
			t.Errorf("a filing while the database is away: %s", got)
			return nil
		}
	}
	t.Error("a filing was not acknowledged within a minute")
	return nil
}

// TestPostgreSQLKilledDuringFilings: under eight clients, three times. The program recovers by itself, and each filing is
// there exactly once.
func TestPostgreSQLKilledDuringFilings(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	server, worker := w.serve(t, ""), w.work(t)
	c := exampleClaim(t, server.base, minato)
	c.Declarations = willFollow(record, statement)
	o := open(t, 8, func(int) *acknowledged { return persistent(t, server.base, c) })
	for range 3 {
		o.count(16, every)
		shared.postgres.Kill()
		until(t, 10*time.Second, "/readyz says no", func() bool { return ready(t, server).status == http.StatusServiceUnavailable })
		if err := shared.postgres.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.count(16, every)
	done := o.close()
	if report := ready(t, server); report.status != http.StatusOK && report.Checks["database"] != "ok" {
		until(t, 10*time.Second, "/readyz is ok", func() bool { return ready(t, server).status == http.StatusOK })
	}
	w.wantEachOnce(t, done)
	for _, a := range done[:8] { // what is remembered survived too
		var again filed
		a.owner.post(server.base, "/api/v1/filings", a.key, c).want(t, http.StatusCreated, &again)
		if again.ReceiptNumber != a.filed.ReceiptNumber {
			t.Errorf("the same key gave %s and then %s", a.filed.ReceiptNumber, again.ReceiptNumber)
		}
	}
	until(t, 60*time.Second, "the worker writes messages again", func() bool {
		last := done[len(done)-1].filed.ID
		return len(w.rows(`select 1 from messages where application_id = $1`, last)) == 1
	})
	worker.stop(t)
	t.Logf("jobs left by the worker: %q", w.rows(`select kind, state, count(*) from river_job group by 1, 2`))
	w.quiesce(t)
	t.Logf("%d filings", len(done))
}

// wantEachOnce wants what is filed to be what was acknowledged, no more and no less.
func (w *world) wantEachOnce(t *testing.T, done []acknowledged) {
	t.Helper()
	var want []string
	for _, a := range done {
		want = append(want, fmt.Sprintf("%s %s", a.filed.ID, a.filed.ReceiptNumber))
	}
	got := w.rows(`select id::text, receipt_number from applications where state <> 'draft'`)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("acknowledged were %d filings, there are %d", len(want), len(got))
	}
}
