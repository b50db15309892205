package seal

import (
	"bytes"
	"context"
	"fmt"
)

// SealWith is Seal, and puts the value under the slot of another owner's wrapped key too: what the queue shows of an
// application lies under the municipality's key and is gone with the application's. Without a slot it is Seal.
func (k Key) SealWith(wrapped, plain []byte, cell Cell) ([]byte, error) {
	sealed, err := k.Seal(plain, cell)
	slot := SlotOf(wrapped)
	if err != nil || slot == nil || k.m.shelf == nil {
		return sealed, err
	}
	secret, err := k.m.shelf.read(slot)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return k.m.shelf.seal(slot, secret, sealed, cell.ad(purposeColumn))
}

// SealErasable is Seal under a new slot of its own, which whoever takes the value away destroys (SlotOf).
func (k Key) SealErasable(ctx context.Context, plain []byte, cell Cell) ([]byte, error) {
	sealed, err := k.Seal(plain, cell)
	if err != nil || k.m.shelf == nil {
		return sealed, err
	}
	slot, secret, err := k.m.shelf.take(ctx)
	if err != nil {
		return nil, err
	}
	return k.m.shelf.seal(slot, secret, sealed, cell.ad(purposeColumn))
}

// OpenErasable opens what SealWith and SealErasable made: ErrErased once the slot was destroyed, ErrNoShelf, ErrBroken.
func (k Key) OpenErasable(sealed []byte, cell Cell) ([]byte, error) {
	if k.m == nil {
		return nil, ErrNoKey
	}
	if SlotOf(sealed) == nil {
		return k.Open(sealed, cell)
	}
	if k.m.shelf == nil {
		return nil, fmt.Errorf("%w (%s.%s)", ErrNoShelf, cell.Table, cell.Column)
	}
	inner, err := k.m.shelf.open(sealed, cell.ad(purposeColumn))
	if err != nil {
		return nil, fmt.Errorf("%w (%s.%s)", err, cell.Table, cell.Column)
	}
	return k.Open(inner, cell)
}

// Destroy destroys the slots given and says which of them are gone now. The first failure is the error; a leaf that is
// missing is ErrNoShelf.
func (k *Keyring) Destroy(slots ...Slot) ([]Slot, error) {
	if k.shelf == nil {
		return nil, ErrNoShelf
	}
	var gone []Slot
	var first error
	for _, s := range slots {
		err := k.shelf.Destroy(s)
		switch {
		case err == nil:
			gone = append(gone, bytes.Clone(s))
		case first == nil:
			first = err
		}
	}
	return gone, first
}

// Mend makes the copies of the shelf alike (Shelf.Mend), of none nothing.
func (k *Keyring) Mend(ctx context.Context) (Mended, error) {
	if k.shelf == nil {
		return Mended{}, nil
	}
	return k.shelf.Mend(ctx)
}

// Shelf is the keyring's shelf, nil for one without.
func (k *Keyring) Shelf() *Shelf { return k.shelf }

// WithShelf is the same master key with another shelf.
func (k *Keyring) WithShelf(s *Shelf) *Keyring { return &Keyring{master: k.master, shelf: s} }
