package document

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kosodate.example/onestop/storage/object/miniotest"
)

// endless gives a PDF of any length without having it.
type endless struct{ given int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.given == 0 {
		e.given = 9
		return copy(p, "%PDF-1.7\n"), nil
	}
	for i := range p {
		p[i] = byte(e.given + int64(i)>>3)
	}
	e.given += int64(len(p))
	return len(p), nil
}

// peak measures the largest heap while fn runs, above what it is before, in bytes.
func peak(fn func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // the run of all tests collects less often
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Int64
	stop := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), int64(now.HeapInuse+now.StackInuse)-int64(before.HeapInuse+before.StackInuse)))
			}
		}
	})
	fn()
	close(stop)
	watcher.Wait()
	return most.Load()
}

// Memory depends on how many uploads are under way, not on how large they are; a hundred at once stay far below the
// limit of measures.md (128 MiB above idle, the server's own buffers included).
func TestMemoryIsFlat(t *testing.T) {
	opt := options
	opt.MaxFiles = 200
	// Memory is what is measured; a busy machine may take its time for 400 MiB.
	patient := shared.Config(bucketName())
	opt.UploadTime, patient.AnswerTimeout, patient.StallTimeout = 10*time.Minute, 5*time.Minute, 5*time.Minute
	w := newWorldOn(t, miniotest.StoreAt(t, patient), opt, nil, nil)
	app := w.draft(w.Parent)
	const uploads = 100
	together := func(size int64) int64 {
		return peak(func() {
			var group sync.WaitGroup
			for i := range uploads {
				in := upload(app, string(rune('a'+i%26))+string(rune('a'+i/26))+".pdf", nil)
				in.Length, in.Body = size, io.LimitReader(&endless{}, size)
				group.Go(func() {
					if _, err := w.service.Receive(t.Context(), w.Parent, in); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	}
	small := together(512 << 10)
	large := together(4 << 20)
	t.Logf("%d uploads at once: of 512 KiB %d MiB, of 4 MiB %d MiB", uploads, small>>20, large>>20)
	if large > 96<<20 || large > small+32<<20 {
		t.Errorf("of 512 KiB %d bytes, of 4 MiB %d bytes", small, large)
	}
}

// A file is read back, and scanned, with the same few buffers whatever its size.
func TestReadingIsFlat(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	in := upload(app, "a.pdf", nil)
	in.Length, in.Body = 20<<20, io.LimitReader(&endless{}, 20<<20)
	got := w.receive(in)
	w.Exec(`update files set scan = 'clean'`)
	most := peak(func() {
		d, err := w.service.Content(t.Context(), w.Parent, app.ID, got.ID)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, d.Body)
		if err := errors.Join(err, d.Body.Close()); n != got.Size || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
	if most > 8<<20 {
		t.Errorf("%d bytes for a file of 20 MiB", most)
	}
}

// discard is a store that takes everything as fast as it comes.
type discard struct{ Objects }

func (discard) Put(_ context.Context, _ string, r io.Reader, _ int64, _ string) (string, error) {
	_, err := io.Copy(io.Discard, struct{ io.Reader }{r})
	return "", err
}
