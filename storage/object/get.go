package object

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

// Info describes an object.
type Info struct {
	Key      string
	Size     int64
	ETag     string
	Modified time.Time // by the server's clock
}

// Get opens an object for reading from its start and gives its size in bytes. The caller closes it. fault.NotFound,
// fault.Unavailable; a Read gives fault.Unavailable too if the connection breaks, never a short file as if it were
// whole. ctx must last until Close.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	if err := checkKey(key); err != nil {
		return nil, 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	body, info, _, err := s.core.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		err = s.failure(ctx, err)
		cancel(nil)
		return nil, 0, err
	}
	g := newGuard(s.stall, 0, cancel)
	g.pause()
	return &download{store: s, ctx: ctx, cancel: cancel, body: body, guard: g, left: info.Size}, info.Size, nil
}

type download struct {
	store  *Store
	ctx    context.Context
	cancel context.CancelCauseFunc
	body   io.ReadCloser
	guard  *guard
	left   int64
}

func (d *download) Read(p []byte) (int, error) {
	d.guard.resume()
	n, err := d.body.Read(p)
	d.guard.pause()
	d.left -= int64(n)
	if err == io.EOF && d.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		return n, d.store.failure(d.ctx, err)
	}
	return n, err
}

func (d *download) Close() error {
	d.guard.pause()
	err := d.body.Close()
	d.cancel(nil)
	return err
}

// Stat describes an object. fault.NotFound, fault.Unavailable.
func (s *Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	info, err := s.core.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s.failure(ctx, err)
	}
	return infoOf(info), nil
}

// Remove takes an object away. It is no error if it is not there: an erasure can be repeated until it succeeds.
// fault.Unavailable.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
	if minio.ToErrorResponse(err).Code == "NoSuchKey" {
		return nil
	}
	return s.failure(ctx, err)
}

// ErrStop ends List early without an error.
var ErrStop = errors.New("object store: stop listing")

// List calls fn for each object whose key begins with prefix and sorts after the key after ("" for all), in the order
// of the bytes of the keys, in pages of 1,000, with memory flat. An error of fn ends it and is returned; ErrStop ends
// it with nil. Objects put or removed meanwhile may or may not be listed. fault.Unavailable.
func (s *Store) List(ctx context.Context, prefix, after string, fn func(Info) error) error {
	listCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	options := minio.ListObjectsOptions{Prefix: prefix, StartAfter: after, Recursive: true}
	for info := range s.core.ListObjectsIter(listCtx, s.bucket, options) {
		if info.Err != nil {
			return s.failure(ctx, info.Err)
		}
		if err := fn(infoOf(info)); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
	}
	return context.Cause(ctx)
}

func infoOf(info minio.ObjectInfo) Info {
	return Info{Key: info.Key, Size: info.Size, ETag: info.ETag, Modified: info.LastModified}
}
