package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
)

// Keeper is a place outside of the database that keeps checkpoints. Whoever can write there can give a false alarm, and hide nothing.
type Keeper interface {
	// List calls fn with the names that sort after one, in order; object.ErrStop of fn ends it early.
	List(ctx context.Context, after string, fn func(name string) error) error
	// Write keeps a checkpoint under a name that is not taken yet.
	Write(ctx context.Context, name string, note []byte) error
	String() string
}

// nameOf is the name of a kept checkpoint: it alone says what has to agree, so that a listing is enough to verify.
func nameOf(size int64, root []byte) string { return fmt.Sprintf("%019d-%x", size, root) }

func anchorOf(name string) (a Anchor, ok bool) {
	size, root, _ := strings.Cut(name, "-")
	var errSize, errRoot error
	a.Size, errSize = strconv.ParseInt(size, 10, 64)
	a.Root, errRoot = hex.DecodeString(root)
	return a, errors.Join(errSize, errRoot) == nil && len(a.Root) > 0
}

// afterSize sorts after each name of that size and before each of a larger one.
func afterSize(size int64) string { return fmt.Sprintf("%019d.", size) }

// Folder keeps checkpoints as files: on another machine's disk, or where files can be added and not changed. Root is never made: where it
// is not there it was not mounted, and what is below says nothing of what was kept.
type Folder struct {
	Root string
	Name string // of the trail, below it
}

func (f Folder) String() string { return f.dir() }

func (f Folder) dir() string { return filepath.Join(f.Root, filepath.FromSlash(f.Name)) }

// List lists files.
func (f Folder) List(_ context.Context, after string, fn func(name string) error) error {
	if _, err := os.Stat(f.Root); err != nil {
		return err
	}
	found, err := os.ReadDir(f.dir()) // sorted
	if errors.Is(err, os.ErrNotExist) {
		return nil // nothing is kept of this trail yet
	}
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.Name() <= after {
			continue
		}
		if err := fn(e.Name()); err != nil {
			if errors.Is(err, object.ErrStop) {
				return nil
			}
			return err
		}
	}
	return nil
}

// Write adds a file; half of one never has the name.
func (f Folder) Write(_ context.Context, name string, note []byte) error {
	root, err := os.OpenRoot(f.Root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	below := path.Join(".", f.Name)
	if err := root.MkdirAll(below, 0o750); err != nil {
		return err
	}
	at := path.Join(below, name)
	part, err := root.OpenFile(at+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = part.Write(note)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return root.Rename(at+".part", at)
}

// Bucket keeps checkpoints as objects; with object lock nobody can take one away before its time.
type Bucket struct {
	Store  *object.Store
	Prefix string // ends with a slash
}

func (b Bucket) String() string { return object.Component }

// List lists objects.
func (b Bucket) List(ctx context.Context, after string, fn func(name string) error) error {
	return b.Store.List(ctx, b.Prefix, b.Prefix+after, func(o object.Info) error { return fn(strings.TrimPrefix(o.Key, b.Prefix)) })
}

// Write adds an object.
func (b Bucket) Write(ctx context.Context, name string, note []byte) error {
	_, err := b.Store.Put(ctx, b.Prefix+name, bytes.NewReader(note), int64(len(note)), "text/plain; charset=utf-8")
	return err
}

var errShorter = errors.New("audit: the trail is shorter than a checkpoint that was kept of it: its end was cut, or it was restored from a backup")

// keepNewest writes the newest checkpoint to where such are kept, unless it is there, and looks whether one there is larger: a trail only grows.
func (s *Sealer) keepNewest(ctx context.Context, fresh bool) error {
	last, err := s.Newest(ctx)
	if err != nil {
		return err
	}
	if last == nil {
		last = &models.AuditCheckpoint{}
	} else if fresh && s.log != nil {
		s.log.InfoContext(ctx, "audit checkpoint", "size", last.Size, "note", last.Note)
	}
	var failed []error
	for _, k := range s.keepers {
		if err := s.keep(ctx, k, last); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", k, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Sealer) keep(ctx context.Context, k Keeper, last *models.AuditCheckpoint) error {
	name, there, shorter := nameOf(last.Size, last.Root), false, false
	err := k.List(ctx, nameOf(last.Size, nil), func(found string) error {
		if found == name {
			there = true
			return nil
		}
		if a, ok := anchorOf(found); ok && a.Size > last.Size {
			shorter = true
			return object.ErrStop
		}
		return nil
	})
	if err == nil && last.Size > 0 && !there {
		err = k.Write(ctx, name, []byte(last.Note))
	}
	if err == nil && shorter {
		err = errShorter
	}
	return err
}

// kept reads what is kept of sizes after one and not after another.
func (s *Sealer) kept(ctx context.Context, after, upTo int64) (out []Anchor, err error) {
	for _, k := range s.keepers {
		err := k.List(ctx, afterSize(after), func(name string) error {
			a, ok := anchorOf(name)
			if ok && a.Size > upTo {
				return object.ErrStop
			}
			if ok {
				out = append(out, a)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
	}
	return out, nil
}
