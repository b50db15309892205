package shelf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// reader reads the files of an edition.
type reader func(digest string) (*models.EditionBundle, error)

// patience is how long the shelf's own transactions may take. One may be asked for while another transaction is open, so it
// must never wait for long.
const patience = 2 * time.Second

// own reads the files in a transaction of the shelf's own.
//
//nolint:contextcheck // what it reads is the node's, for everybody: no request may take it away
func (s *Shelf) own(digest string) (b *models.EditionBundle, err error) {
	return b, s.in(context.Background(), func(tx *postgres.Tx) error {
		b, err = tx.EditionBundle(digest)
		return err
	})
}

func (s *Shelf) in(ctx context.Context, fn func(tx *postgres.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.db.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "editions"}, fn)
}

// load gives a catalogue from the shelf, or loads it. A municipality's edition that does not fit the national one is left out,
// and fits is false. Error: unavailable.
func (s *Shelf) load(read reader, ref edition.Ref) (c *catalogue.Catalogue, fits bool, err error) {
	if ref.Local == "" {
		c, err = s.national(read, ref.National)
		return c, true, err
	}
	s.mu.Lock()
	c, faults := s.overlays.get(ref), s.unfit[ref]
	s.mu.Unlock()
	if c != nil {
		return c, true, nil
	}
	base, err := s.national(read, ref.National)
	if err != nil || faults != nil {
		return base, faults == nil, err
	}
	b, err := read(ref.Local)
	if err != nil {
		return nil, false, missing(ref.Local, err)
	}
	laid, err, _ := s.flight.Do(ref.National+ref.Local, func() (any, error) { return s.lay(base, b, ref) })
	if err != nil {
		return nil, false, err
	}
	if c = laid.(*catalogue.Catalogue); c == nil {
		return base, false, nil
	}
	return c, true, nil
}

// lay lays a municipality's edition over a national one; nil if it does not fit.
func (s *Shelf) lay(base *catalogue.Catalogue, b *models.EditionBundle, ref edition.Ref) (*catalogue.Catalogue, error) {
	c, err := s.unpack(b, ref, base)
	var faults source.Faults
	if err != nil && !errors.As(err, &faults) {
		return nil, missing(ref.Local, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if faults != nil {
		if s.unfit[ref] == nil {
			slog.Error("a municipality's edition does not fit the national one and is left out",
				"municipality", b.Scope, "national", ref.National, "local", ref.Local, "error", err.Error())
		}
		s.unfit[ref] = faults
		return nil, nil
	}
	s.overlays.put(ref, c)
	return c, nil
}

func (s *Shelf) national(read reader, digest string) (*catalogue.Catalogue, error) {
	if n, ok := s.onShelf(digest); ok {
		return n.Catalogue, n.err
	}
	b, err := read(digest)
	if err != nil {
		return nil, missing(digest, err)
	}
	c, err, _ := s.flight.Do(digest, func() (any, error) {
		n, ok := s.onShelf(digest)
		if !ok {
			if n.Catalogue, n.err = s.unpack(b, edition.Ref{Local: digest}, nil); n.err != nil {
				slog.Error("an edition in the database cannot be loaded", "digest", digest, "error", n.err.Error())
				n.err = missing(digest, n.err)
			}
			s.mu.Lock()
			s.nationals[digest] = n
			s.mu.Unlock()
		}
		return n.Catalogue, n.err
	})
	return c.(*catalogue.Catalogue), err
}

func (s *Shelf) onShelf(digest string) (national, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.nationals[digest]
	return n, ok
}

// unpack loads what lies in the database, and believes it only if it is what its digest says. What was worked on here is loaded already.
func (s *Shelf) unpack(b *models.EditionBundle, ref edition.Ref, base *catalogue.Catalogue) (*catalogue.Catalogue, error) {
	if c := s.workedOn(ref); c != nil {
		return c, nil
	}
	files, err := edition.Unzip(b.Contents)
	if err != nil {
		return nil, fmt.Errorf("the bundle cannot be read: %s", err.Error()) // not as what does not fit
	}
	if files.Digest() != b.Digest {
		return nil, fmt.Errorf("the bundle has the digest %s", files.Digest())
	}
	return files.Load(base)
}

// missing says that an edition cannot be had. What the database said of itself passes unchanged.
func missing(digest string, err error) error {
	if kind := fault.KindOf(err); errors.Is(err, context.Canceled) || fault.As(err) != nil && kind != fault.NotFound {
		return err
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "").Note("component", "catalogue").Because(fmt.Errorf("edition %s: %w", digest, err))
}
