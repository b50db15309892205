package seal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// settled is how old a leaf is before Mend touches it: a younger one may be on its way to the other copies.
const settled = time.Minute

// Ready says whether what is written here can be read on every node: a majority of the copies is there, the database knows
// this shelf as the service's, and the key that was made last, by whichever node, can be read. Until it says so again no
// new key is made. fault.Unavailable, or the registry's error.
func (s *Shelf) Ready(ctx context.Context) error {
	if err := s.toMost(func(c *copyOf) error { return c.shows(s.id) }); err != nil {
		return unavailable(err)
	}
	if s.registry == nil {
		return nil
	}
	s.mu.Lock()
	err := s.claim(ctx)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	newest, err := s.registry.NewestKey(ctx)
	if err != nil {
		return err
	}
	if slot := SlotOf(newest); slot != nil {
		if _, err := s.read(slot); err != nil && !errors.Is(err, ErrErased) {
			s.doubt.Store(true)
			return err
		}
	}
	s.doubt.Store(false)
	return nil
}

// Whole says whether every copy is there, as long as a majority is: ErrNoShelf, ErrOtherShelf.
func (s *Shelf) Whole(context.Context) error {
	var failed error
	for _, c := range s.copies {
		failed = errors.Join(failed, c.shows(s.id))
	}
	return failed
}

func (c *copyOf) shows(id string) error {
	root, err := c.of(id)
	if err != nil {
		return err
	}
	return root.Close()
}

// Mended counts what Mend wrote.
type Mended struct {
	Leaves int // that a copy lacked
	Slots  int // that were destroyed in one copy and not yet in another
}

// Mend gives every copy the leaves that it lacks, and destroys in each what is destroyed in one: after a copy was away, was
// added, or was brought back from a backup. It may run while keys are made and destroyed. An error while a copy is not there.
func (s *Shelf) Mend(ctx context.Context) (Mended, error) {
	var out Mended
	if len(s.copies) == 1 {
		return out, nil
	}
	roots := make([]*os.Root, 0, len(s.copies))
	defer func() {
		for _, root := range roots {
			_ = root.Close()
		}
	}()
	for _, c := range s.copies {
		root, err := c.of(s.id)
		if err != nil {
			return out, err
		}
		roots = append(roots, root)
	}
	seen := map[string]bool{}
	for _, root := range roots {
		err := fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
			leaf := filepath.Base(path)
			if err != nil || d.IsDir() || len(leaf) != 2*leafName || seen[leaf] || leafPath(leaf) != path {
				return err
			}
			seen[leaf] = true
			return errors.Join(ctx.Err(), mendLeaf(roots, leaf, &out))
		})
		if err != nil {
			return out, fmt.Errorf("seal: mend the copies of the shelf: %w", err)
		}
	}
	return out, nil
}

// mendLeaf writes and then looks again: a slot may have been destroyed in between.
func mendLeaf(roots []*os.Root, leaf string, out *Mended) error {
	for {
		bodies := make([][]byte, len(roots))
		merged := make([]byte, 0, leafSlots*slotSize)
		lacking, young := false, false
		for i, root := range roots {
			body, changed, err := readLeaf(root, leaf)
			if err != nil {
				return err
			}
			bodies[i] = body
			merged = merge(merged, body)
			lacking = lacking || body == nil
			young = young || time.Since(changed) < settled
		}
		if len(merged) == 0 || lacking && young {
			return nil // begun by a process that died, which gave out no slot of it; or on its way
		}
		wrote := false
		for i, root := range roots {
			did, err := bring(root, leaf, bodies[i], merged, out)
			if err != nil {
				return err
			}
			wrote = wrote || did
		}
		if !wrote {
			return nil
		}
	}
}

// readLeaf gives a whole leaf, nil for one that is not there or was left half written, and when it was written last.
func readLeaf(root *os.Root, leaf string) (body []byte, changed time.Time, err error) {
	f, err := root.Open(leafPath(leaf))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, time.Time{}, err
	}
	body, err = io.ReadAll(io.LimitReader(f, leafSlots*slotSize))
	if len(body) < leafSlots*slotSize {
		body = nil
	}
	return body, info.ModTime(), err
}

// merge keeps of two leaves what is destroyed in neither.
func merge(merged, body []byte) []byte {
	if len(merged) == 0 {
		return append(merged, body...)
	}
	for at := 0; at < len(body); at += slotSize {
		if isZero(body[at : at+slotSize]) {
			clear(merged[at : at+slotSize])
		}
	}
	return merged
}

// bring makes a copy's leaf what is wanted, and says whether it wrote anything.
func bring(root *os.Root, leaf string, body, wanted []byte, out *Mended) (bool, error) {
	if body == nil {
		if err := root.Remove(leafPath(leaf)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		out.Leaves++
		return true, addLeaf(root, leaf, wanted)
	}
	wrote := false
	for at := 0; at < len(wanted); at += slotSize {
		if !isZero(wanted[at:at+slotSize]) || isZero(body[at:at+slotSize]) {
			continue
		}
		if err := overwrite(root, leaf, int64(at)); err != nil {
			return wrote, err
		}
		out.Slots++
		wrote = true
	}
	return wrote, nil
}
