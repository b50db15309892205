// Package edition has the catalogue as officials publish it: a bundle of files, immutable and known by its digest; the national
// one, those that municipalities lay over it (上乗せ), and which is in force when. It is pure.
package edition

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"testing/fstest"

	"kosodate.example/onestop/app/rule/source"
)

// Bundle is the files of one edition: YAML in one folder, case tables in cases/, forms to print in forms/. It never changes.
type Bundle struct {
	files  map[string][]byte
	digest string
}

// What a bundle may hold: the catalogue that comes with the program has a tenth of it.
const (
	MaxBundle = 8 << 20 // bytes of all files together, and of the zip that they come in
	maxFile   = 2 << 20
	maxFiles  = 300
)

// fileName is what a file of a bundle may be called.
var fileName = regexp.MustCompile(`^((cases|forms)/)?[A-Za-z0-9_][A-Za-z0-9_-]*\.(yaml|csv|xlsx|pdf)$`)

// ErrTooLarge says that a bundle has more, or larger, files than it may.
var ErrTooLarge = errors.New("edition: the bundle is too large")

// tooLarge names the file with which a bundle became too large.
func tooLarge(name string) error { return fmt.Errorf("%s: %w", name, ErrTooLarge) }

// New makes a bundle of files by their names. Its error is source.Faults, or ErrTooLarge.
func New(files map[string][]byte) (*Bundle, error) {
	b := &Bundle{files: make(map[string][]byte, len(files))}
	var wrong source.List
	total := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if !fileName.MatchString(name) {
			wrong.Add(source.Position{File: name}, "a bundle holds NAME.yaml, cases/NAME.yaml, .csv or .xlsx, and forms/NAME.pdf, and nothing else")
		}
		if total += len(text); len(text) > maxFile || total > MaxBundle || len(files) > maxFiles {
			return nil, tooLarge(name)
		}
		b.files[name] = normal(name, text)
	}
	if len(files) == 0 {
		wrong.Add(source.Position{File: "."}, "the bundle is empty")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	b.digest = b.sum()
	return b, nil
}

// normal brings a text to one form of line ends without a byte order mark, so that the same edition has the same digest wherever
// it was written.
func normal(name string, text []byte) []byte {
	if ext := path.Ext(name); ext != ".yaml" && ext != ".csv" {
		return bytes.Clone(text)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}

// sum is the SHA-256 of the canonical form: for each file, in the order of the names, the name and then the contents, each after
// its length as eight bytes, the highest first.
func (b *Bundle) sum() string {
	h := sha256.New()
	for _, name := range b.Names() {
		for _, part := range [][]byte{[]byte(name), b.files[name]} {
			_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part)))) // a hash takes everything
			_, _ = h.Write(part)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Digest is the SHA-256 of the canonical form in small hexadecimal digits: the edition's name for ever.
func (b *Bundle) Digest() string { return b.digest }

// Names are those of its files, sorted.
func (b *Bundle) Names() []string {
	return slices.Sorted(maps.Keys(b.files))
}

// File is the contents of one file, which must not be changed; nil if there is none.
func (b *Bundle) File(name string) []byte { return b.files[name] }

// With is a bundle with some files in the place of those of the same names; nil contents take a file away. Errors as of New.
func (b *Bundle) With(files map[string][]byte) (*Bundle, error) {
	out := make(map[string][]byte, len(b.files)+len(files))
	for name, text := range b.files {
		out[name] = text
	}
	for name, text := range files {
		if out[name] = text; text == nil {
			delete(out, name)
		}
	}
	return New(out)
}

// FS is the bundle as a file system, for the loaders.
func (b *Bundle) FS() fs.FS {
	out := fstest.MapFS{}
	for name, text := range b.files {
		out[name] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return out
}

// Read takes a bundle from a folder. Files whose names start with a point are left out. Errors as of New.
func Read(dir fs.FS) (*Bundle, error) {
	files := map[string][]byte{}
	total := 0
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && path.Base(name)[0] == '.':
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case len(files) >= maxFiles, total > MaxBundle:
			return tooLarge(name)
		}
		f, err := dir.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		files[name], err = readLimited(name, f)
		total += len(files[name])
		return err
	})
	if err != nil {
		return nil, err
	}
	return New(files)
}

// Unzip takes a bundle from a zip file of at most MaxBundle bytes. What a file says of its own size is not believed. A single
// folder around everything is passed over. Errors as of New, and source.Faults for what is no zip file.
func Unzip(data []byte) (*Bundle, error) {
	if len(data) > MaxBundle {
		return nil, ErrTooLarge
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, source.Faults{{File: ".", Text: "this is no zip file"}}
	}
	files := map[string][]byte{}
	total := 0
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if len(files) >= maxFiles || total > MaxBundle {
			return nil, tooLarge(f.Name)
		}
		if _, twice := files[f.Name]; twice {
			return nil, source.Faults{{File: f.Name, Text: "the file stands twice in the zip"}}
		}
		text, err := unzipped(f)
		if err != nil {
			return nil, err
		}
		total += len(text)
		files[f.Name] = text
	}
	return New(withoutFolder(files))
}

func unzipped(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, source.Faults{{File: f.Name, Text: "the file in the zip cannot be read"}}
	}
	defer r.Close()
	text, err := readLimited(f.Name, r)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return nil, source.Faults{{File: f.Name, Text: "the file in the zip is damaged"}}
	}
	return text, err
}

func readLimited(name string, r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(text) > maxFile {
		return nil, tooLarge(name)
	}
	return text, err
}

// withoutFolder takes away the one folder that a zip made of a folder has around everything.
func withoutFolder(files map[string][]byte) map[string][]byte {
	folder := ""
	for name := range files {
		first, _, nested := bytes.Cut([]byte(name), []byte("/"))
		if !nested || folder != "" && folder != string(first) || slices.Contains([]string{"cases", "forms", ".", "..", ""}, string(first)) {
			return files
		}
		folder = string(first)
	}
	out := make(map[string][]byte, len(files))
	for name, text := range files {
		out[name[len(folder)+1:]] = text
	}
	return out
}

// Zip is the bundle as a zip file, the same bytes for the same edition.
func (b *Bundle) Zip() ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range b.Names() {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = f.Write(b.files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("edition: zip: %w", err)
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
