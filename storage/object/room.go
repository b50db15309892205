package object

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

// A store may answer, list and give back, and take nothing: its disk is full, or became read-only. Each upload tells whether it does; where none
// was made for long, or the last one failed, Ready makes one.
const (
	trialKey   = "trial/upload" // of no file: reconciling leaves it alone
	trialLeast = 256 << 10      // MinIO finds room for a few bytes when there is none for any file
	trialMost  = 4 << 20        // a part of a file (files.part_size): more would take longer than /readyz waits
)

// room is what uploads told of the store.
type room struct {
	every, again time.Duration

	mu   sync.Mutex
	at   time.Time // of the last upload that told something
	err  error     // why the store did not take it; nil if it did
	size int64     // of what it did not take
	told bool      // by a trial, and not by an upload alone
}

// taken notes an upload of size bytes that the store took. A smaller one than what it refused says nothing: there may be room for it alone.
func (r *room) taken(size int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil || size >= min(r.size, trialMost) {
		r.at, r.err, r.size, r.told = time.Now(), nil, 0, false
	}
}

// refused notes an upload that the store did not take.
func (r *room) refused(size int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at, r.err, r.size, r.told = time.Now(), err, max(size, r.size), false
}

// trial gives the size of the upload that has to be tried now, or 0 and what is known.
func (r *room) trial() (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := r.every
	if r.err != nil {
		wait = r.again
	}
	if !r.at.IsZero() && time.Since(r.at) < wait && (r.err == nil || r.told) {
		return 0, r.err
	}
	return min(max(r.size, trialLeast), trialMost), nil
}

// failed notes that a trial was not taken either: the next one waits.
func (r *room) failed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = true
}

// takes says whether the store takes uploads. What one is tried with does not stay, not as a version either.
func (s *Store) takes(ctx context.Context) error {
	size, err := s.room.trial()
	if size == 0 {
		return err
	}
	info, err := s.put(ctx, trialKey, bytes.NewReader(make([]byte, size)), size, "application/octet-stream")
	if err != nil {
		s.room.failed()
		return err
	}
	return s.failure(ctx, s.core.RemoveObject(ctx, s.bucket, trialKey, minio.RemoveObjectOptions{VersionID: info.VersionID}))
}
