package document

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

// open gives the plain bytes of a file, which are size, from its parts, one after the other: every reader comes through
// here. The first object is asked for at once, so that a store that is down is an error here and not in the middle of an
// answer. A missing object is a loss and no not-found: its row says that it must be there.
//
// Each part is opened as what its place among the rows makes it (partCell), so that a part that was swapped, dropped,
// added or taken from another file ends in seal.ErrBroken.
func (s *Service) open(ctx context.Context, key seal.Key, parts []models.FilePart, size int64) (*partsReader, error) {
	var sum int64
	for i, part := range parts {
		if part.Number != i+1 || !belongs(part.ObjectKey, part.FileID) {
			return nil, fmt.Errorf("part %d of a file of %d, object %s, stands at place %d: %w", part.Number, len(parts), part.ObjectKey, i+1, seal.ErrBroken)
		}
		sum += part.Size
	}
	if len(parts) == 0 || sum != size {
		return nil, fmt.Errorf("a file's %d parts have %d bytes, its row says %d: %w", len(parts), sum, size, seal.ErrBroken)
	}
	r := &partsReader{ctx: ctx, objects: s.objects, key: key, parts: parts}
	if err := r.next(); err != nil {
		return r, err
	}
	return r, nil
}

type partsReader struct {
	ctx     context.Context
	objects Objects
	key     seal.Key
	parts   []models.FilePart // not opened yet
	part    models.FilePart   // being read
	object  io.Closer
	plain   io.Reader
}

// errLost says that an object is gone whose row stands.
var errLost = errors.New("an object is missing from the store")

// next opens the next part.
func (r *partsReader) next() error {
	part := r.parts[0]
	r.part, r.parts = part, r.parts[1:]
	object, size, err := r.objects.Get(r.ctx, part.ObjectKey)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return fmt.Errorf("%w: %s", errLost, part.ObjectKey)
		}
		return err
	}
	r.object = object
	if size != part.SealedSize {
		_ = object.Close()
		return fmt.Errorf("object %s has %d bytes, its row says %d: %w", part.ObjectKey, size, part.SealedSize, seal.ErrBroken)
	}
	r.plain, err = r.key.DecryptStream(object, partCell(part.FileID, part.ObjectKey, part.Number, len(r.parts) == 0))
	if err != nil {
		_ = object.Close()
	}
	return err
}

func (r *partsReader) Read(p []byte) (int, error) {
	for {
		n, err := r.plain.Read(p)
		if err != io.EOF || n > 0 && len(r.parts) == 0 {
			return n, err
		}
		if n > 0 {
			return n, nil // the end comes again with the next call
		}
		if len(r.parts) == 0 {
			return 0, io.EOF
		}
		if err := r.object.Close(); err != nil {
			return 0, err
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
}

func (r *partsReader) Close() error { return r.object.Close() }

// partCell binds a part's bytes to its file, to its number, to whether it is the last one, and to its object: together
// they say how many there are. The only part of a file is bound as every object is, by its key, which names the file.
func partCell(file, key string, number int, last bool) seal.Cell {
	if number == 1 && last {
		return objectCell(key)
	}
	end := "more"
	if last {
		end = "last"
	}
	return seal.Cell{Table: "object", Column: "part", Row: fmt.Sprintf("%s %d %s %s", file, number, end, key)}
}
