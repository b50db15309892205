package faulttest

import (
	"fmt"
	"net"
	"sync"
	"testing"

	"kosodate.example/onestop/storage/embedded/child"
)

// wire is a TCP proxy on a port of its own: everything through it can be watched, held and cut.
type wire struct {
	points
	addr string // 127.0.0.1:port

	mu     sync.Mutex
	target string
	conns  map[net.Conn]struct{}
	closed bool
	pump   func(w *wire, client, server net.Conn)
}

// newWire listens and carries each connection to target with pump, until the test ends.
func newWire(t testing.TB, target string, pump func(w *wire, client, server net.Conn)) *wire {
	t.Helper()
	listener := listen(t)
	w := &wire{addr: listener.Addr().String(), target: target, conns: map[net.Conn]struct{}{}, pump: pump}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // closed
			}
			serving.Go(func() { w.carry(client) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); w.close(); serving.Wait() })
	return w
}

// listen takes a port below those of outgoing connections, so that a server behind the wire may be restarted.
func listen(t testing.TB) net.Listener {
	t.Helper()
	for range 20 {
		port, err := child.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return l
		}
	}
	t.Fatal("no port to listen on")
	return nil
}

func (w *wire) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	w.mu.Lock()
	target := w.target
	w.mu.Unlock()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return // what is behind the wire is down: the client sees a closed connection
	}
	defer func() { _ = server.Close() }()
	if !w.hold(client, server) {
		return
	}
	defer w.letGo(client, server)
	w.pump(w, client, server)
}

func (w *wire) hold(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.conns[c] = struct{}{}
	}
	return !w.closed
}

func (w *wire) letGo(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		delete(w.conns, c)
	}
}

// leadTo carries new connections to another server.
func (w *wire) leadTo(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.target = target
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for c := range w.conns {
		_ = c.Close()
	}
}

// bothWays runs the two directions of a connection; the end of one is the end of both.
func bothWays(client, server net.Conn, up, down func()) {
	var wg sync.WaitGroup
	for _, direction := range []func(){up, down} {
		wg.Go(func() {
			direction()
			_, _ = client.Close(), server.Close()
		})
	}
	wg.Wait()
}
