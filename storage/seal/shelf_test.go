package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func keyring(t testing.TB) (*Keyring, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.json")
	k, err := CreateKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	return k, path
}

func TestADestroyedSlotCannotBeRead(t *testing.T) {
	k, path := keyring(t)
	cell := Cell{"t", "c", "r"}
	one, wrappedOne, err := k.NewKey(t.Context(), "application/1")
	if err != nil {
		t.Fatal(err)
	}
	_, wrappedTwo, err := k.NewKey(t.Context(), "application/2")
	if err != nil {
		t.Fatal(err)
	}
	town, wrappedTown, err := k.NewLastingKey(t.Context(), "municipality/1")
	if err != nil || SlotOf(wrappedTown) != nil {
		t.Fatal(err)
	}
	sealed, err := one.Seal([]byte("child"), cell)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := town.SealWith(wrappedOne, []byte("summary"), cell)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := town.SealErasable(t.Context(), []byte("address"), cell)
	if err != nil {
		t.Fatal(err)
	}
	node, err := LoadKeyring(path) // another node
	if err != nil {
		t.Fatal(err)
	}
	there, err := node.Unwrap(t.Context(), wrappedTown, "municipality/1")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // again: it stays destroyed
		if gone, err := k.Destroy(SlotOf(wrappedOne), SlotOf(alone)); err != nil || len(gone) != 2 {
			t.Fatal(gone, err)
		}
	}
	for _, ring := range []*Keyring{k, node} {
		if _, err := ring.Unwrap(t.Context(), wrappedOne, "application/1"); !errors.Is(err, ErrErased) {
			t.Error(err)
		}
		if _, err := ring.Unwrap(t.Context(), wrappedTwo, "application/2"); err != nil {
			t.Errorf("its neighbour: %v", err)
		}
	}
	for _, key := range []Key{town, there} {
		for _, s := range [][]byte{shown, alone} {
			if _, err := key.OpenErasable(s, cell); !errors.Is(err, ErrErased) {
				t.Error(err)
			}
			if _, err := key.Open(s[slotSizeR:], cell); !errors.Is(err, ErrBroken) {
				t.Errorf("without its slot: %v", err)
			}
		}
	}
	// Who holds the key already reads on: it lives in one request.
	if plain, err := one.Open(sealed, cell); err != nil || string(plain) != "child" {
		t.Error(err)
	}
}

func TestSealWithAndErasable(t *testing.T) {
	k, _ := keyring(t)
	town, _, err := k.NewLastingKey(t.Context(), "municipality/1")
	if err != nil {
		t.Fatal(err)
	}
	_, wrapped, err := k.NewKey(t.Context(), "application/1")
	if err != nil {
		t.Fatal(err)
	}
	cell, other := Cell{"t", "c", "1"}, Cell{"t", "c", "2"}
	for name, make := range map[string]func() ([]byte, error){
		"with":     func() ([]byte, error) { return town.SealWith(wrapped, []byte("x"), cell) },
		"alone":    func() ([]byte, error) { return town.SealErasable(t.Context(), []byte("x"), cell) },
		"no slot":  func() ([]byte, error) { return town.SealWith(nil, []byte("x"), cell) },
		"as usual": func() ([]byte, error) { return town.Seal([]byte("x"), cell) },
	} {
		sealed, err := make()
		if err != nil {
			t.Fatal(name, err)
		}
		if plain, err := town.OpenErasable(sealed, cell); err != nil || string(plain) != "x" {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
		if _, err := town.OpenErasable(sealed, other); !errors.Is(err, ErrBroken) {
			t.Errorf("%s, moved: %v", name, err)
		}
		for i := range sealed {
			damaged := bytes.Clone(sealed)
			damaged[i] ^= 1
			if _, err := town.OpenErasable(damaged, cell); err == nil {
				t.Fatalf("%s: byte %d may be changed", name, i)
			}
		}
	}
	// The slot of another's key does not open this one.
	_, stranger, err := k.NewKey(t.Context(), "application/2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), append(bytes.Clone(SlotOf(stranger)), wrapped[slotSizeR:]...), "application/1"); !errors.Is(err, ErrBroken) {
		t.Error(err)
	}
}

// A leaf that is missing is no erasure: somebody forgot to bring the folder back.
func TestAMissingShelfIsNoErasure(t *testing.T) {
	k, path := keyring(t)
	_, wrapped, err := k.NewKey(t.Context(), "application/1")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+ShelfSuffix, path+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), wrapped, "application/1"); !errors.Is(err, ErrNoShelf) || errors.Is(err, ErrErased) {
		t.Error(err)
	}
	if gone, err := k.Destroy(SlotOf(wrapped)); !errors.Is(err, ErrNoShelf) || len(gone) != 0 {
		t.Error(gone, err)
	}
	if _, err := k.WithShelf(nil).Unwrap(t.Context(), wrapped, "application/1"); !errors.Is(err, ErrNoShelf) {
		t.Error(err)
	}
	if err := os.Rename(path+".away", path+ShelfSuffix); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), wrapped, "application/1"); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(path+ShelfSuffix, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKeyring(path); !errors.Is(err, ErrKeysetMode) {
		t.Errorf("a folder that all may look into: %v", err)
	}
}

// Rewrapping under a new master key does not bring back what was destroyed, and keeps what was not.
func TestRewrapKeepsTheSlot(t *testing.T) {
	k, _ := keyring(t)
	_, wrapped, err := k.NewKey(t.Context(), "application/1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Rewrap(t.Context(), wrapped, "application/1")
	if err != nil || !bytes.Equal(SlotOf(again), SlotOf(wrapped)) {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), again, "application/1"); err != nil {
		t.Error(err)
	}
	if _, err := k.Destroy(SlotOf(wrapped)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Unwrap(t.Context(), again, "application/1"); !errors.Is(err, ErrErased) {
		t.Error(err)
	}
}

// However many take keys at once, on one node or two, nobody gets another's slot.
func TestEverybodyHasASlotOfTheirOwn(t *testing.T) {
	k, path := keyring(t)
	node, err := LoadKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for _, ring := range []*Keyring{k, node, k, node} {
		all.Go(func() {
			for range 100 {
				_, wrapped, err := ring.NewKey(t.Context(), "o")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if slot := string(SlotOf(wrapped)); slot == "" || seen[slot] {
					t.Error("a slot twice")
				} else {
					seen[slot] = true
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	leaves := 0
	err = filepath.WalkDir(path+ShelfSuffix, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			leaves++
		}
		return err
	})
	if err != nil || leaves != 9 { // 400 keys of two nodes, and the identity
		t.Errorf("%d leaves, %v", leaves, err)
	}
}

func TestJournal(t *testing.T) {
	k, path := keyring(t)
	j := k.Shelf().Journal()
	if err := j.Each(func([]byte) error { return errors.New("there is none") }); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := j.Append(map[string]int{"n": i}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	other := k.Shelf().Journal()
	if err := other.Append(map[string]int{"n": 3}); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(path+ShelfSuffix, journalFolder, "*.jsonl"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	half, err := os.OpenFile(files[0], os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = half.WriteString(`{"n":`)
	if err = errors.Join(err, half.Close()); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := j.Each(func([]byte) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d records, %v", n, err)
	}
}

func BenchmarkErasableKey(b *testing.B) {
	k, _ := keyring(b)
	for b.Loop() {
		if _, _, err := k.NewKey(b.Context(), "application/1"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrapErasable(b *testing.B) {
	k, _ := keyring(b)
	_, wrapped, err := k.NewKey(b.Context(), "application/1")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := k.Unwrap(b.Context(), wrapped, "application/1"); err != nil {
			b.Fatal(err)
		}
	}
}
