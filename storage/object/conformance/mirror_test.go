package conformance

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/object/miniotest"
)

// TestACopyOfABucket: a copy has what the bucket has, keeps for a time what is gone, and fills an empty one.
func TestACopyOfABucket(t *testing.T) {
	server := miniotest.New(t)
	bucket, backup, empty := server.Store(t, "origin"), server.Store(t, "backup"), server.Store(t, "empty")
	for _, key := range []string{"files/a", "files/b", "files/c", "audit/1", "trial/upload"} {
		put(t, bucket, key, []byte("of "+key))
	}
	prefixes := []string{"files/", "audit/"}
	mirror := func(keep time.Duration, want object.Mirrored, there ...string) {
		t.Helper()
		got, err := object.Mirror(t.Context(), bucket, backup, keep, prefixes...)
		if got.Bytes = 0; err != nil || got != want {
			t.Errorf("%+v, %v; wanted %+v", got, err, want)
		}
		if found := keys(t, backup, "", ""); !slices.Equal(found, there) {
			t.Errorf("the copy has %q, wanted %q", found, there)
		}
	}
	mirror(time.Hour, object.Mirrored{Objects: 4, Copied: 4}, "audit/1", "files/a", "files/b", "files/c")
	mirror(time.Hour, object.Mirrored{Objects: 4}, "audit/1", "files/a", "files/b", "files/c")

	put(t, backup, "files/b", []byte("half")) // a copy that was torn in some way
	for _, key := range []string{"files/a", "files/c"} {
		if err := bucket.Remove(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	mirror(time.Hour, object.Mirrored{Objects: 2, Copied: 1, Gone: 2}, "audit/1", "files/a", "files/b", "files/c", "gone/files/a", "gone/files/c")
	put(t, bucket, "files/c", []byte("of files/c")) // back again
	mirror(time.Hour, object.Mirrored{Objects: 3, Gone: 1}, "audit/1", "files/a", "files/b", "files/c", "gone/files/a")

	if filled, err := object.Fill(t.Context(), backup, empty, prefixes...); err != nil || filled.Copied != 4 {
		t.Errorf("%+v, %v", filled, err)
	}
	if found := keys(t, empty, "", ""); !slices.Equal(found, []string{"audit/1", "files/a", "files/b", "files/c"}) {
		t.Errorf("the restored bucket has %q", found)
	}
	if got := read(t, empty, "files/b"); !bytes.Equal(got, []byte("of files/b")) {
		t.Errorf("it came back as %q", got)
	}

	put(t, empty, "files/b", []byte("another"))
	if filled, err := object.Fill(t.Context(), backup, empty, prefixes...); err != nil || filled.Copied != 0 || string(read(t, empty, "files/b")) != "another" {
		t.Errorf("what a bucket has is replaced: %+v, %v", filled, err)
	}

	mirror(-time.Hour, object.Mirrored{Objects: 3, Expired: 1}, "audit/1", "files/b", "files/c") // a day has come
}
