package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
)

// Wrapper is a master key: it encrypts data keys, bound to associated data. A key management service can stand in for
// the keyset file. An implementation that needs the network returns fault.Unavailable when that is down, and ErrBroken
// for what it cannot decrypt. It must accept what it wrapped under earlier master keys.
type Wrapper interface {
	Wrap(ctx context.Context, plain, ad []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped, ad []byte) ([]byte, error)
}

// Keyring makes and unwraps data keys. It may be used from any number of goroutines. Because a master key may be
// behind the network, neither NewKey nor Unwrap belongs inside a database transaction (security.md, "Encryption").
type Keyring struct {
	master Wrapper
	shelf  *Shelf // nil: no key is erasable from old backups
}

// NewKeyring makes a keyring of a master key, without a shelf (WithShelf). LoadKeyring is the usual way.
func NewKeyring(master Wrapper) *Keyring { return &Keyring{master: master} }

// NewKey makes an erasable data key of owner ("application/<uuid>") and its wrapped form, which is stored with the owner.
// It costs a few microseconds with a keyset file, and one write in 64 keys. Errors are the Wrapper's, or fault.Unavailable if the shelf
// cannot take it where the other nodes read it.
func (k *Keyring) NewKey(ctx context.Context, owner string) (Key, []byte, error) {
	key, secret, err := k.fresh()
	if err != nil {
		return Key{}, nil, err
	}
	defer clear(secret)
	var slot Slot
	inner := secret
	if k.shelf != nil {
		taken, hidden, err := k.shelf.take(ctx)
		if err != nil {
			return Key{}, nil, err
		}
		slot = taken
		sealed, err := k.shelf.seal(slot, hidden, secret, ownerData(owner))
		if err != nil {
			return Key{}, nil, err
		}
		inner = sealed[len(slot):]
	}
	wrapped, err := k.wrap(ctx, inner, owner)
	return key, append(slot, wrapped...), err
}

// NewLastingKey makes a data key that lives as long as the service ("municipality/<code>"): no slot of the shelf is needed.
func (k *Keyring) NewLastingKey(ctx context.Context, owner string) (Key, []byte, error) {
	key, secret, err := k.fresh()
	if err != nil {
		return Key{}, nil, err
	}
	defer clear(secret)
	wrapped, err := k.wrap(ctx, secret, owner)
	return key, wrapped, err
}

func (k *Keyring) wrap(ctx context.Context, plain []byte, owner string) ([]byte, error) {
	wrapped, err := k.master.Wrap(ctx, plain, ownerData(owner))
	if err != nil {
		return nil, fmt.Errorf("wrap the key of %s: %w", owner, err)
	}
	return wrapped, nil
}

// fresh makes a key and the secret that is wrapped.
func (k *Keyring) fresh() (Key, []byte, error) {
	secret := make([]byte, 1+secretSize)
	secret[0] = keyVersion
	if _, err := rand.Read(secret[1:]); err != nil {
		return Key{}, nil, err
	}
	key, err := k.key(secret)
	return key, secret, err
}

func (k *Keyring) key(secret []byte) (Key, error) {
	key, err := newKey(secret[1:])
	if err == nil {
		key.m.shelf = k.shelf
	}
	return key, err
}

// Unwrap gives the data key of owner. ErrErased once its slot was destroyed; ErrNoShelf if the shelf lacks it; ErrBroken
// if it was wrapped for another owner or under an unknown master key; other errors are the Wrapper's.
func (k *Keyring) Unwrap(ctx context.Context, wrapped []byte, owner string) (Key, error) {
	secret, err := k.secret(ctx, wrapped, owner)
	if err != nil {
		return Key{}, err
	}
	defer clear(secret)
	return k.key(secret)
}

// Rewrap wraps the same data key again under the current master key, so that an older master key can be given up
// once every row was rewrapped. Its slot, and what the data key sealed, stay as they are; the slot is not looked at.
func (k *Keyring) Rewrap(ctx context.Context, wrapped []byte, owner string) ([]byte, error) {
	slot := SlotOf(wrapped)
	inner, err := k.unwrap(ctx, wrapped[len(slot):], owner)
	if err != nil {
		return nil, err
	}
	defer clear(inner)
	again, err := k.wrap(ctx, inner, owner)
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(slot), again...), nil
}

func (k *Keyring) unwrap(ctx context.Context, wrapped []byte, owner string) ([]byte, error) {
	inner, err := k.master.Unwrap(ctx, wrapped, ownerData(owner))
	if err != nil {
		return nil, fmt.Errorf("unwrap the key of %s: %w", owner, err)
	}
	return inner, nil
}

func (k *Keyring) secret(ctx context.Context, wrapped []byte, owner string) ([]byte, error) {
	slot := SlotOf(wrapped)
	secret, err := k.unwrap(ctx, wrapped[len(slot):], owner)
	if err != nil {
		return nil, err
	}
	if slot != nil {
		if k.shelf == nil {
			return nil, fmt.Errorf("unwrap the key of %s: %w", owner, ErrNoShelf)
		}
		if secret, err = k.shelf.open(append(bytes.Clone(slot), secret...), ownerData(owner)); err != nil {
			return nil, fmt.Errorf("unwrap the key of %s: %w", owner, err)
		}
	}
	if len(secret) != 1+secretSize || secret[0] != keyVersion {
		clear(secret)
		return nil, fmt.Errorf("unwrap the key of %s: unknown version: %w", owner, ErrBroken)
	}
	return secret, nil
}

func ownerData(owner string) []byte { return appendPart([]byte("onestop data key "), owner) }
