package s3server

import (
	"bufio"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const (
	unsigned         = "UNSIGNED-PAYLOAD"
	unsignedTrailer  = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	checksumTrailer  = "x-amz-checksum-crc32c"
	maxTrailingLines = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// bodyOf gives an upload's content, which ends with io.EOF only if all of it came and fits its checksum.
func bodyOf(r *http.Request) (io.Reader, error) {
	switch r.Header.Get("X-Amz-Content-Sha256") {
	case unsigned:
		return r.Body, nil // net/http holds it to its Content-Length
	case unsignedTrailer:
		size, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
		if err != nil || !strings.EqualFold(r.Header.Get("X-Amz-Trailer"), checksumTrailer) {
			return nil, errNotImplemented
		}
		return &chunked{source: bufio.NewReader(r.Body), expected: size, sum: crc32.New(castagnoli)}, nil
	}
	return nil, errNotImplemented
}

// chunked reads the framing that S3 calls aws-chunked, without signatures: pieces with their length in hexadecimal
// before them, a piece of length zero, and a checksum of the whole.
type chunked struct {
	source   *bufio.Reader
	expected int64 // bytes that are still to come
	piece    int64 // of them, in this piece
	begun    bool
	sum      hash.Hash32
	err      error // sticky
}

func (c *chunked) Read(p []byte) (int, error) {
	if c.err == nil && c.piece == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.source.Read(p[:min(int64(len(p)), c.piece)])
	_, _ = c.sum.Write(p[:n]) // never fails
	c.piece -= int64(n)
	if err != nil {
		c.err = errIncomplete // the end is after the checksum
	}
	return n, c.err
}

// next reads to the content of the next piece; io.EOF after the last one.
func (c *chunked) next() error {
	if c.begun {
		if end, err := c.line(); err != nil || end != "" {
			return errIncomplete
		}
	}
	c.begun = true
	length, err := c.line()
	if err != nil {
		return err
	}
	c.piece, err = strconv.ParseInt(length, 16, 64)
	if c.expected -= c.piece; err != nil || c.piece < 0 || c.expected < 0 {
		return errIncomplete
	}
	if c.piece == 0 {
		return c.end()
	}
	return nil
}

// end reads what follows the content, to the end of the body.
func (c *chunked) end() error {
	if c.expected != 0 {
		return errIncomplete
	}
	for range maxTrailingLines {
		line, err := c.line()
		if err != nil {
			return err
		}
		if value, found := strings.CutPrefix(strings.ToLower(line), checksumTrailer+":"); found {
			return c.compare(line[len(line)-len(value):])
		}
	}
	return errIncomplete
}

func (c *chunked) compare(checksum string) error {
	if base64.StdEncoding.EncodeToString(c.sum.Sum(nil)) != strings.TrimSpace(checksum) {
		return errBadDigest
	}
	if _, err := io.Copy(io.Discard, c.source); err != nil {
		return errIncomplete
	}
	return io.EOF
}

// line reads a line of the framing, without its end.
func (c *chunked) line() (string, error) {
	line, err := c.source.ReadSlice('\n')
	if err != nil {
		return "", errIncomplete
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}
