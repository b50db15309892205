package portal

import (
	"archive/zip"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"io"
	"io/fs"
	"os"
)

// Zip opens a package that is a ZIP. Names that lead out, that are said twice or are too many are refused, before anything is unpacked; what is unpacked is
// bounded where it is read. Error: invalid-request.
func Zip(r io.ReaderAt, size int64) (fs.FS, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refused("intake-package").Because(err)
	}
	if len(z.File) > MostFiles {
		return nil, refused("intake-size")
	}
	seen := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		if seen[f.Name] || !f.Mode().IsDir() && !fs.ValidPath(f.Name) {
			return nil, refused("intake-package")
		}
		seen[f.Name] = true
	}
	return z, nil
}

// Folder opens a package that is a folder: no link leads out of it.
func Folder(dir string) (fs.FS, io.Closer, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root, nil
}

// Spooled is a body on this machine's disk, under a key that is nowhere but in memory: a ZIP is read from its end. The file has no name any more.
type Spooled struct {
	file  *os.File
	block cipher.Block
	Size  int64
}

// Spool writes a body down, up to most bytes. Close it. Errors: invalid-request for a longer one; those of the body as they are.
func Spool(body io.Reader, most int64) (*Spooled, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "onestop-intake-")
	if err != nil {
		return nil, err
	}
	s := &Spooled{file: file, block: block}
	if err := os.Remove(file.Name()); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.Size, err = io.Copy(&cipher.StreamWriter{S: s.stream(0), W: file}, io.LimitReader(body, most+1))
	if err == nil && s.Size > most {
		err = refused("intake-size")
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// stream is the key stream from a block on: the key is for this one body.
func (s *Spooled) stream(block int64) cipher.Stream {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(block)) //nolint:gosec // an offset is no less than 0
	return cipher.NewCTR(s.block, counter[:])
}

// ReadAt reads anywhere (io.ReaderAt).
func (s *Spooled) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.file.ReadAt(p, off)
	stream, skip := s.stream(off/aes.BlockSize), make([]byte, off%aes.BlockSize)
	stream.XORKeyStream(skip, skip)
	stream.XORKeyStream(p[:n], p[:n])
	return n, err
}

// Close lets the disk have its room back.
func (s *Spooled) Close() error { return s.file.Close() }
