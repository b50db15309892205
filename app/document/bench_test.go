package document

import (
	"bytes"
	"crypto/sha256"
	"io"
	"path/filepath"
	"testing"

	"kosodate.example/onestop/storage/seal"
)

// What one upload costs beside its transactions and the store, and what it is made of: the difference between the
// pipeline and the sum of digest and encryption is what could be saved.
func BenchmarkPipeline(b *testing.B) {
	keyring, err := seal.CreateKeyring(filepath.Join(b.TempDir(), "keyset.json"))
	if err != nil {
		b.Fatal(err)
	}
	key, _, err := keyring.NewKey(b.Context(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	encrypt := func(b *testing.B, plain io.Reader) {
		sealed, err := key.EncryptReader(plain, objectCell("x"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := (discard{}).Put(b.Context(), "", sealed, 0, ""); err != nil {
			b.Fatal(err)
		}
	}
	for _, size := range []struct {
		name  string
		bytes int
	}{{"300KiB", 300 << 10}, {"20MiB", 20 << 20}} {
		body := pdf(size.bytes)
		run := func(what string, fn func(b *testing.B)) {
			b.Run(size.name+"/"+what, func(b *testing.B) {
				b.SetBytes(int64(size.bytes))
				b.ReportAllocs()
				for b.Loop() {
					fn(b)
				}
			})
		}
		run("pipeline", func(b *testing.B) {
			in := newIntake(b.Context(), bytes.NewReader(body), int64(len(body)))
			head, err := in.peek()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := mediaTypeOf("a.pdf", head); err != nil {
				b.Fatal(err)
			}
			encrypt(b, in)
			in.sha256()
			in.release()
		})
		run("digest", func(*testing.B) { sha256.Sum256(body) })
		run("encryption", func(b *testing.B) { encrypt(b, bytes.NewReader(body)) })
	}
}

// A whole upload of a common size, with its three transactions and a real store.
func BenchmarkReceive(b *testing.B) {
	w := newWorld(b, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(300 << 10)
	for name, service := range map[string]*Service{"store": w.service,
		"transactions": New(w.Dossiers, w.Sweep, discard{w.store}, nil, options)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := service.Receive(b.Context(), w.Parent, upload(app, "a.pdf", body)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
