package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// keyFile is the name of the signing keys' file in the data folder: a private JWK Set, readable by its owner alone.
const keyFile = "oidc-keys.json"

// keyring holds the signing keys, the newest first; the others are still published, so that their tokens stay good.
type keyring struct {
	path string // "" keeps them in memory

	mu   sync.RWMutex
	keys []jose.JSONWebKey
}

// openKeyring reads the keys of the last start, or makes one. They outlive a restart, and so do the tokens.
func openKeyring(dir string) (*keyring, error) {
	k := &keyring{}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("signing keys: %w", err)
		}
		k.path = filepath.Join(dir, keyFile)
		if err := k.load(); err != nil {
			return nil, err
		}
	}
	if len(k.keys) == 0 {
		return k, k.rotate()
	}
	return k, nil
}

func (k *keyring) load() error {
	b, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(b, &set); err != nil {
		return fmt.Errorf("signing keys: %s: %w", k.path, err)
	}
	for _, key := range set.Keys {
		if _, ok := key.Key.(*rsa.PrivateKey); !ok || !key.Valid() {
			return fmt.Errorf("signing keys: %s: key %q is no RSA private key", k.path, key.KeyID)
		}
	}
	k.keys = set.Keys
	return nil
}

// rotate makes a new key, with which everything is signed from now on.
func (k *keyring) rotate() error {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	key := jose.JSONWebKey{Key: private, Algorithm: string(jose.RS256), Use: "sig"}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	// An identifier made of the key itself can never come to stand for another key.
	key.KeyID = base64.RawURLEncoding.EncodeToString(sum[:12])
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keep(append([]jose.JSONWebKey{key}, k.keys...))
}

// withdrawOld stops publishing all keys but the newest.
func (k *keyring) withdrawOld() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keep(k.keys[:1:1])
}

// keep writes the file whole or not at all. The caller holds the lock.
func (k *keyring) keep(keys []jose.JSONWebKey) error {
	if k.path != "" {
		b, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
		if err != nil {
			return fmt.Errorf("signing keys: %w", err)
		}
		if err := os.WriteFile(k.path+".new", b, 0o600); err != nil {
			return fmt.Errorf("signing keys: %w", err)
		}
		if err := os.Rename(k.path+".new", k.path); err != nil {
			return fmt.Errorf("signing keys: %w", err)
		}
	}
	k.keys = keys
	return nil
}

// current is the key to sign with.
func (k *keyring) current() jose.JSONWebKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[0]
}

// published are the public halves.
func (k *keyring) published() []op.Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	list := make([]op.Key, len(k.keys))
	for i, key := range k.keys {
		list[i] = publishedKey{key.Public()}
	}
	return list
}

// signingKey and publishedKey give the keys the shapes that the library wants.
type signingKey struct{ jwk jose.JSONWebKey }

func (s signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (s signingKey) Key() any                                    { return s.jwk.Key }
func (s signingKey) ID() string                                  { return s.jwk.KeyID }

type publishedKey struct{ jwk jose.JSONWebKey }

func (p publishedKey) ID() string                         { return p.jwk.KeyID }
func (p publishedKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (p publishedKey) Use() string                        { return p.jwk.Use }
func (p publishedKey) Key() any                           { return p.jwk.Key }
