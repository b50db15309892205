package conformance

import (
	"bytes"
	"net"
	"sync"
	"testing"

	"kosodate.example/onestop/storage/object"
)

// changedOnTheWay: a byte of the body changes between us and the server. The server must notice before it commits;
// found at the next read, the parent's only copy would be gone.
func changedOnTheWay(t *testing.T, server Server) {
	store := openBucket(t, server, "changed")
	marker, other := []byte("<the marker>"), []byte("<THE MARKER>")
	cfg := server.Config("changed")
	cfg.Endpoint = meddler(t, cfg.Endpoint, marker, other)
	meddled, err := object.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer meddled.Close()
	body := append(bytes.Repeat([]byte("x"), 500), marker...)
	if _, err := meddled.Put(t.Context(), "changed", bytes.NewReader(body), int64(len(body)), kind); err == nil {
		t.Error("a changed body was accepted")
	}
	wantEmpty(t, store)
	if _, err := meddled.Put(t.Context(), "unchanged", bytes.NewReader(body[:500]), 500, kind); err != nil {
		t.Errorf("the way itself does not work: %v", err)
	}
}

// meddler passes connections on to a server and puts other in the place of marker, which is of the same length. Bodies
// are small here, so that the marker comes in one read.
func meddler(t *testing.T, server string, marker, other []byte) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		serving.Wait()
	})
	serving.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = near.Close()
				continue
			}
			serving.Go(func() { pass(near, far, func(p []byte) []byte { return bytes.ReplaceAll(p, marker, other) }) })
			serving.Go(func() { pass(far, near, func(p []byte) []byte { return p }) })
		}
	})
	return listener.Addr().String()
}

func pass(from, to net.Conn, change func([]byte) []byte) {
	defer func() {
		_ = from.Close()
		_ = to.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if _, err := to.Write(change(buf[:n])); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
