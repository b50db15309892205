package seal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"kosodate.example/onestop/app/fault"
)

// Shelf is a store of secrets that can be destroyed one by one, apart from the database and the object store and from
// their backups. Each data key that is to be erasable is wrapped under a slot of it as well as under the master key, so
// that a copy of the database, however old, cannot be read once the slot was destroyed.
//
// It lies in one or more folders, each a whole copy (copy.go): a new key is given out once a majority of them holds it,
// the nearest that has it is read, and it counts as destroyed once every copy has destroyed it. Every node sees the same
// folders. Nothing of it is kept in memory but the leaf from which new slots are taken, so that what one node destroys no
// other node can use.
type Shelf struct {
	copies []*copyOf // at least one
	id     string    // the identity that every copy shows, and that the registry has recorded

	registry Registry
	doubt    atomic.Bool // Ready found that this is not the shelf that other nodes write to

	mu      sync.Mutex
	claimed bool           // the registry has recorded this shelf's identity
	leaf    [leafName]byte // the leaf that new slots are taken from
	free    [][]byte       // its secrets that were not given out yet
}

// Registry records which shelf is the service's, where every node looks: in the database.
type Registry interface {
	// ClaimShelf records id if no shelf is recorded yet, and gives the one that is.
	ClaimShelf(ctx context.Context, id string) (string, error)
	// NewestKey gives the key that some node wrapped last, nil if there is none: whoever has the shelf can read its slot.
	NewestKey(ctx context.Context) (wrapped []byte, err error)
}

// ShelfComponent is the shelf's name in a 503 and on /readyz.
const ShelfComponent = "key-shelf"

// ErrErased means that the slot was destroyed: what was sealed under it is gone for good.
var ErrErased = errors.New("seal: erased: its key was destroyed")

// ErrNoShelf means that the folders of erasable keys, or a part of them, are not there. It says nothing about erasure: a
// folder was not mounted, or not restored with the rest. It comes as fault.Unavailable: the request may succeed later, or
// on another node.
var ErrNoShelf = errors.New("seal: the shelf of erasable keys, or a leaf of it, is missing")

// ErrOtherShelf means that the folders are not those of the shelf that the database knows: what is written there, other nodes
// cannot read. It comes as fault.Unavailable.
var ErrOtherShelf = errors.New("seal: this is not the shelf of erasable keys that the other nodes use")

// OpenShelf opens a shelf that CreateShelf made: a folder is never made while the program runs, since an empty folder is what
// is left where another was to be mounted. ErrNoShelf unless a majority of the folders is there, ErrOtherShelf if they
// are of different shelves, ErrKeysetMode if anybody but its owner may look into one.
func OpenShelf(dirs ...string) (*Shelf, error) {
	s := &Shelf{}
	var missing []error
	for _, dir := range dirs {
		c := &copyOf{dir: dir}
		id, err := c.identity()
		switch {
		case errors.Is(err, ErrNoShelf):
			missing = append(missing, err)
		case err != nil:
			return nil, err
		case s.id == "":
			s.id = id
		case s.id != id:
			return nil, fmt.Errorf("%s: %w", dir, ErrOtherShelf)
		}
		s.copies = append(s.copies, c)
	}
	if len(dirs)-len(missing) < s.majority() {
		return nil, errors.Join(append(missing, ErrNoShelf)...)
	}
	return s, nil
}

func (s *Shelf) majority() int { return len(s.copies)/2 + 1 }

// ID is the identity that every copy shows.
func (s *Shelf) ID() string { return s.id }

// Register names who records which shelf is the service's. From then on no key is made before that is known.
func (s *Shelf) Register(r Registry) { s.registry = r }

// take gives a slot that nobody else has. A leaf of them is on the disks before the first is given out. fault.Unavailable if
// nothing can be written where the other nodes read it.
func (s *Shelf) take(ctx context.Context) (Slot, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.doubt.Load() {
		return nil, nil, unavailable(ErrOtherShelf)
	}
	if len(s.free) == 0 {
		if err := s.claim(ctx); err != nil {
			return nil, nil, err
		}
		if err := s.grow(); err != nil {
			return nil, nil, unavailable(fmt.Errorf("seal: a new leaf of the shelf: %w", err))
		}
	}
	slot := append(append([]byte(slotMagic), s.leaf[:]...), byte(leafSlots-len(s.free))) //nolint:gosec // a leaf has fewer than 256 slots
	secret := s.free[0]
	s.free = s.free[1:]
	return slot, secret, nil
}

// claim makes sure that the database knows this shelf and no other as the service's.
func (s *Shelf) claim(ctx context.Context) error {
	if s.claimed || s.registry == nil {
		return nil
	}
	recorded, err := s.registry.ClaimShelf(ctx, s.id)
	switch {
	case err != nil:
		return err
	case recorded != s.id:
		return unavailable(ErrOtherShelf)
	}
	s.claimed = true
	return nil
}

func (s *Shelf) grow() error {
	var leaf [leafName]byte
	if _, err := rand.Read(leaf[:]); err != nil {
		return err
	}
	body := make([]byte, leafSlots*slotSize)
	if _, err := rand.Read(body); err != nil {
		return err
	}
	name := hex.EncodeToString(leaf[:])
	if err := s.toMost(func(c *copyOf) error { return c.add(s.id, name, body) }); err != nil {
		return err
	}
	s.leaf = leaf
	for n := range leafSlots {
		s.free = append(s.free, body[n*slotSize:(n+1)*slotSize])
	}
	return nil
}

// toMost does something in every copy; an error unless it succeeded in a majority.
func (s *Shelf) toMost(do func(*copyOf) error) error {
	var failed error
	done := 0
	for _, c := range s.copies {
		if err := do(c); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		done++
	}
	if done < s.majority() {
		return failed
	}
	return nil
}

// read gives the secret of a slot from the first copy that has its leaf: ErrErased, or ErrNoShelf if none has.
func (s *Shelf) read(slot Slot) ([]byte, error) {
	var failed error
	for _, c := range s.copies {
		secret, err := c.slot(slot)
		switch {
		case err != nil:
			failed = errors.Join(failed, err)
		case isZero(secret):
			return nil, ErrErased
		default:
			return secret, nil
		}
	}
	return nil, unavailable(failed)
}

// Destroy overwrites a slot in every copy and returns once that is on the disks. A slot that was destroyed stays so. ErrNoShelf
// while a copy is away: it would bring the secret back.
func (s *Shelf) Destroy(slot Slot) error {
	if SlotOf(slot) == nil {
		return fmt.Errorf("seal: not a slot of the shelf")
	}
	held := 0
	for range 2 { // again if a copy lacked the leaf: it may have been given it (Mend) from one that was not yet overwritten
		held = 0
		for _, c := range s.copies {
			had, err := c.destroy(s.id, slot)
			if err != nil {
				return err
			}
			if had {
				held++
			}
		}
		if held == len(s.copies) {
			return nil
		}
	}
	if held == 0 {
		return ErrNoShelf
	}
	return nil
}

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "keys-unreachable").Note("component", ShelfComponent).Because(cause)
}
