package document

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strconv"
	"sync"
	"time"

	"kosodate.example/onestop/app/fault"
)

// intake reads an upload once, from its first byte to its last: it looks at the head to tell the type, hashes what it
// hands on, and ends in an error unless exactly the announced number of bytes came. Its errors are fault errors.
type intake struct {
	ctx    context.Context
	body   io.Reader
	size   int64 // announced
	left   int64 // of it, not read from body yet
	head   []byte
	buf    *[headSize]byte // behind head; from heads
	digest hash.Hash
	err    error // sticky
}

var heads = sync.Pool{New: func() any { return new([headSize]byte) }}

func newIntake(ctx context.Context, body io.Reader, size int64) *intake {
	return &intake{ctx: ctx, body: body, size: size, left: size, buf: heads.Get().(*[headSize]byte), digest: sha256.New()}
}

// release gives the buffer back. The intake must not be read after it.
func (in *intake) release() {
	in.err = io.ErrClosedPipe
	heads.Put(in.buf)
	in.buf, in.head = nil, nil
}

// peek gives the first bytes of the file, all of them if it is shorter than headSize. They are read again by Read.
func (in *intake) peek() ([]byte, error) {
	want := min(int64(headSize), in.size)
	for got := int64(len(in.head)); got < want; got = int64(len(in.head)) {
		n, err := in.fromBody(in.buf[got:want])
		in.head = in.buf[:got+int64(n)]
		if err != nil {
			in.err = err
			return nil, err
		}
	}
	return in.head, nil
}

// Read hands on the head and then the body.
func (in *intake) Read(p []byte) (int, error) {
	if in.err != nil {
		return 0, in.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if len(in.head) > 0 {
		n := copy(p, in.head)
		in.head = in.head[n:]
		_, _ = in.digest.Write(p[:n]) // a hash never fails
		return n, nil
	}
	if in.left == 0 {
		in.err = in.expectEnd()
		return 0, in.err
	}
	n, err := in.fromBody(p)
	_, _ = in.digest.Write(p[:n])
	in.err = err
	return n, err
}

// fromBody reads what is left of the announced bytes. The end of the body is an error here: it came too early.
func (in *intake) fromBody(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, tooSlowOrTorn(in.ctx, err)
	}
	n, err := in.body.Read(p[:min(int64(len(p)), in.left)])
	in.left -= int64(n)
	switch {
	case err == io.EOF && in.left == 0, err == nil:
		return n, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF): // net/http: the client went away
		return n, lengthMismatch(in.size).Because(err)
	}
	return n, tooSlowOrTorn(in.ctx, err)
}

// expectEnd gives io.EOF if no byte comes after the announced ones.
func (in *intake) expectEnd() error {
	var one [1]byte
	for {
		n, err := in.body.Read(one[:])
		switch {
		case n > 0:
			return lengthMismatch(in.size)
		case err == io.EOF:
			return io.EOF
		case err != nil:
			return tooSlowOrTorn(in.ctx, err)
		}
	}
}

// sha256 is the digest of what was handed on.
func (in *intake) sha256() []byte { return in.digest.Sum(nil) }

func lengthMismatch(announced int64) *fault.Error {
	return fault.Detail{
		Code:    "length-mismatch",
		Pointer: "/body",
		Params:  []fault.Param{fault.Ref("announced", strconv.FormatInt(announced, 10))},
	}.Alone(fault.Malformed, fault.CodeMalformed)
}

// tooSlowOrTorn says why the bytes stopped coming.
func tooSlowOrTorn(ctx context.Context, cause error) *fault.Error {
	if ctx.Err() == context.DeadlineExceeded || isTimeout(cause) {
		return fault.Detail{Code: "upload-too-slow", Pointer: "/body"}.Alone(fault.Malformed, fault.CodeMalformed).Because(cause)
	}
	return fault.Detail{Code: "upload-torn", Pointer: "/body"}.Alone(fault.Malformed, fault.CodeMalformed).Because(cause)
}

func isTimeout(err error) bool {
	t, ok := err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// deadline bounds an upload's time, and tells the connection.
func (s *Service) deadline(ctx context.Context, until func(time.Time) error) (context.Context, context.CancelFunc, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.UploadTime)
	if until == nil {
		return ctx, cancel, nil
	}
	at, _ := ctx.Deadline()
	if err := until(at); err != nil {
		cancel()
		return nil, nil, err
	}
	return ctx, cancel, nil
}
