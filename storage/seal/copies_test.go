package seal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
)

// records is the database's part, as far as a shelf sees it.
type records struct {
	mu     sync.Mutex
	id     string
	newest []byte
	down   error
}

func (r *records) ClaimShelf(_ context.Context, id string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id == "" {
		r.id = id
	}
	return r.id, r.down
}

func (r *records) NewestKey(context.Context) ([]byte, error) { return r.newest, r.down }

// copiesOf makes a shelf in n folders, and opens it as another node does.
func copiesOf(t *testing.T, n int) (ring *Keyring, node func() (*Keyring, error), dirs []string) {
	t.Helper()
	in := t.TempDir()
	for i := range n {
		dirs = append(dirs, filepath.Join(in, "copy"+string(rune('a'+i))))
	}
	path := filepath.Join(in, "master.json")
	ring, err := CreateKeyring(path, dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return ring, func() (*Keyring, error) { return LoadKeyring(path, dirs...) }, dirs
}

func wrapNew(t *testing.T, k *Keyring) []byte {
	t.Helper()
	_, wrapped, err := k.NewKey(t.Context(), "o")
	if err != nil {
		t.Fatal(err)
	}
	return wrapped
}

// empty puts an empty folder in a copy's place, as a mount leaves it that is gone, and gives what brings it back.
func empty(t *testing.T, dir string) (back func()) {
	t.Helper()
	away := dir + ".away"
	if err := errors.Join(os.Rename(dir, away), os.Mkdir(dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.Remove(dir), os.Rename(away, dir)); err != nil { // Remove refuses a folder that is not empty
			t.Fatal(err)
		}
	}
}

// age makes every leaf older than Mend waits for.
func age(t *testing.T, dir string) {
	t.Helper()
	leaves, err := filepath.Glob(filepath.Join(dir, "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-2 * settled)
	for _, leaf := range leaves {
		if err := os.Chtimes(leaf, then, then); err != nil {
			t.Fatal(err)
		}
	}
}

func drain(k *Keyring) { k.shelf.free = nil }

// A node whose folder is gone makes no key that others cannot read, and leaves nothing in the folder below.
func TestNoKeyWithoutTheShelf(t *testing.T) {
	k, node, dirs := copiesOf(t, 1)
	before := wrapNew(t, k)
	back := empty(t, dirs[0])
	drain(k)
	if _, _, err := k.NewKey(t.Context(), "o"); fault.KindOf(err) != fault.Unavailable || !errors.Is(err, ErrNoShelf) {
		t.Errorf("a key in an empty folder: %v", err)
	}
	if _, err := k.Unwrap(t.Context(), before, "o"); fault.KindOf(err) != fault.Unavailable || !errors.Is(err, ErrNoShelf) {
		t.Errorf("a key that cannot be read: %v", err)
	}
	if err := k.Shelf().Ready(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("ready: %v", err)
	}
	if err := k.Shelf().Journal().Append(1); err == nil {
		t.Error("an erasure is told to an empty folder")
	}
	if _, err := node(); !errors.Is(err, ErrNoShelf) {
		t.Errorf("a node starts: %v", err)
	}
	back()
	if err := k.Shelf().Ready(t.Context()); err != nil {
		t.Error(err)
	}
	wrapNew(t, k)
	if _, err := k.Unwrap(t.Context(), before, "o"); err != nil {
		t.Error(err)
	}
}

func TestOneShelfForAll(t *testing.T) {
	one, _, _ := copiesOf(t, 1)
	other, _, _ := copiesOf(t, 1)
	database := &records{}
	one.Shelf().Register(database)
	other.Shelf().Register(database)
	database.newest = wrapNew(t, one)
	if err := one.Shelf().Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if _, _, err := other.NewKey(t.Context(), "o"); fault.KindOf(err) != fault.Unavailable || !errors.Is(err, ErrOtherShelf) {
		t.Errorf("a key on another shelf: %v", err)
	}
	if err := other.Shelf().Ready(t.Context()); !errors.Is(err, ErrOtherShelf) {
		t.Errorf("ready: %v", err)
	}
	database.down = errors.New("down")
	third, _, _ := copiesOf(t, 1)
	third.Shelf().Register(database)
	if _, _, err := third.NewKey(t.Context(), "o"); !errors.Is(err, database.down) {
		t.Errorf("a key of a shelf that is not known yet: %v", err)
	}
}

// A folder that was copied from the shelf has its identity and lacks what was written since.
func TestAnOldCopyIsNotTheShelf(t *testing.T) {
	k, node, dirs := copiesOf(t, 1)
	database := &records{}
	stale := filepath.Join(t.TempDir(), "stale")
	if err := os.CopyFS(stale, os.DirFS(dirs[0])); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	k.Shelf().Register(database)
	database.newest = wrapNew(t, k)
	there, err := node()
	if err != nil {
		t.Fatal(err)
	}
	there.shelf.Register(database)
	there.shelf.copies[0].dir = stale
	wrapNew(t, there) // nobody looked yet
	if err := there.Shelf().Ready(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("ready: %v", err)
	}
	if _, _, err := there.NewKey(t.Context(), "o"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a key on an old copy: %v", err)
	}
	there.shelf.copies[0].dir = dirs[0]
	if err := there.Shelf().Ready(t.Context()); err != nil {
		t.Error(err)
	}
	wrapNew(t, there)
}

// Each of three copies may be lost, whichever it is, and is filled again.
func TestLossOfEachCopy(t *testing.T) {
	for lost := range 3 {
		k, node, dirs := copiesOf(t, 3)
		kept, erased := wrapNew(t, k), wrapNew(t, k)
		if err := os.RemoveAll(dirs[lost]); err != nil {
			t.Fatal(err)
		}
		drain(k)
		since := wrapNew(t, k)
		there, err := node()
		if err != nil {
			t.Fatal(err)
		}
		for _, ring := range []*Keyring{k, there} {
			for _, wrapped := range [][]byte{kept, erased, since} {
				if _, err := ring.Unwrap(t.Context(), wrapped, "o"); err != nil {
					t.Errorf("without copy %d: %v", lost, err)
				}
			}
			if err := ring.Shelf().Ready(t.Context()); err != nil {
				t.Error(err)
			}
			if err := ring.Shelf().Whole(t.Context()); !errors.Is(err, ErrNoShelf) {
				t.Errorf("nobody says that copy %d is lost: %v", lost, err)
			}
		}
		if gone, err := k.Destroy(SlotOf(erased)); err == nil || len(gone) != 0 {
			t.Error("destroyed, while a copy may come back with it")
		}
		if _, err := k.Mend(t.Context()); err == nil {
			t.Error("mended without the copy")
		}
		if _, err := CreateShelf(dirs...); err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			age(t, dir)
		}
		if done, err := k.Mend(t.Context()); err != nil || done.Leaves != 2 {
			t.Errorf("%+v, %v", done, err)
		}
		if gone, err := k.Destroy(SlotOf(erased)); err != nil || len(gone) != 1 {
			t.Error(gone, err)
		}
		for _, dir := range dirs { // each alone
			k.shelf.copies = []*copyOf{{dir: dir}}
			for _, wrapped := range [][]byte{kept, since} {
				if _, err := k.Unwrap(t.Context(), wrapped, "o"); err != nil {
					t.Errorf("%s, copy %d lost: %v", filepath.Base(dir), lost, err)
				}
			}
			if _, err := k.Unwrap(t.Context(), erased, "o"); !errors.Is(err, ErrErased) {
				t.Errorf("%s, copy %d lost: %v", filepath.Base(dir), lost, err)
			}
		}
	}
}

// A copy that comes back from a backup has secrets that were destroyed since.
func TestWhatIsDestroyedInOneCopyIsInAll(t *testing.T) {
	k, _, dirs := copiesOf(t, 2)
	wrapped := wrapNew(t, k)
	backup := filepath.Join(t.TempDir(), "backup")
	if err := os.CopyFS(backup, os.DirFS(dirs[1])); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Destroy(SlotOf(wrapped)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(dirs[1]), os.Rename(backup, dirs[1]), os.Chmod(dirs[1], 0o700)); err != nil {
		t.Fatal(err)
	}
	if done, err := k.Mend(t.Context()); err != nil || done.Slots != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	k.shelf.copies = k.shelf.copies[1:]
	if _, err := k.Unwrap(t.Context(), wrapped, "o"); !errors.Is(err, ErrErased) {
		t.Error(err)
	}
}

// Two of three may not decide: half of the nodes could write where the other half does not look.
func TestAMajorityIsNeeded(t *testing.T) {
	k, node, dirs := copiesOf(t, 3)
	wrapNew(t, k)
	for _, dir := range dirs[1:] {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	drain(k)
	if _, _, err := k.NewKey(t.Context(), "o"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a key in one of three: %v", err)
	}
	if _, err := node(); !errors.Is(err, ErrNoShelf) {
		t.Errorf("a node starts: %v", err)
	}
	stranger, _, strange := copiesOf(t, 1)
	wrapNew(t, stranger)
	if _, err := CreateShelf(dirs[0], strange[0]); !errors.Is(err, ErrOtherShelf) {
		t.Errorf("two shelves are joined: %v", err)
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "letter.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateShelf(full); err == nil {
		t.Error("a shelf among other things")
	}
}

// Keys are made and destroyed while a copy is filled: nothing that was destroyed comes back.
func TestMendingWhileKeysAreDestroyed(t *testing.T) {
	k, _, dirs := copiesOf(t, 3)
	var all [][]byte
	for range 30 {
		drain(k) // a leaf each
		all = append(all, wrapNew(t, k))
	}
	if err := os.RemoveAll(dirs[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateShelf(dirs...); err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		age(t, dir)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for range 5 {
			if _, err := k.Mend(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	for _, wrapped := range all {
		if _, err := k.Destroy(SlotOf(wrapped)); err != nil {
			t.Error(err)
		}
	}
	work.Wait()
	for _, dir := range dirs {
		age(t, dir)
	}
	if _, err := k.Mend(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range k.shelf.copies {
		for _, wrapped := range all {
			if secret, err := c.slot(SlotOf(wrapped)); err == nil && !isZero(secret) {
				t.Error("a secret came back")
			}
		}
	}
}
