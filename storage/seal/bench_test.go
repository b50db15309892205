package seal

import (
	"bytes"
	"context"
	"io"
	"testing"
)

func BenchmarkNewKey(b *testing.B) {
	ring := testKeyring(b)
	for b.Loop() {
		if _, _, err := ring.NewKey(context.Background(), owner); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	ring := testKeyring(b)
	_, wrapped, err := ring.NewKey(context.Background(), owner)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ring.Unwrap(context.Background(), wrapped, owner); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal2KB(b *testing.B) {
	key, plain := testKey(b), noise(2048)
	for b.Loop() {
		if _, err := key.Seal(plain, cell); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBlindIndex(b *testing.B) {
	key := testKey(b)
	for b.Loop() {
		key.BlindIndex("family-kana", "ヤマダ")
	}
}

func BenchmarkEncryptReader300KB(b *testing.B) {
	key, plain := testKey(b), noise(300<<10)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		r, err := key.EncryptReader(bytes.NewReader(plain), cell)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecryptStream300KB(b *testing.B) {
	key := testKey(b)
	sealed := encrypt(b, key, noise(300<<10), cell)
	b.SetBytes(300 << 10)
	for b.Loop() {
		if _, err := decrypt(key, bytes.NewReader(sealed), cell); err != nil {
			b.Fatal(err)
		}
	}
}
