package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
)

// copyOf is one folder of a shelf. A leaf is a file of slots, made at once and then only ever overwritten with zeros, slot
// by slot. A leaf is never taken away: a slot of zeros is destroyed, a leaf that is not there is an error that somebody has
// to look at.
//
// What is written goes through the folder that showed the shelf's identity, by its handle and not by its name again: a
// folder that is unmounted in between takes the write along, or refuses it, and the empty folder below never gets it.
type copyOf struct{ dir string }

// identityFile names the shelf that a folder is a copy of.
const identityFile = "identity"

// CreateShelf makes the folders of a shelf, or adds empty ones to those of a shelf that is there (Mend fills them), and opens
// it. An error if a folder holds anything but a copy of the same shelf.
func CreateShelf(dirs ...string) (*Shelf, error) {
	id := ""
	var fresh []string
	for _, dir := range dirs {
		found, err := (&copyOf{dir: dir}).identity()
		switch {
		case errors.Is(err, ErrNoShelf):
			fresh = append(fresh, dir)
		case err != nil:
			return nil, err
		case id != "" && found != id:
			return nil, fmt.Errorf("%s: %w", dir, ErrOtherShelf)
		default:
			id = found
		}
	}
	if id == "" {
		name := make([]byte, leafName)
		if _, err := rand.Read(name); err != nil {
			return nil, err
		}
		id = hex.EncodeToString(name)
	}
	for _, dir := range fresh {
		if err := createCopy(dir, id); err != nil {
			return nil, err
		}
	}
	return OpenShelf(dirs...)
}

// ofAShelf is what lies in a shelf from before there were identities.
var ofAShelf = regexp.MustCompile(`^([0-9a-f]{2}|` + journalFolder + `)$`)

func createCopy(dir, id string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	inside, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range inside {
		if !ofAShelf.MatchString(entry.Name()) {
			return fmt.Errorf("%s holds %s: it is no shelf of erasable keys", dir, entry.Name())
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	err = writeNew(root, identityFile, []byte(id+"\n"))
	return errors.Join(err, root.Close(), syncDir(dir), syncDir(filepath.Dir(dir)))
}

// identity gives the shelf that the folder is a copy of: ErrNoShelf, ErrKeysetMode.
func (c *copyOf) identity() (string, error) {
	root, id, err := c.open()
	if err != nil {
		return "", err
	}
	return id, root.Close()
}

func (c *copyOf) open() (*os.Root, string, error) {
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrNoShelf, err)
	}
	id, err := c.shown(root)
	if err != nil {
		return nil, "", errors.Join(err, root.Close())
	}
	return root, id, nil
}

func (c *copyOf) shown(root *os.Root) (string, error) {
	info, err := root.Stat(".")
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoShelf, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s has mode %04o: %w", c.dir, info.Mode().Perm(), ErrKeysetMode)
	}
	id, err := root.ReadFile(identityFile)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoShelf, err)
	}
	if id = bytes.TrimSpace(id); len(id) > 0 {
		return string(id), nil
	}
	return "", ErrNoShelf
}

// of opens the folder if it is a copy of this shelf: ErrNoShelf, ErrOtherShelf.
func (c *copyOf) of(id string) (*os.Root, error) {
	root, shown, err := c.open()
	if err != nil {
		return nil, err
	}
	if shown != id {
		return nil, errors.Join(fmt.Errorf("%s: %w", c.dir, ErrOtherShelf), root.Close())
	}
	return root, nil
}

// leafPath spreads the leaves over 256 folders.
func leafPath(leaf string) string { return path.Join(leaf[:2], leaf) }

// add writes a new leaf and returns once it is on the disk.
func (c *copyOf) add(id, leaf string, body []byte) error {
	root, err := c.of(id)
	if err != nil {
		return err
	}
	return errors.Join(addLeaf(root, leaf, body), root.Close())
}

func addLeaf(root *os.Root, leaf string, body []byte) error {
	if err := root.MkdirAll(leaf[:2], 0o700); err != nil {
		return err
	}
	if err := writeNew(root, leafPath(leaf), body); err != nil {
		return err
	}
	return errors.Join(syncIn(root, leaf[:2]), syncIn(root, "."))
}

// writeNew writes a file that must not be there. One that a dying process left half written is no leaf (readLeaf).
func writeNew(root *os.Root, name string, body []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncIn(root *os.Root, name string) error {
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// slot reads one secret, zeros if it was destroyed. ErrNoShelf if the leaf is not there; whose folder it is does not matter,
// since a leaf's name is its own.
func (c *copyOf) slot(slot Slot) ([]byte, error) {
	f, err := os.Open(filepath.Join(c.dir, leafPath(slot.leaf())))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoShelf
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoShelf, err)
	}
	defer func() { _ = f.Close() }()
	secret := make([]byte, slotSize)
	if _, err := f.ReadAt(secret, slot.offset()); err != nil {
		return nil, fmt.Errorf("%w: a leaf is cut short: %w", ErrNoShelf, err)
	}
	return secret, nil
}

// destroy overwrites one secret and says whether the copy had its leaf: ErrNoShelf, ErrOtherShelf if the folder is not there.
func (c *copyOf) destroy(id string, slot Slot) (had bool, err error) {
	root, err := c.of(id)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	err = overwrite(root, slot.leaf(), slot.offset())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// overwrite puts zeros in the place of a secret, and returns once they are on the disk.
func overwrite(root *os.Root, leaf string, at int64) error {
	f, err := root.OpenFile(leafPath(leaf), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, slotSize), at)
	return errors.Join(err, f.Sync(), f.Close())
}
