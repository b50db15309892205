package seal

import (
	"bytes"
	"encoding/hex"

	aead "github.com/tink-crypto/tink-go/v2/aead/subtle"
)

const (
	leafName  = 16 // bytes of a leaf's name
	leafSlots = 64
	slotSize  = 32

	slotMagic = "slot1"
	slotSizeR = len(slotMagic) + leafName + 1 // of a Slot
)

// Slot names one secret of the shelf. It stands before what is sealed under it, and says nothing about it.
type Slot []byte

// SlotOf is the slot that something is sealed under, nil if it is under none.
func SlotOf(sealed []byte) Slot {
	if len(sealed) < slotSizeR || string(sealed[:len(slotMagic)]) != slotMagic || int(sealed[slotSizeR-1]) >= leafSlots {
		return nil
	}
	return Slot(sealed[:slotSizeR:slotSizeR])
}

func (s Slot) leaf() string  { return hex.EncodeToString(s[len(slotMagic) : len(slotMagic)+leafName]) }
func (s Slot) offset() int64 { return int64(s[slotSizeR-1]) * slotSize }

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
