// Package conformance is what storage/object asks of an S3 server, as one test suite for MinIO, for the demo's server
// and for any other that a deployment wants to use (house.md, habit 7).
package conformance

import (
	"context"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"kosodate.example/onestop/storage/object"
)

// Server is a running S3 server that the suite may kill.
type Server interface {
	// Config is how to reach a bucket.
	Config(bucket string) object.Config
	// Kill ends the server at once (kill -9) and returns when it is gone.
	Kill()
	// Restart starts it again on the same address and data.
	Restart(ctx context.Context) error
}

// Run runs the suite against a server that start makes; start cleans up after itself.
func Run(t *testing.T, start func(t *testing.T) Server) {
	server := start(t)
	open := func(t *testing.T, bucket string) *object.Store { return openBucket(t, server, bucket) }
	t.Run("stores and gives back", func(t *testing.T) { storesAndGivesBack(t, open(t, "roundtrip")) })
	t.Run("takes the exact size alone", func(t *testing.T) { exactSizeAlone(t, open(t, "exactsize")) })
	t.Run("a torn upload leaves nothing", func(t *testing.T) { tornUpload(t, open(t, "torn")) })
	t.Run("a failed upload leaves the object before it", func(t *testing.T) { keepsTheOldObject(t, open(t, "keeps")) })
	t.Run("an upload that is given up", func(t *testing.T) { givenUp(t, open(t, "givenup")) })
	t.Run("one key written at once", func(t *testing.T) { sameKeyAtOnce(t, open(t, "samekey")) })
	t.Run("many at once", func(t *testing.T) { manyAtOnce(t, open(t, "many")) })
	t.Run("names", func(t *testing.T) { names(t, open(t, "names")) })
	t.Run("lists in order, in pages", func(t *testing.T) { listing(t, open(t, "listing")) })
	t.Run("removes, and again", func(t *testing.T) { removal(t, open(t, "removal")) })
	t.Run("what is not there", func(t *testing.T) { notThere(t, open(t, "missing")) })
	t.Run("changed on the way", func(t *testing.T) { changedOnTheWay(t, server) })
	t.Run("ready", func(t *testing.T) { ready(t, server) })
	t.Run("killed in the middle of an upload", func(t *testing.T) { killedDuringUpload(t, server, open(t, "killed")) })
	t.Run("killed in the middle of a download", func(t *testing.T) { killedDuringDownload(t, server, open(t, "cutoff")) })
}

func openBucket(t *testing.T, server Server, bucket string) *object.Store {
	t.Helper()
	cfg := server.Config(bucket)
	cfg.DialTimeout, cfg.AnswerTimeout, cfg.StallTimeout = 2*time.Second, 10*time.Second, 10*time.Second
	store, err := object.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	if err := store.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.EnsureBucket(t.Context()); err != nil {
		t.Fatalf("a second time: %v", err)
	}
	return store
}

// noise is n bytes that no server can compress, the same for the same seed.
func noise(seed byte, n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(out) // never fails
	return out
}

// stream hides that a source could be read again: uploads here are streams.
type stream struct{ io.Reader }

func read(t *testing.T, store *object.Store, key string) []byte {
	t.Helper()
	body, size, err := store.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("get %q: %v", key, err)
	}
	got, err := io.ReadAll(body)
	if err != nil {
		t.Fatalf("read %q: %v", key, err)
	}
	if err := body.Close(); err != nil {
		t.Errorf("close %q: %v", key, err)
	}
	if int64(len(got)) != size {
		t.Errorf("%q: %d bytes of %d", key, len(got), size)
	}
	return got
}

func keys(t *testing.T, store *object.Store, prefix, after string) []string {
	t.Helper()
	var found []string
	err := store.List(t.Context(), prefix, after, func(info object.Info) error {
		found = append(found, info.Key)
		return nil
	})
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	return found
}

func wantEmpty(t *testing.T, store *object.Store) {
	t.Helper()
	if left := keys(t, store, "", ""); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}
