package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// keysetLimit bounds what is read as a keyset file: a key is about 300 bytes.
const keysetLimit = 1 << 20

// keysetWrapper is the master key of a Tink keyset file. The primary key wraps; every enabled key unwraps.
type keysetWrapper struct{ aead tink.AEAD }

func (w keysetWrapper) Wrap(_ context.Context, plain, ad []byte) ([]byte, error) {
	return w.aead.Encrypt(plain, ad)
}

func (w keysetWrapper) Unwrap(_ context.Context, wrapped, ad []byte) ([]byte, error) {
	plain, err := w.aead.Decrypt(wrapped, ad)
	if err != nil {
		return nil, ErrBroken // Tink's own text says no more
	}
	return plain, nil
}

// LoadKeyring reads a Tink keyset (JSON, clear text: the file is the secret, as tinkey writes it). Whoever may read the
// file may read everything: ErrKeysetMode if anybody but its owner may. A missing file is fs.ErrNotExist. Its shelf lies in
// the folders given, or beside the file; other errors are OpenShelf's.
func LoadKeyring(path string, shelf ...string) (*Keyring, error) {
	handle, err := readKeyset(path)
	if err != nil {
		return nil, err
	}
	return keyringOf(handle, path, OpenShelf, shelf)
}

// ShelfSuffix ends the name of the folder beside a keyset file that is its shelf, unless others are named.
const ShelfSuffix = ".shelf"

// CreateKeyring makes a keyset file with one new master key (AES256_GCM), mode 0600, and its shelf, and loads them. The file
// appears complete or not at all, also after a loss of power. ErrKeysetExists if there is one: a master key is never
// overwritten.
func CreateKeyring(path string, shelf ...string) (*Keyring, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	exists := fmt.Errorf("%s: %w", path, ErrKeysetExists)
	if _, err := os.Lstat(path); err == nil {
		return nil, exists // before its shelf is touched, which may only be away
	}
	k, err := keyringOf(handle, path, CreateShelf, shelf)
	if err != nil {
		return nil, err
	}
	if err := writeKeyset(path, handle, os.Link); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, exists
		}
		return nil, err
	}
	return k, nil
}

// CreateMasterKeys makes a keyset file as CreateKeyring does, whose shelf is made elsewhere. ErrKeysetExists if there is one.
func CreateMasterKeys(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	if err = writeKeyset(path, handle, os.Link); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: %w", path, ErrKeysetExists)
	}
	return err
}

// AddMasterKey adds a new master key to the file. The older ones still wrap and unwrap; the new one only unwraps until
// PromoteMasterKey. Two steps, because a node that has not loaded the new key cannot unwrap what it wrapped: add, copy
// the file to every node and restart them, promote, copy and restart again.
func AddMasterKey(path string) error {
	return changeKeyset(path, func(manager *keyset.Manager, _ *keyset.Handle) error {
		_, err := manager.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// PromoteMasterKey makes the newest master key of the file the one that wraps; the older ones still unwrap.
func PromoteMasterKey(path string) error {
	return changeKeyset(path, func(manager *keyset.Manager, old *keyset.Handle) error {
		newest, err := old.Entry(old.Len() - 1)
		if err != nil {
			return err
		}
		return manager.SetPrimary(newest.KeyID())
	})
}

func changeKeyset(path string, change func(*keyset.Manager, *keyset.Handle) error) error {
	old, err := readKeyset(path)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(old)
	if err := change(manager, old); err != nil {
		return err
	}
	handle, err := manager.Handle()
	if err != nil {
		return err
	}
	return writeKeyset(path, handle, os.Rename)
}

func keyringOf(handle *keyset.Handle, path string, open func(...string) (*Shelf, error), dirs []string) (*Keyring, error) {
	master, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("seal: the keyset is not of AEAD keys: %w", err)
	}
	if len(dirs) == 0 {
		dirs = []string{path + ShelfSuffix}
	}
	shelf, err := open(dirs...)
	if err != nil {
		return nil, err
	}
	return NewKeyring(keysetWrapper{aead: master}).WithShelf(shelf), nil
}

func readKeyset(path string) (*keyset.Handle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat() // of the open file: the name could be exchanged in between
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("seal: %s is not a regular file", path)
	}
	if !private(info) {
		return nil, fmt.Errorf("%s has mode %04o: %w", path, info.Mode().Perm(), ErrKeysetMode)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(io.LimitReader(f, keysetLimit)))
	if err != nil {
		// The parser's text may quote the file, which is the secret.
		return nil, fmt.Errorf("seal: %s is not a Tink keyset in JSON", path)
	}
	return handle, nil
}

// writeKeyset writes beside path and puts the file in place with put, which is atomic.
func writeKeyset(path string, handle *keyset.Handle, put func(from, to string) error) (err error) {
	var body bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&body)); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".keyset-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if rerr := os.Remove(f.Name()); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) && err == nil {
			err = rerr
		}
	}()
	_, err = f.Write(body.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := put(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// private says whether a secret's file is closed to others. A file of this process's user is its own alone; one that belongs to somebody else, as
// Kubernetes hands secrets over, may be read by the group through which this process reads it.
func private(info os.FileInfo) bool {
	perm := info.Mode().Perm()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return perm&0o037 == 0
	}
	return perm&0o077 == 0
}
