package object

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/fault"
)

// gonePrefix is where a copy notes since when an object is gone from what it is a copy of: an empty object beside it.
const gonePrefix = "gone/"

// copiesAtOnce is how many objects are copied at once.
const copiesAtOnce = 8

// Mirrored is what one run of Mirror or Fill did.
type Mirrored struct {
	Objects int   `json:"objects"` // looked at
	Copied  int   `json:"copied"`
	Bytes   int64 `json:"bytes"` // of what was copied
	Gone    int   `json:"gone"`  // kept, though gone from the origin
	Expired int   `json:"expired"`
}

// Mirror brings a copy of the objects below some prefixes up to date. What is gone from the origin stays in the copy for a time, because a database
// that is restored to an instant before may still name it. It may be stopped anywhere and run again, also beside uploads and removals.
func Mirror(ctx context.Context, origin, backup *Store, keep time.Duration, prefixes ...string) (Mirrored, error) {
	c := copying{to: backup, from: origin, replaces: true}
	for _, prefix := range prefixes {
		gone, err := listed(ctx, backup, gonePrefix+prefix)
		if err != nil {
			return c.done, err
		}
		err = c.walk(ctx, prefix, func(o *Info) error { return c.outlived(ctx, o, gone, keep) })
		if err != nil {
			return c.done, err
		}
		for _, back := range slices.Sorted(maps.Keys(gone)) { // or expired
			if err := backup.Remove(ctx, back); err != nil {
				return c.done, err
			}
		}
	}
	return c.done, nil
}

// Fill copies what a backup has below some prefixes into a bucket that lacks it; what the bucket has besides stays. Also what was gone when the
// backup was made is copied: reconciling finds what no row names.
func Fill(ctx context.Context, backup, bucket *Store, prefixes ...string) (Mirrored, error) {
	c := copying{to: bucket, from: backup}
	for _, prefix := range prefixes {
		if err := c.walk(ctx, prefix, func(*Info) error { return nil }); err != nil {
			return c.done, err
		}
	}
	return c.done, nil
}

// listed gives when each object below a prefix was made.
func listed(ctx context.Context, s *Store, prefix string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := s.List(ctx, prefix, "", func(o Info) error { out[o.Key] = o.Modified; return nil })
	return out, err
}

type copying struct {
	from, to *Store
	replaces bool // what is there in another size; of two that differ nobody knows here which is whole, so that a bucket in use keeps its own

	mu   sync.Mutex
	done Mirrored
}

// walk lists both sides in the order of keys and copies what is missing or of another size: an object is never changed, so that its size tells
// enough. extra is called for what only the copy has.
func (c *copying) walk(ctx context.Context, prefix string, extra func(*Info) error) error {
	copies, ctx := errgroup.WithContext(ctx)
	copies.SetLimit(copiesAtOnce)
	err := c.merge(ctx, prefix, extra, func(o Info) { copies.Go(func() error { return c.one(ctx, o) }) })
	return errors.Join(err, copies.Wait())
}

func (c *copying) merge(ctx context.Context, prefix string, extra func(*Info) error, missing func(Info)) error {
	next, stop := iter.Pull2(c.to.all(ctx, prefix))
	defer stop()
	there, err, more := next()
	for o, failed := range c.from.all(ctx, prefix) {
		if failed != nil {
			return failed
		}
		c.done.Objects++
		for more && err == nil && there.Key < o.Key {
			if err = extra(&there); err == nil {
				there, err, more = next()
			}
		}
		if err != nil {
			return err
		}
		if !more || there.Key != o.Key || c.replaces && there.Size != o.Size {
			missing(o)
		}
		if more && there.Key == o.Key {
			there, err, more = next()
		}
	}
	for more && err == nil {
		if err = extra(&there); err == nil {
			there, err, more = next()
		}
	}
	return cmp.Or(err, context.Cause(ctx))
}

// all lists objects in the order of keys; after an error there is none.
func (s *Store) all(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		err := s.List(ctx, prefix, "", func(o Info) error {
			if !yield(o, nil) {
				return ErrStop
			}
			return nil
		})
		if err != nil {
			yield(Info{}, err)
		}
	}
}

// one copies an object; one that is gone by now is no error.
func (c *copying) one(ctx context.Context, o Info) error {
	body, size, err := c.from.Get(ctx, o.Key)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = c.to.Put(ctx, o.Key, body, size, "application/octet-stream")
	if err = errors.Join(err, body.Close()); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done.Copied++
	c.done.Bytes += size
	return nil
}

// outlived keeps an object of the copy that the origin has no more, for so long. gone loses what is to stay.
func (c *copying) outlived(ctx context.Context, o *Info, gone map[string]time.Time, keep time.Duration) error {
	mark := gonePrefix + o.Key
	since, noted := gone[mark]
	if noted && time.Since(since) > keep {
		c.done.Expired++
		return c.to.Remove(ctx, o.Key) // and then its mark
	}
	c.done.Gone++
	if noted {
		delete(gone, mark)
		return nil
	}
	_, err := c.to.Put(ctx, mark, strings.NewReader(""), 0, "application/octet-stream")
	return err
}
