package conformance

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/object/miniotest"
)

// TestAFullDisk fills the disk of a real MinIO, where a disk of 64 MiB can be mounted (as root). storage/object's own tests have what it answered.
func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Logf("no disk can be mounted here, so that only recorded answers were tried: %v %s", err, out)
		return
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "--lazy", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	server, err := miniotest.Start(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	cfg := server.Config("full")
	cfg.TrialAgain = time.Millisecond
	store := miniotest.StoreAt(t, cfg)
	for size := 8 << 20; size >= 64<<10; size /= 8 {
		fill(t, store, size)
	}
	for _, size := range []int{200 << 10, 2 << 20} {
		if _, err := store.Put(t.Context(), "more", bytes.NewReader(noise(2, size)), int64(size), kind); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%d bytes more: %v", size, err)
		}
	}
	if f := fault.As(store.Ready(t.Context())); f == nil || f.Reason != fault.ReasonStoreFull {
		t.Errorf("ready: %v", f)
	}
	if !bytes.Equal(read(t, store, fmt.Sprintf("%d/0", 8<<20)), noise(1, 8<<20)) {
		t.Error("what was acknowledged has changed")
	}
	// Its operator makes room. What is removed would be cleared within five minutes only.
	if out, err := exec.Command("mount", "-o", "remount,size=128m", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); store.Ready(t.Context()) != nil; <-tick.C { // MinIO looks at its disk once a second
		if time.Since(began) > 30*time.Second {
			t.Fatal("there is room again, and it is not seen")
		}
	}
}

// fill stores objects of a size until there is no room for one.
func fill(t *testing.T, store *object.Store, size int) {
	t.Helper()
	for i := range 1000 {
		_, err := store.Put(t.Context(), fmt.Sprintf("%d/%d", size, i), bytes.NewReader(noise(1, size)), int64(size), kind)
		if fault.KindOf(err) == fault.Unavailable {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("it is never full")
}
