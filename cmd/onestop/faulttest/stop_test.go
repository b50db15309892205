package faulttest

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gate holds what comes to a point until it is opened, up to a number; what comes later passes.
type gate struct {
	point string
	most  int

	mu      sync.Mutex
	held    int
	full    chan struct{} // closed when so many are held
	release chan struct{}
	open    func() // lets all go on; may be called again
}

// newGate makes a gate for a wire that stands already. It is opened at the latest when the test ends, so that the wire
// can be taken down.
func newGate(t testing.TB, point string, most int) *gate {
	g := &gate{point: point, most: most, full: make(chan struct{}), release: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.release) })
	t.Cleanup(g.open)
	return g
}

func (g *gate) hook(point string) bool {
	g.mu.Lock()
	if !is(point, g.point) || g.held == g.most {
		g.mu.Unlock()
		return true
	}
	if g.held++; g.held == g.most {
		close(g.full)
	}
	g.mu.Unlock()
	<-g.release
	return true
}

// wait waits until the gate is full.
func (g *gate) wait(t testing.TB) {
	t.Helper()
	select {
	case <-g.full:
	case <-time.After(30 * time.Second):
		t.Fatalf("%d of %d came to %q", g.held, g.most, g.point)
	}
}

// TestAGracefulStopFinishesWhatItBegan: filings at their commit, uploads half way, and clients that go on sending. None
// that had an effect is without its answer, and the program ends with status 0.
func TestAGracefulStopFinishesWhatItBegan(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	l := newLane(t, w)
	server := l.server
	c := exampleClaim(t, server.base, minato)
	c.Declarations = willFollow(record, statement)
	body := pdf(200<<10, 1)

	const each = 3
	uploaded, answers := make(chan answer, each), make(chan answer, each)
	uploads, filings := newGate(t, "half of PUT", each), newGate(t, "before commit", each)
	var busy sync.WaitGroup
	l.store.set(uploads.hook)
	for range each {
		p := parent(t)
		d := p.draft(server.base)
		busy.Go(func() {
			uploaded <- p.put(server.base, filePath(d.ID, record, "a.pdf"), bytes.NewReader(body), len(body))
		})
	}
	uploads.wait(t)
	l.database.set(filings.hook)
	for range each {
		p := parent(t)
		busy.Go(func() { answers <- p.post(server.base, "/api/v1/filings", newKey(), c) })
	}
	filings.wait(t)
	// Some go on sending: they are either answered, or find nobody and have done nothing.
	o := open(t, 4, func(int) *acknowledged { return hurried(t, server.base, c) })
	o.count(4, every)

	if err := syscall.Kill(server.PID(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	server.waitFor(t, `"msg":"stopping"`)
	until(t, 10*time.Second, "nobody listens", func() bool {
		conn, err := net.Dial("tcp", server.addr())
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	uploads.open()
	filings.open()
	busy.Wait()
	var done []acknowledged
	for range each {
		(<-uploaded).want(t, http.StatusCreated, nil)
		var a acknowledged
		(<-answers).want(t, http.StatusCreated, &a.filed)
		done = append(done, a)
	}
	<-server.Done()
	server.wantClean(t)
	w.wantEachOnce(t, append(done, o.close()...))
	w.quiesce(t)
}

// hurried files one case once. No answer is no fault here, if nothing was done: that is looked at in the end.
func hurried(t *testing.T, base string, c claim) *acknowledged {
	a := &acknowledged{owner: parent(t), key: newKey()}
	got := a.owner.post(base, "/api/v1/filings", a.key, c)
	switch {
	case got.err == nil && got.status == http.StatusCreated:
		got.read(t, &a.filed)
		return a
	case got.err == nil:
		t.Errorf("while it stops: %s", got)
	}
	return nil
}

// TestADeployedServerGivesNoTokens: /dev/token is the demo's alone (api.md).
func TestADeployedServerGivesNoTokens(t *testing.T) {
	w := newWorld(t, shared.scanner.Address())
	server := w.serve(t, "")
	nobody := &person{t: t}
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		a := nobody.ask(method, server.base+"/dev/token", header{"Content-Type": "application/x-www-form-urlencoded"}, []byte("persona=parent-1"))
		if a.err != nil || a.status != http.StatusNotFound || strings.Contains(string(a.body), "access_token") {
			t.Errorf("%s /dev/token: %s", method, a)
		}
	}
	server.stop(t)
}
