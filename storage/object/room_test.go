package object

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
)

// What a MinIO on a full disk answered (conformance.TestAFullDisk asks a real one where it can).
var (
	fullKept = recorded{http.StatusInsufficientStorage, "XMinioStorageFull",
		"Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed."}
	fullLarge = recorded{http.StatusInternalServerError, "InternalError", "We encountered an internal error, please try again.: cause(no space left on device)"}
	fullTorn  = recorded{http.StatusBadRequest, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header."}
	broken    = recorded{http.StatusInternalServerError, "InternalError", "We encountered an internal error, please try again."}
)

type recorded struct {
	status        int
	code, message string
}

// filling is a store that has a bucket, takes what is smaller than room, and answers the rest as recorded.
type filling struct {
	mu     sync.Mutex
	room   int64
	answer recorded
	puts   []string
	stored int
}

func (f *filling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch r.Method {
	case http.MethodPut:
		f.puts = append(f.puts, r.URL.Path)
		if r.ContentLength > f.room {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(f.answer.status)
			_, _ = io.WriteString(w, "<Error><Code>"+f.answer.code+"</Code><Message>"+f.answer.message+"</Message></Error>")
			return
		}
		f.stored++
		w.Header().Set("ETag", `"e"`)
	case http.MethodDelete:
		f.stored--
		w.WriteHeader(http.StatusNoContent)
	}
}

func (f *filling) set(room int64, answer recorded) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.room, f.answer, f.puts = room, answer, nil
}

func (f *filling) tried() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.puts)
}

func fillingStore(t *testing.T, every, again time.Duration) (*Store, *filling) {
	t.Helper()
	f := &filling{room: 1 << 30}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	store, err := Open(Config{Endpoint: strings.TrimPrefix(server.URL, "http://"), AccessKey: "a", SecretKey: "s", Bucket: "bucket",
		TrialEvery: every, TrialAgain: again})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store, f
}

func TestAFullStoreIsNamedFull(t *testing.T) {
	for _, c := range []struct {
		answer recorded
		reason fault.Reason
	}{{fullKept, fault.ReasonStoreFull}, {fullLarge, fault.ReasonStoreFull}, {fullTorn, "store-silent"}, {broken, "store-silent"}} {
		store, f := fillingStore(t, time.Hour, time.Hour)
		f.set(0, c.answer)
		_, err := store.Put(t.Context(), "k", bytes.NewReader(make([]byte, 300)), 300, "")
		if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Reason != c.reason || f.Extra["component"] != Component {
			t.Errorf("%+v: %v", c.answer, err)
		}
		if f := fault.As(store.Ready(t.Context())); f == nil || f.Kind != fault.Unavailable || f.Reason != c.reason {
			t.Errorf("ready, %+v: %v", c.answer, f)
		}
	}
}

// A store that is idle is tried; what it is tried with does not stay, and is not tried with each question.
func TestUploadsAreTried(t *testing.T) {
	store, f := fillingStore(t, time.Hour, time.Hour)
	for range 5 {
		if err := store.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if f.tried() != 1 || f.stored != 0 {
		t.Errorf("%d trials; %d objects stay", f.tried(), f.stored)
	}
	f.set(1<<30, fullKept)
	if _, err := store.Put(t.Context(), "k", strings.NewReader("x"), 1, ""); err != nil {
		t.Fatal(err)
	}
	if err := store.Ready(t.Context()); err != nil || f.tried() != 1 {
		t.Errorf("an upload that was taken is trial enough: %v, %v", err, f.puts)
	}

	f.set(1000, fullLarge) // full, and nobody uploads
	store.room.at = time.Now().Add(-2 * time.Hour)
	for range 5 {
		if f := fault.As(store.Ready(t.Context())); f == nil || f.Reason != fault.ReasonStoreFull {
			t.Fatalf("%v", f)
		}
	}
	if f.tried() != 1 {
		t.Errorf("%d trials of a store that is known to be full", f.tried())
	}
	if _, err := store.Put(t.Context(), "k", strings.NewReader("x"), 1, ""); err != nil {
		t.Fatal(err)
	}
	if store.Ready(t.Context()) == nil {
		t.Error("there is room for a byte: that is no store that takes files")
	}
	f.set(1<<30, recorded{})
	store.room.at = time.Now().Add(-2 * time.Hour)
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("there is room again: %v", err)
	}
}

// What was refused is tried with its own size, up to that of a part.
func TestATrialIsAsLargeAsWhatFailed(t *testing.T) {
	store, f := fillingStore(t, time.Hour, time.Nanosecond)
	f.set(1<<20, fullLarge)
	large := int64(20 << 20)
	if _, err := store.Put(t.Context(), "k", bytes.NewReader(make([]byte, large)), large, ""); err == nil {
		t.Fatal("it was taken")
	}
	if store.Ready(t.Context()) == nil {
		t.Error("ready, with room for 1 MiB")
	}
	f.set(trialMost+64<<10, fullLarge) // the checksum goes with it
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("with room for parts: %v", err)
	}
}
