package conformance

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/object"
)

// killedDuringUpload: the parent's upload ends with a 503, what was acknowledged before stays, and nothing of the torn
// one is there when the server is back.
func killedDuringUpload(t *testing.T, server Server, store *object.Store) {
	before := noise(7, 200<<10)
	put(t, store, "before", before)
	const size = 8 << 20
	torn := &afterReader{Reader: bytes.NewReader(noise(8, size)), after: size / 2, do: server.Kill}
	_, err := store.Put(t.Context(), "torn", torn, size, kind)
	wantUnavailable(t, "put", err)
	down(t, store)
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("after the restart: %v", err)
	}
	if got := listed(t, store); len(got) != 1 || got[0] != "before" {
		t.Errorf("after the restart: %q", got)
	}
	if !bytes.Equal(read(t, store, "before"), before) {
		t.Error("an acknowledged object has changed")
	}
	put(t, store, "torn", before)
}

// down tries every call while the server is gone.
func down(t *testing.T, store *object.Store) {
	_, err := store.Put(t.Context(), "x", bytes.NewReader([]byte("x")), 1, kind)
	wantUnavailable(t, "put", err)
	_, _, err = store.Get(t.Context(), "before")
	wantUnavailable(t, "get", err)
	_, err = store.Stat(t.Context(), "before")
	wantUnavailable(t, "stat", err)
	wantUnavailable(t, "remove", store.Remove(t.Context(), "before"))
	wantUnavailable(t, "list", store.List(t.Context(), "", "", func(object.Info) error { return nil }))
	wantUnavailable(t, "ready", store.Ready(t.Context()))
	wantUnavailable(t, "bucket", store.EnsureBucket(t.Context()))
}

// killedDuringDownload: a reader must not take the part that came for the whole.
func killedDuringDownload(t *testing.T, server Server, store *object.Store) {
	put(t, store, "large", noise(9, 32<<20))
	body, _, err := store.Get(t.Context(), "large")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, body, 1<<20); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	n, err := io.Copy(io.Discard, body)
	if err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a cut download of %d bytes counts as whole", n)
	}
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("read: %v", err)
	}
	_ = body.Close() // it is broken already
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
}
