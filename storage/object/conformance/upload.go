package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/iotest"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/object"
)

const kind = "application/octet-stream"

// sizes lie at and beside the borders of the chunks in which clients and servers handle a body.
var sizes = []int{0, 1, 4095, 4096, 64<<10 - 1, 64 << 10, 64<<10 + 1, 300 << 10, 5<<20 + 1, 17 << 20}

func storesAndGivesBack(t *testing.T, store *object.Store) {
	for i, size := range sizes {
		key, want := fmt.Sprintf("size/%d", size), noise(byte(i), size)
		etag, err := store.Put(t.Context(), key, stream{iotest.HalfReader(bytes.NewReader(want))}, int64(size), kind)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if got := read(t, store, key); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: another content came back", size)
		}
		info, err := store.Stat(t.Context(), key)
		if err != nil || info.Key != key || info.Size != int64(size) || info.ETag != etag || etag == "" || info.Modified.IsZero() {
			t.Errorf("%d bytes: %+v, %v; put gave %q", size, info, err, etag)
		}
	}
}

// An end of the source found too late would have been committed by then.
func exactSizeAlone(t *testing.T, store *object.Store) {
	for _, size := range []int{0, 1, 4096, 64 << 10, 300 << 10} {
		for _, announced := range []int{size - 1, size + 1, size / 2, size * 2, size + 100000} {
			if announced == size {
				continue
			}
			_, err := store.Put(t.Context(), "wrong", stream{bytes.NewReader(noise(1, size))}, int64(announced), kind)
			if !errors.Is(err, object.ErrSize) {
				t.Errorf("%d bytes, announced as %d: %v", size, announced, err)
			}
		}
	}
	wantEmpty(t, store)
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("the store is harmed: %v", err)
	}
}

var errTorn = errors.New("the parent's connection broke")

// The source fails at its start, midway, before its last byte, and after it in place of its end.
func tornUpload(t *testing.T, store *object.Store) {
	for _, size := range []int{1, 4096, 300 << 10, 5 << 20} {
		body := noise(2, size)
		for _, after := range []int{0, size / 2, size - 1, size} {
			torn := io.MultiReader(bytes.NewReader(body[:after]), iotest.ErrReader(errTorn))
			if _, err := store.Put(t.Context(), "torn", torn, int64(size), kind); !errors.Is(err, errTorn) {
				t.Errorf("torn after %d of %d bytes: %v", after, size, err)
			}
		}
	}
	if _, err := store.Put(t.Context(), "torn", iotest.ErrReader(errTorn), 0, kind); !errors.Is(err, errTorn) {
		t.Errorf("an empty file, torn: %v", err)
	}
	wantEmpty(t, store)
}

func keepsTheOldObject(t *testing.T, store *object.Store) {
	old := noise(3, 100<<10)
	if _, err := store.Put(t.Context(), "kept", bytes.NewReader(old), int64(len(old)), kind); err != nil {
		t.Fatal(err)
	}
	torn := io.MultiReader(bytes.NewReader(noise(4, 70<<10)), iotest.ErrReader(errTorn))
	if _, err := store.Put(t.Context(), "kept", torn, 100<<10, kind); !errors.Is(err, errTorn) {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, store, "kept"), old) {
		t.Error("the object before a failed upload is gone")
	}
	replaced := noise(5, 10)
	if _, err := store.Put(t.Context(), "kept", bytes.NewReader(replaced), 10, kind); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, store, "kept"), replaced) {
		t.Error("the object was not replaced")
	}
}

// givenUp cancels when half is sent. The reason of whoever gave up comes back, and the source is left alone.
func givenUp(t *testing.T, store *object.Store) {
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the parent closed the page")
	half := &afterReader{Reader: bytes.NewReader(noise(6, 1<<20)), after: 512 << 10, do: func() { cancel(reason) }}
	_, err := store.Put(ctx, "givenup", half, 1<<20, kind)
	if !errors.Is(err, reason) {
		t.Errorf("given up: %v", err)
	}
	half.closed.Lock() // a Read under way would hold it: Put must have waited
	half.Reader = nil  // and one that begins later would panic
	half.closed.Unlock()
	wantEmpty(t, store)
}

// afterReader calls do once, when after bytes were read.
type afterReader struct {
	io.Reader
	closed sync.Mutex
	after  int
	do     func()
}

func (a *afterReader) Read(p []byte) (int, error) {
	a.closed.Lock()
	defer a.closed.Unlock()
	n, err := a.Reader.Read(p[:min(len(p), 32<<10)])
	if a.after -= n; a.after <= 0 && a.do != nil {
		a.do()
		a.do = nil
	}
	return n, err
}

// Whoever is last wins, whole: a mix of two uploads must not be possible.
func sameKeyAtOnce(t *testing.T, store *object.Store) {
	const writers, size = 8, 200 << 10
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			if _, err := store.Put(t.Context(), "same", stream{bytes.NewReader(noise(byte(i), size))}, size, kind); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	group.Wait()
	got := read(t, store, "same")
	for i := range writers {
		if bytes.Equal(got, noise(byte(i), size)) {
			return
		}
	}
	t.Error("the object is of none of its writers")
}

func manyAtOnce(t *testing.T, store *object.Store) {
	const uploads, size = 96, 64<<10 + 7
	var group sync.WaitGroup
	for i := range uploads {
		group.Go(func() {
			key := fmt.Sprintf("many/%03d", i)
			if _, err := store.Put(t.Context(), key, stream{bytes.NewReader(noise(byte(i), size))}, size, kind); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	group.Wait()
	for i := range uploads {
		if !bytes.Equal(read(t, store, fmt.Sprintf("many/%03d", i)), noise(byte(i), size)) {
			t.Errorf("upload %d came back with another content", i)
		}
	}
}

func wantUnavailable(t *testing.T, what string, err error) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Unavailable || f.Code != fault.CodeUnavailable || f.Extra["component"] != object.Component {
		t.Errorf("%s while the store is down: %v", what, err)
	}
}
