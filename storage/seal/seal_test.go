package seal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var cell = Cell{Table: "revisions", Column: "form", Row: "0198c0de-0000-7000-8000-000000000001"}

func testKeyring(t testing.TB) *Keyring {
	t.Helper()
	ring, err := CreateKeyring(filepath.Join(t.TempDir(), "master.json"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func testKey(t testing.TB) Key {
	t.Helper()
	key, _, err := testKeyring(t).NewKey(context.Background(), "application/1")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestColumnRoundTrip(t *testing.T) {
	key := testKey(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		at := Cell{rapid.String().Draw(t, "table"), rapid.String().Draw(t, "column"), rapid.String().Draw(t, "row")}
		sealed, err := key.Seal(plain, at)
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed) != len(plain)+sealOverhead {
			t.Fatalf("%d bytes for %d", len(sealed), len(plain))
		}
		opened, err := key.Open(sealed, at)
		if err != nil || !bytes.Equal(opened, plain) {
			t.Fatalf("opened %x, %v; want %x", opened, err, plain)
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "flip")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := key.Open(sealed, at); !errors.Is(err, ErrBroken) {
			t.Fatalf("a flipped bit: %v", err)
		}
	})
}

// Cells that differ in one part, and cells whose parts run together to the same text.
func TestOpenRefusesAnotherCell(t *testing.T) {
	key, other := testKey(t), testKey(t)
	sealed, err := key.Seal([]byte("ひなた"), Cell{"ab", "c", "d"})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []Cell{{}, {"ab", "c", "e"}, {"ab", "x", "d"}, {"x", "c", "d"}, {"a", "bc", "d"}, {"ab", "cd", ""}, {"", "ab", "cd"}} {
		if _, err := key.Open(sealed, wrong); !errors.Is(err, ErrBroken) {
			t.Errorf("opened at %+v: %v", wrong, err)
		}
	}
	if _, err := other.Open(sealed, Cell{"ab", "c", "d"}); !errors.Is(err, ErrBroken) {
		t.Errorf("opened by another key: %v", err)
	}
	for _, short := range [][]byte{nil, sealed[:sealOverhead-1], sealed[:len(sealed)-1]} {
		if _, err := key.Open(short, Cell{"ab", "c", "d"}); !errors.Is(err, ErrBroken) {
			t.Errorf("opened %d bytes of it: %v", len(short), err)
		}
	}
}

func TestBlindIndex(t *testing.T) {
	key, other := testKey(t), testKey(t)
	base := key.BlindIndex("family-kana", "ヤマダ")
	if len(base) != 32 || !bytes.Equal(base, key.BlindIndex("family-kana", "ヤマダ")) {
		t.Fatal("equal values must give equal indexes of 32 bytes")
	}
	for name, differs := range map[string][]byte{
		"value":       key.BlindIndex("family-kana", "ヤマタ"),
		"domain":      key.BlindIndex("full-kana", "ヤマダ"),
		"key":         other.BlindIndex("family-kana", "ヤマダ"),
		"running on":  key.BlindIndex("family-kanaヤ", "マダ"),
		"empty value": key.BlindIndex("family-kana", ""),
	} {
		if bytes.Equal(base, differs) {
			t.Errorf("another %s gives the same index", name)
		}
	}
}

// A key must not reach a log, whatever way it is written.
func TestKeyIsNeverPrinted(t *testing.T) {
	key := testKey(t)
	holder := struct{ Key Key }{key}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", key, "holder", holder)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", key, "holder", holder)
	body, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out := log.String() + string(body)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		one := fmt.Sprintf(verb, key)
		if one != redacted {
			t.Errorf("%s prints %s", verb, one)
		}
		out += fmt.Sprintf(verb, holder)
	}
	secret := key.m.index
	for _, trace := range []string{fmt.Sprintf("%x", secret[:4]), fmt.Sprintf("%d %d %d", secret[0], secret[1], secret[2]), "0xc0"} {
		if strings.Contains(strings.ToLower(out), trace) {
			t.Errorf("output contains %q: %s", trace, out)
		}
	}
}

func TestZeroKey(t *testing.T) {
	var key Key
	_, sealErr := key.Seal(nil, cell)
	_, openErr := key.Open(nil, cell)
	_, encErr := key.EncryptStream(&bytes.Buffer{}, cell)
	_, pullErr := key.EncryptReader(&bytes.Buffer{}, cell)
	_, decErr := key.DecryptStream(&bytes.Buffer{}, cell)
	for _, err := range []error{sealErr, openErr, encErr, pullErr, decErr} {
		if !errors.Is(err, ErrNoKey) {
			t.Errorf("the zero key answers %v", err)
		}
	}
	if key.BlindIndex("a", "b") != nil {
		t.Error("the zero key gives an index")
	}
}
