package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	aead "github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// Shelf is a folder of secrets that can be destroyed one by one, apart from the database and the object store and from
// their backups. Each data key that is to be erasable is wrapped under a slot of it as well as under the master key, so
// that a copy of the database, however old, cannot be read once the slot was destroyed.
//
// A leaf is a file of slots, made at once and then only ever overwritten with zeros, slot by slot. A leaf is never taken
// away: a slot of zeros is destroyed, a leaf that is not there is an error that somebody has to look at. Every node sees
// the same folder. Nothing of it is kept in memory but the leaf from which new slots are taken, so that what one node
// destroys no other node can use.
type Shelf struct {
	dir string

	mu   sync.Mutex
	leaf [leafName]byte // the leaf that new slots are taken from
	free [][]byte       // its secrets that were not given out yet
}

const (
	leafName  = 16 // bytes of a leaf's name
	leafSlots = 64
	slotSize  = 32

	slotMagic = "slot1"
	slotSizeR = len(slotMagic) + leafName + 1 // of a Slot
)

// Slot names one secret of the shelf. It stands before what is sealed under it, and says nothing about it.
type Slot []byte

// ErrErased means that the slot was destroyed: what was sealed under it is gone for good.
var ErrErased = errors.New("seal: erased: its key was destroyed")

// ErrNoShelf means that the folder of erasable keys, or a part of it, is not there. It says nothing about erasure: the
// folder was not mounted, or not restored with the rest.
var ErrNoShelf = errors.New("seal: the shelf of erasable keys, or a leaf of it, is missing")

// OpenShelf makes a shelf of a folder, which is made with the first key. ErrKeysetMode if anybody but its owner may look
// into it.
func OpenShelf(dir string) (*Shelf, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &Shelf{dir: dir}, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("seal: %s is not a folder", dir)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %04o: %w", dir, info.Mode().Perm(), ErrKeysetMode)
	}
	return &Shelf{dir: dir}, nil
}

// SlotOf is the slot that something is sealed under, nil if it is under none.
func SlotOf(sealed []byte) Slot {
	if len(sealed) < slotSizeR || string(sealed[:len(slotMagic)]) != slotMagic || int(sealed[slotSizeR-1]) >= leafSlots {
		return nil
	}
	return Slot(sealed[:slotSizeR:slotSizeR])
}

func (s Slot) leaf() string  { return hex.EncodeToString(s[len(slotMagic) : len(slotMagic)+leafName]) }
func (s Slot) offset() int64 { return int64(s[slotSizeR-1]) * slotSize }

// path spreads the leaves over 256 folders.
func (s *Shelf) path(leaf string) string { return filepath.Join(s.dir, leaf[:2], leaf) }

// take gives a slot that nobody else has. A leaf of them is on the disk before the first is given out.
func (s *Shelf) take() (Slot, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		if err := s.grow(); err != nil {
			return nil, nil, fmt.Errorf("seal: a new leaf of the shelf: %w", err)
		}
	}
	slot := append(append([]byte(slotMagic), s.leaf[:]...), byte(leafSlots-len(s.free))) //nolint:gosec // a leaf has fewer than 256 slots
	secret := s.free[0]
	s.free = s.free[1:]
	return slot, secret, nil
}

func (s *Shelf) grow() error {
	if _, err := rand.Read(s.leaf[:]); err != nil {
		return err
	}
	body := make([]byte, leafSlots*slotSize)
	if _, err := rand.Read(body); err != nil {
		return err
	}
	path := s.path(hex.EncodeToString(s.leaf[:]))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Dir(path), s.dir, filepath.Dir(s.dir)} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	for n := range leafSlots {
		s.free = append(s.free, body[n*slotSize:(n+1)*slotSize])
	}
	return nil
}

// read gives the secret of a slot: ErrErased, ErrNoShelf.
func (s *Shelf) read(slot Slot) ([]byte, error) {
	f, err := os.Open(s.path(slot.leaf()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoShelf
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	secret := make([]byte, slotSize)
	if _, err := f.ReadAt(secret, slot.offset()); err != nil {
		return nil, fmt.Errorf("seal: a leaf of the shelf is cut short: %w", err)
	}
	if isZero(secret) {
		return nil, ErrErased
	}
	return secret, nil
}

// Destroy overwrites a slot and returns once that is on the disk. A slot that was destroyed stays so. ErrNoShelf.
func (s *Shelf) Destroy(slot Slot) error {
	if SlotOf(slot) == nil {
		return fmt.Errorf("seal: not a slot of the shelf")
	}
	f, err := os.OpenFile(s.path(slot.leaf()), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoShelf
	}
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, slotSize), slot.offset())
	return errors.Join(err, f.Sync(), f.Close())
}

// seal puts plain under a slot; ad binds it to its cell.
func (s *Shelf) seal(slot Slot, secret, plain, ad []byte) ([]byte, error) {
	cipher, err := aead.NewAESGCM(secret)
	if err != nil {
		return nil, err
	}
	sealed, err := cipher.Encrypt(plain, slotData(slot, ad))
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(slot), sealed...), nil
}

// open reverses seal: ErrErased, ErrNoShelf, ErrBroken.
func (s *Shelf) open(sealed, ad []byte) ([]byte, error) {
	slot := SlotOf(sealed)
	if slot == nil {
		return nil, ErrBroken
	}
	secret, err := s.read(slot)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	cipher, err := aead.NewAESGCM(secret)
	if err != nil {
		return nil, err
	}
	plain, err := cipher.Decrypt(sealed[slotSizeR:], slotData(slot, ad))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

func slotData(slot Slot, ad []byte) []byte { return append(bytes.Clone(slot), ad...) }

func isZero(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}
