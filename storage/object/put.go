package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"kosodate.example/onestop/app/fault"
)

// ErrSize means that a source gave fewer or more bytes than was announced.
var ErrSize = errors.New("object store: the source is not of the announced size")

// Put stores exactly size bytes of r under key, replacing what was there, and gives the server's ETag. On any error
// nothing is stored, with one exception that no protocol can remove: if the connection breaks after the last byte, the
// object may be there; the caller's row makes the sweeper find it (house.md, habit 9).
//
// An error of r is returned as it is. ErrSize if r is shorter or longer. fault.Unavailable if the store is down or
// stalls. r is not read after Put has returned; so Put waits for a Read that is under way, and r should end when ctx
// does, as a request's body does.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error) {
	info, err := s.put(ctx, key, r, size, contentType)
	return info.ETag, err
}

func (s *Store) put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (none minio.UploadInfo, err error) {
	if err := checkKey(key); err != nil {
		return none, err
	}
	if size < 0 {
		return none, fmt.Errorf("%w: %d bytes announced", ErrSize, size)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body := &exactReader{ctx: ctx, source: r, left: size, size: size, guard: newGuard(s.stall, s.stall+s.answer, cancel)}
	if size == 0 { // minio-go sends no body, and so would never look into r
		if _, err := body.Read(nil); err != nil && err != io.EOF { //nolint:errorlint // as in Read
			return none, err
		}
	}
	info, err := s.core.Client.PutObject(ctx, s.bucket, key, body, size, minio.PutObjectOptions{
		ContentType:          contentType,
		DisableMultipart:     true,
		DisableContentSha256: true, // see the package comment
		Checksum:             minio.ChecksumCRC32C,
	})
	body.detach()
	if err == nil {
		s.room.taken(size)
		return info, nil
	}
	if cause := body.failed(); cause != nil {
		return none, cause
	}
	if err = s.failure(ctx, err); fault.KindOf(err) == fault.Unavailable {
		s.room.refused(size, err)
	}
	return none, err
}

// exactReader gives exactly size bytes of source and then io.EOF, or an error. It keeps the last bytes back until the
// source has ended cleanly: a server that has all announced bytes may commit, so that an error found later (too long,
// wrong digest, torn upload) would come too late.
//
// It is no io.Seeker on purpose: minio-go would send a seekable body again, and ours is a stream.
type exactReader struct {
	mu     sync.Mutex // net/http may still read while its answer is already there
	ctx    context.Context
	source io.Reader
	size   int64
	left   int64
	err    error // sticky
	guard  *guard
}

func (e *exactReader) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return 0, e.err
	}
	e.guard.pause() // waiting for the source is not the server's delay
	n, err := e.read(p)
	if n > 0 && e.ctx.Err() != nil {
		// net/http stops sending only some time after ctx has ended, and could send the rest of a short body.
		n, err = 0, errDetached
	}
	e.err = err
	if err == io.EOF { //nolint:errorlint // a wrapped io.EOF is a failure of the source, not its end
		e.guard.end()
	} else if err == nil {
		e.guard.resume()
	}
	return n, err
}

func (e *exactReader) read(p []byte) (int, error) {
	if e.left == 0 {
		if e.size == 0 {
			return 0, e.expectEnd()
		}
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := e.source.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	switch {
	case err == io.EOF && e.left > 0:
		return 0, fmt.Errorf("%w: %d of %d bytes came", ErrSize, e.size-e.left, e.size)
	case err != nil && err != io.EOF:
		return 0, err
	case e.left == 0 && err == nil:
		if err := e.expectEnd(); err != io.EOF { //nolint:errorlint // as in Read
			return 0, err
		}
	}
	return n, nil
}

// expectEnd gives io.EOF if the source has ended, and what is wrong otherwise.
func (e *exactReader) expectEnd() error {
	var one [1]byte
	for {
		n, err := e.source.Read(one[:])
		if n > 0 {
			return fmt.Errorf("%w: more than %d bytes came", ErrSize, e.size)
		}
		if err != nil {
			return err
		}
	}
}

var errDetached = errors.New("object store: the upload is over")

// detach waits for a Read under way and lets no other begin.
func (e *exactReader) detach() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.guard.pause()
	if e.err == nil {
		e.err = errDetached
	}
}

// failed is the error of the source or of its size, if that is what ended the upload.
func (e *exactReader) failed() error {
	if e.err == io.EOF || errors.Is(e.err, errDetached) { //nolint:errorlint // as in Read
		return nil
	}
	return e.err
}

// guard gives a call up when the server moves no byte. It does not count the time that the caller takes.
type guard struct {
	timer *time.Timer
	stall time.Duration
	last  time.Duration
}

func newGuard(stall, last time.Duration, cancel context.CancelCauseFunc) *guard {
	return &guard{timer: time.AfterFunc(stall+last, func() { cancel(errStalled) }), stall: stall, last: last}
}

func (g *guard) pause()  { g.timer.Stop() }
func (g *guard) resume() { g.timer.Reset(g.stall) }
func (g *guard) end()    { g.timer.Reset(g.last) }
