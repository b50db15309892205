package seal

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
)

const owner = "application/0198c0de-0000-7000-8000-000000000001"

func TestKeyringBindsTheOwner(t *testing.T) {
	ctx, ring := context.Background(), testKeyring(t)
	key, wrapped, err := ring.NewKey(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal([]byte("x"), cell)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ring.Unwrap(ctx, wrapped, owner)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open(sealed, cell); err != nil || string(plain) != "x" {
		t.Fatalf("%q, %v", plain, err)
	}
	if !bytes.Equal(key.BlindIndex("d", "v"), again.BlindIndex("d", "v")) {
		t.Error("the unwrapped key indexes differently")
	}
	if _, err := ring.Unwrap(ctx, wrapped, "application/other"); !errors.Is(err, ErrBroken) {
		t.Errorf("another owner: %v", err)
	}
	if _, err := testKeyring(t).Unwrap(ctx, wrapped, owner); !errors.Is(err, ErrBroken) {
		t.Errorf("another master key: %v", err)
	}
	for _, bad := range [][]byte{nil, wrapped[:len(wrapped)-1], append(bytes.Clone(wrapped), 0)} {
		if _, err := ring.Unwrap(ctx, bad, owner); !errors.Is(err, ErrBroken) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

func TestRotation(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "master.json")
	first, err := CreateKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	_, old, err := first.NewKey(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	if err := AddMasterKey(path); err != nil {
		t.Fatal(err)
	}
	added, err := LoadKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	_, between, err := added.NewKey(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Unwrap(ctx, between, owner); err != nil {
		t.Errorf("a node with the old file cannot read what a node with the added key wrote: %v", err)
	}
	if err := PromoteMasterKey(path); err != nil {
		t.Fatal(err)
	}
	now, err := LoadKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := now.Unwrap(ctx, old, owner); err != nil {
		t.Errorf("the old master key no longer unwraps: %v", err)
	}
	rewrapped, err := now.Rewrap(ctx, old, owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Unwrap(ctx, rewrapped, owner); !errors.Is(err, ErrBroken) {
		t.Errorf("rewrapped under the old master key: %v", err)
	}
	a, errA := now.Unwrap(ctx, old, owner)
	b, errB := now.Unwrap(ctx, rewrapped, owner)
	if errA != nil || errB != nil || !bytes.Equal(a.BlindIndex("d", "v"), b.BlindIndex("d", "v")) {
		t.Errorf("rewrapping changed the data key: %v, %v", errA, errB)
	}
	onlyOwner(t, path)
}

func onlyOwner(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the keyset file: %v, %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	left = slices.DeleteFunc(left, func(e os.DirEntry) bool { return e.Name() == filepath.Base(path)+ShelfSuffix })
	if err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

func TestKeysetFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	if _, err := LoadKeyring(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := CreateKeyring(path); err != nil {
		t.Fatal(err)
	}
	onlyOwner(t, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CreateKeyring(path); !errors.Is(err, ErrKeysetExists) {
		t.Errorf("created over an existing file: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the existing file was changed: %v", err)
	}
	onlyOwner(t, path)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o660, 0o610} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKeyring(path); !errors.Is(err, ErrKeysetMode) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKeyring(path); err != nil {
		t.Errorf("mode 400: %v", err)
	}
	if _, err := LoadKeyring(t.TempDir()); err == nil {
		t.Error("a folder was taken for a keyset")
	}
}

// The parser's own message may quote the file, and the file is the secret.
func TestBadKeysetIsNotQuoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	for _, body := range []string{"", "{", `{"primaryKeyId":1,"key":["c2VjcmV0"]}`, "c2VjcmV0"} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadKeyring(path)
		if err == nil || strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%q: %v", body, err)
		}
	}
}

type brokenKMS struct{ err error }

func (k brokenKMS) Wrap(context.Context, []byte, []byte) ([]byte, error)   { return nil, k.err }
func (k brokenKMS) Unwrap(context.Context, []byte, []byte) ([]byte, error) { return []byte{9}, k.err }

func TestWrapperErrorsKeepTheirKind(t *testing.T) {
	ctx := context.Background()
	down := NewKeyring(brokenKMS{fault.New(fault.Unavailable, fault.CodeUnavailable, "")})
	if _, _, err := down.NewKey(ctx, owner); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("NewKey: %v", err)
	}
	if _, err := down.Unwrap(ctx, nil, owner); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Unwrap: %v", err)
	}
	if _, err := NewKeyring(brokenKMS{}).Unwrap(ctx, nil, owner); !errors.Is(err, ErrBroken) {
		t.Errorf("a secret of unknown version: %v", err)
	}
}

// TestAKeysetThatAnOrchestratorHandsOver belongs to root, and is read by the group that the process was given.
func TestAKeysetThatAnOrchestratorHandsOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyset.json")
	if err := CreateMasterKeys(path); err != nil {
		t.Fatal(err)
	}
	if err := CreateMasterKeys(path); !errors.Is(err, ErrKeysetExists) {
		t.Errorf("a master key was made anew: %v", err)
	}
	for _, c := range []struct {
		mode      os.FileMode
		ours, its bool
	}{{0o600, true, true}, {0o400, true, true}, {0o440, false, true}, {0o460, false, false}, {0o444, false, false}} {
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := readKeyset(path); (err == nil) != c.ours {
			t.Errorf("%o, of this user: %v", c.mode, err)
		}
		if os.Geteuid() != 0 {
			continue // nobody else can give a file away
		}
		if err := os.Chown(path, 12345, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := readKeyset(path); (err == nil) != c.its {
			t.Errorf("%o, of somebody else: %v", c.mode, err)
		}
		if err := os.Chown(path, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
}
