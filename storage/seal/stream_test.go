package seal

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func encrypt(t interface{ Fatal(...any) }, key Key, plain []byte, at Cell) []byte {
	var out bytes.Buffer
	w, err := key.EncryptStream(&out, at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decrypt(key Key, sealed io.Reader, at Cell) ([]byte, error) {
	r, err := key.DecryptStream(sealed, at)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func noise(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n)}).Read(out)
	return out
}

// Sizes at and beside every border, where an off-by-one would tear an upload.
func TestSealedSizeIsExact(t *testing.T) {
	key := testKey(t)
	sizes := map[int]bool{}
	for _, border := range []int{0, firstPlain, segmentPlain, firstPlain + segmentPlain, firstPlain + 2*segmentPlain, segmentSize, 2 * segmentSize, pullSize,
		firstPlain + pullSize, 300 << 10} {
		for d := -2; d <= 2; d++ {
			if border+d >= 0 {
				sizes[border+d] = true
			}
		}
	}
	for n := range sizes {
		if got := int64(len(encrypt(t, key, noise(n), cell))); got != SealedSize(int64(n)) {
			t.Errorf("%d plain bytes give %d, announced %d", n, got, SealedSize(int64(n)))
		}
	}
	if SealedSize(-1) >= 0 {
		t.Error("a negative size has a sealed size")
	}
}

func TestStreamRoundTrip(t *testing.T) {
	key := testKey(t)
	rapid.Check(t, func(t *rapid.T) {
		segments := rapid.IntRange(0, 10).Draw(t, "segments")
		plain := noise(max(0, firstPlain+(segments-1)*segmentPlain+rapid.IntRange(-50, 50).Draw(t, "beside")))
		pulled, err := key.EncryptReader(iotest.HalfReader(bytes.NewReader(plain)), cell)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := io.ReadAll(iotest.HalfReader(pulled))
		if err != nil || int64(len(sealed)) != SealedSize(int64(len(plain))) {
			t.Fatalf("pulled %d bytes of %d plain, announced %d: %v", len(sealed), len(plain), SealedSize(int64(len(plain))), err)
		}
		for name, body := range map[string][]byte{"pulled": sealed, "pushed": encrypt(t, key, plain, cell)} {
			got, err := decrypt(key, iotest.HalfReader(bytes.NewReader(body)), cell)
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s: %d bytes back of %d: %v", name, len(got), len(plain), err)
			}
		}
	})
}

// Whatever is done to a stream, the reader must end in ErrBroken and hand out nothing but a true prefix.
func TestChangedStreamIsRefused(t *testing.T) {
	key := testKey(t)
	plain := noise(firstPlain + 5*segmentPlain + 100)
	sealed := encrypt(t, key, plain, cell)
	segment := func(i int) []byte { return sealed[i*segmentSize : min((i+1)*segmentSize, len(sealed))] }
	join := func(order ...int) []byte {
		var out []byte
		for _, i := range order {
			out = append(out, segment(i)...)
		}
		return out
	}
	other := encrypt(t, key, plain, cell)
	cases := map[string][]byte{
		"two segments exchanged": join(0, 2, 1, 3, 4, 5, 6),
		"a segment left out":     join(0, 1, 2, 4, 5, 6),
		"a segment twice":        join(0, 1, 1, 2, 3, 4, 5, 6),
		"the last left out":      join(0, 1, 2, 3, 4, 5),
		"bytes after the end":    append(bytes.Clone(sealed), 0),
		"empty":                  {},
		"a segment of another":   append(append(join(0, 1), other[2*segmentSize:3*segmentSize]...), join(3, 4, 5, 6)...),
		"the header of another":  append(bytes.Clone(other[:streamHeader]), sealed[streamHeader:]...),
	}
	for name, body := range cases {
		got, err := decrypt(key, bytes.NewReader(body), cell)
		if !errors.Is(err, ErrBroken) || !bytes.HasPrefix(plain, got) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cut := rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")
		if got, err := decrypt(key, bytes.NewReader(sealed[:cut]), cell); !errors.Is(err, ErrBroken) || !bytes.HasPrefix(plain, got) {
			t.Fatalf("cut at %d: %d bytes, %v", cut, len(got), err)
		}
		flipped := bytes.Clone(sealed)
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "flip")
		flipped[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, err := decrypt(key, bytes.NewReader(flipped), cell); !errors.Is(err, ErrBroken) || !bytes.HasPrefix(plain, got) {
			t.Fatalf("flipped at %d: %d bytes, %v", at, len(got), err)
		}
	})
}

func TestStreamIsBoundToItsCell(t *testing.T) {
	key := testKey(t)
	sealed := encrypt(t, key, []byte("x"), Cell{"object", "part", "1"})
	for _, wrong := range []Cell{{"object", "part", "2"}, {"object", "part1", ""}, {}} {
		if _, err := decrypt(key, bytes.NewReader(sealed), wrong); !errors.Is(err, ErrBroken) {
			t.Errorf("read at %+v: %v", wrong, err)
		}
	}
	if _, err := decrypt(testKey(t), bytes.NewReader(sealed), Cell{"object", "part", "1"}); !errors.Is(err, ErrBroken) {
		t.Errorf("read by another key: %v", err)
	}
}

// A torn connection is not a broken file: one is retried, the other is raised with the operators.
func TestSourceFailuresPassThrough(t *testing.T) {
	key := testKey(t)
	sealed := encrypt(t, key, noise(3*segmentSize), cell)
	gone := errors.New("connection reset")
	for _, failure := range []error{gone, io.ErrUnexpectedEOF} {
		for _, after := range []int{0, 1, 20, streamHeader, 5000, 2 * segmentSize} {
			torn := io.MultiReader(bytes.NewReader(sealed[:after]), iotest.ErrReader(failure))
			if _, err := decrypt(key, torn, cell); !errors.Is(err, failure) || errors.Is(err, ErrBroken) {
				t.Errorf("%v after %d bytes: %v", failure, after, err)
			}
		}
		pulled, err := key.EncryptReader(io.MultiReader(bytes.NewReader(noise(9000)), iotest.ErrReader(failure)), cell)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(pulled); !errors.Is(err, failure) {
			t.Errorf("encrypting: %v", err)
		}
	}
}
