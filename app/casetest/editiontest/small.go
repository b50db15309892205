// Package editiontest has a small edition for tests, and changes of it.
package editiontest

import (
	"embed"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/catalogue"
)

//go:embed all:small
var files embed.FS

// Small is the edition with changes: file, what stands there, what is to stand there; and so on. A file that is not there is made.
func Small(t testing.TB, changes ...string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	folder, err := fs.Sub(files, "small")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	for i := 0; i+2 < len(changes); i += 3 {
		f := out[changes[i]]
		if f == nil {
			f = &fstest.MapFile{}
			out[changes[i]] = f
		}
		if !strings.Contains(string(f.Data), changes[i+1]) {
			t.Fatalf("%s does not say %q", changes[i], changes[i+1])
		}
		f.Data = []byte(strings.Replace(string(f.Data), changes[i+1], changes[i+2], 1))
	}
	return out
}

// Load makes the catalogue of Small.
func Load(t testing.TB, changes ...string) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(Small(t, changes...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
