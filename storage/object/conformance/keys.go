package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/object"
)

func put(t testing.TB, store *object.Store, key string, body []byte) {
	t.Helper()
	if _, err := store.Put(t.Context(), key, bytes.NewReader(body), int64(len(body)), kind); err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
}

// Keys are made by the program, and so are tame; these are what any S3 server must still keep apart.
func names(t *testing.T, store *object.Store) {
	keys := []string{"a", "b/c/d", "plain.bin", "with space", "plus+and%20", "日本語/書類", "A", "é", "tilde~", "q?x=1&y", strings.Repeat("n", 200)}
	for _, key := range keys {
		put(t, store, key, []byte(key))
	}
	for _, key := range keys {
		if got := string(read(t, store, key)); got != key {
			t.Errorf("%q came back as %q", key, got)
		}
		info, err := store.Stat(t.Context(), key)
		if err != nil || info.Key != key {
			t.Errorf("stat %q: %+v, %v", key, info, err)
		}
	}
	slices.Sort(keys)
	if got := listed(t, store); !slices.Equal(got, keys) {
		t.Errorf("listed %q, want %q", got, keys)
	}
	for _, key := range []string{"", strings.Repeat("n", 1025), "\xff"} {
		if _, err := store.Put(t.Context(), key, bytes.NewReader(nil), 0, kind); !errors.Is(err, object.ErrKey) {
			t.Errorf("put %q: %v", key, err)
		}
		if _, _, err := store.Get(t.Context(), key); !errors.Is(err, object.ErrKey) {
			t.Errorf("get %q: %v", key, err)
		}
		if err := store.Remove(t.Context(), key); !errors.Is(err, object.ErrKey) {
			t.Errorf("remove %q: %v", key, err)
		}
	}
}

func listed(t *testing.T, store *object.Store) []string { return keys(t, store, "", "") }

// listing needs more than a page of 1,000.
func listing(t *testing.T, store *object.Store) {
	const objects = 1100
	var want []string
	for i := range objects {
		want = append(want, fmt.Sprintf("app/%04d", i))
	}
	inParallel(want, func(key string) { put(t, store, key, []byte{1}) })
	put(t, store, "aaa", []byte{1})
	put(t, store, "zzz", []byte{1, 2})
	if got := keys(t, store, "app/", ""); !slices.Equal(got, want) {
		t.Errorf("%d keys below app/, want %d in order", len(got), len(want))
	}
	if got := listed(t, store); len(got) != objects+2 || got[0] != "aaa" || got[objects+1] != "zzz" || !slices.IsSorted(got) {
		t.Errorf("%d keys in all", len(got))
	}
	if got := keys(t, store, "app/", "app/1049"); !slices.Equal(got, want[1050:]) {
		t.Errorf("after app/1049: %d keys", len(got))
	}
	if got := keys(t, store, "app/", "app/1049x"); !slices.Equal(got, want[1050:]) {
		t.Errorf("after a key that is not there: %d keys", len(got))
	}
	if got := keys(t, store, "nothing/", ""); len(got) != 0 {
		t.Errorf("below a prefix of nothing: %q", got)
	}
	listingEnds(t, store)
}

func listingEnds(t *testing.T, store *object.Store) {
	seen := 0
	err := store.List(t.Context(), "", "", func(info object.Info) error {
		if seen++; info.Size != 1 || info.Modified.IsZero() {
			t.Errorf("%+v", info)
		}
		if seen == 3 {
			return object.ErrStop
		}
		return nil
	})
	if err != nil || seen != 3 {
		t.Errorf("stopped after %d: %v", seen, err)
	}
	own := errors.New("own")
	if err := store.List(t.Context(), "", "", func(object.Info) error { return own }); !errors.Is(err, own) {
		t.Errorf("an error of the caller: %v", err)
	}
}

func inParallel(items []string, do func(string)) {
	work := make(chan string)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for item := range work {
				do(item)
			}
		})
	}
	for _, item := range items {
		work <- item
	}
	close(work)
	group.Wait()
}

func removal(t *testing.T, store *object.Store) {
	put(t, store, "gone", []byte("x"))
	put(t, store, "stays", []byte("y"))
	for range 2 {
		if err := store.Remove(t.Context(), "gone"); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if err := store.Remove(t.Context(), "was/never/there"); err != nil {
		t.Errorf("remove what was never there: %v", err)
	}
	if got := listed(t, store); !slices.Equal(got, []string{"stays"}) {
		t.Errorf("left: %q", got)
	}
	put(t, store, "gone", []byte("again"))
	if got := string(read(t, store, "gone")); got != "again" {
		t.Errorf("put again: %q", got)
	}
}

func notThere(t *testing.T, store *object.Store) {
	if _, _, err := store.Get(t.Context(), "missing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("get: %v", err)
	}
	if _, err := store.Stat(t.Context(), "missing"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("stat: %v", err)
	}
	wantEmpty(t, store)
}

// ready fails for each thing that would make uploads fail.
func ready(t *testing.T, server Server) {
	good := server.Config("readiness")
	openBucket(t, server, "readiness")
	check := func(change func(*object.Config)) error {
		cfg := good
		change(&cfg)
		store, err := object.Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		return store.Ready(t.Context())
	}
	if err := check(func(*object.Config) {}); err != nil {
		t.Error(err)
	}
	wantUnavailable(t, "no such bucket", check(func(c *object.Config) { c.Bucket = "nobody-made-it" }))
	wantUnavailable(t, "wrong secret", check(func(c *object.Config) { c.SecretKey = "wrong-secret" }))
	wantUnavailable(t, "wrong address", check(func(c *object.Config) { c.Endpoint = "127.0.0.1:1" }))
}
