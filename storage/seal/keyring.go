package seal

import (
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
type Keyring struct{ master Wrapper }

// NewKeyring makes a keyring of a master key. LoadKeyring is the usual way.
func NewKeyring(master Wrapper) *Keyring { return &Keyring{master: master} }

// NewKey makes a data key of owner ("application/<uuid>", "municipality/<code>") and its wrapped form, which is stored
// with the owner. It costs a few microseconds with a keyset file. Errors are the Wrapper's.
func (k *Keyring) NewKey(ctx context.Context, owner string) (Key, []byte, error) {
	secret := make([]byte, 1+secretSize)
	secret[0] = keyVersion
	if _, err := rand.Read(secret[1:]); err != nil {
		return Key{}, nil, err
	}
	defer clear(secret)
	key, err := newKey(secret[1:])
	if err != nil {
		return Key{}, nil, err
	}
	wrapped, err := k.master.Wrap(ctx, secret, ownerData(owner))
	if err != nil {
		return Key{}, nil, fmt.Errorf("wrap the key of %s: %w", owner, err)
	}
	return key, wrapped, nil
}

// Unwrap gives the data key of owner. ErrBroken if it was wrapped for another owner or under an unknown master key;
// other errors are the Wrapper's.
func (k *Keyring) Unwrap(ctx context.Context, wrapped []byte, owner string) (Key, error) {
	secret, err := k.secret(ctx, wrapped, owner)
	if err != nil {
		return Key{}, err
	}
	defer clear(secret)
	return newKey(secret[1:])
}

// Rewrap wraps the same data key again under the current master key, so that an older master key can be given up
// once every row was rewrapped. What the data key sealed stays as it is.
func (k *Keyring) Rewrap(ctx context.Context, wrapped []byte, owner string) ([]byte, error) {
	secret, err := k.secret(ctx, wrapped, owner)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return k.master.Wrap(ctx, secret, ownerData(owner))
}

func (k *Keyring) secret(ctx context.Context, wrapped []byte, owner string) ([]byte, error) {
	secret, err := k.master.Unwrap(ctx, wrapped, ownerData(owner))
	if err != nil {
		return nil, fmt.Errorf("unwrap the key of %s: %w", owner, err)
	}
	if len(secret) != 1+secretSize || secret[0] != keyVersion {
		clear(secret)
		return nil, fmt.Errorf("unwrap the key of %s: unknown version: %w", owner, ErrBroken)
	}
	return secret, nil
}

func ownerData(owner string) []byte { return appendPart([]byte("onestop data key "), owner) }
