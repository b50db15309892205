package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Sizes of AES256_GCM_HKDF_4KB: a header (its length, a salt, a nonce prefix), then segments of 4,096 bytes with a tag
// each; the header counts against the first segment.
const (
	segmentSize  = 4096
	segmentTag   = 16
	streamHeader = 1 + 32 + 7
	segmentPlain = segmentSize - segmentTag
	firstPlain   = segmentPlain - streamHeader
)

// SealedSize is the exact number of bytes that a stream of plain bytes has once it is encrypted, so that an upload can
// announce its length (security.md, "Files"). It is negative for a negative size.
func SealedSize(plain int64) int64 {
	if plain < 0 {
		return -1
	}
	segments := int64(1)
	if plain > firstPlain {
		segments += (plain - firstPlain + segmentPlain - 1) / segmentPlain
	}
	return streamHeader + plain + segments*segmentTag
}

// EncryptStream writes what is written to it, encrypted, to w; memory stays at two segments. Close writes the last
// segment and leaves w open; without it the stream counts as cut short. Not for several goroutines at once.
func (k Key) EncryptStream(w io.Writer, cell Cell) (io.WriteCloser, error) {
	if k.m == nil {
		return nil, ErrNoKey
	}
	return k.m.stream.NewEncryptingWriter(w, cell.ad(purposeStream))
}

// EncryptReader is EncryptStream for a consumer that pulls, such as an upload: it reads plain and gives SealedSize
// bytes. It needs no goroutine and about 70 KB. An error of plain is passed on, and the stream then has no valid end.
func (k Key) EncryptReader(plain io.Reader, cell Cell) (io.Reader, error) {
	e := &encryptReader{plain: plain}
	w, err := k.EncryptStream(&e.sealed, cell)
	if err != nil {
		return nil, err
	}
	e.w = w
	return e, nil
}

// pullSize is a whole number of segments of plain text, about what HTTP reads at once.
const pullSize = 8 * segmentPlain

type encryptReader struct {
	plain  io.Reader
	w      io.WriteCloser
	sealed bytes.Buffer // encrypted and not yet read
	buf    []byte
	end    error // what comes after sealed: io.EOF, or the error of plain
}

func (e *encryptReader) Read(p []byte) (int, error) {
	for len(p) > 0 && e.sealed.Len() == 0 {
		if e.end != nil {
			return 0, e.end
		}
		e.fill()
	}
	return e.sealed.Read(p)
}

func (e *encryptReader) fill() {
	if e.buf == nil {
		e.buf = make([]byte, pullSize)
	}
	n, err := e.plain.Read(e.buf)
	if n > 0 {
		if _, werr := e.w.Write(e.buf[:n]); werr != nil {
			e.end = werr
			return
		}
	}
	if err == io.EOF { //nolint:errorlint // a wrapped io.EOF is a failure of the source, not its end
		if err = e.w.Close(); err == nil {
			err = io.EOF
		}
	}
	e.end = err
}

// DecryptStream gives the plain bytes of what EncryptStream wrote for the same cell. Each segment is verified before
// a byte of it is handed out. A cut, changed or reordered stream, or another cell, ends in ErrBroken, never in io.EOF;
// an error of r itself (the network) is passed on unchanged, so that the two can be told apart.
func (k Key) DecryptStream(r io.Reader, cell Cell) (io.Reader, error) {
	if k.m == nil {
		return nil, ErrNoKey
	}
	source := &sourceReader{r: r}
	plain, err := k.m.stream.NewDecryptingReader(source, cell.ad(purposeStream))
	if err != nil {
		return nil, source.explain(cell)
	}
	return &decryptReader{plain: plain, source: source, cell: cell}, nil
}

// sourceReader remembers the source's own failure: Tink reports it in several ways.
type sourceReader struct {
	r   io.Reader
	err error
}

func (s *sourceReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	// Tink takes io.ErrUnexpectedEOF for the regular end of its input. From a source it is a torn connection.
	if err != nil && err != io.EOF {
		s.err = err
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errTorn
		}
	}
	return n, err
}

var errTorn = errors.New("seal: source ended early")

func (s *sourceReader) explain(cell Cell) error {
	if s.err != nil {
		return s.err
	}
	return fmt.Errorf("%w (%s.%s)", ErrBroken, cell.Table, cell.Column)
}

type decryptReader struct {
	plain  io.Reader
	source *sourceReader
	cell   Cell
	err    error // sticky: after a refusal nothing more is handed out
}

func (d *decryptReader) Read(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	n, err := d.plain.Read(p)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF: // Tink's own end: the last segment was verified
		d.err = io.EOF
	default:
		d.err = d.source.explain(d.cell)
	}
	return n, d.err
}
