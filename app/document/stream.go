package document

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"sync"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// streamPart is the size of the parts of a file whose length nobody knows. The store wants the length of each object
// before its first byte, so that a part is in memory once, whatever the size of the file.
const streamPart = 512 << 10

var streamParts = sync.Pool{New: func() any { return new([streamPart]byte) }}

// ReceiveStream takes a file in whose length nobody knows, as a form of a browser without JavaScript sends it: up to
// MaxSize, in one pass, in parts. What is stored is the same as by Receive, and so is the answer; in.Length is not read. The
// caller cuts off a body that stops coming, as the edge does for a route of the class Upload.
//
// Errors: as Receive, but for length-required; too-large comes after MaxSize bytes. After an error nothing is left.
func (s *Service) ReceiveStream(ctx context.Context, actor models.Actor, in Upload) (*Received, error) {
	clean, err := cleanName(in.Name)
	if err != nil {
		return nil, err
	}
	timed, cancel, err := s.deadline(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer cancel()
	in.Length = 0 // as much as has come
	a := &arrival{in: in, name: clean}
	if err := s.introduce(timed, actor, a); err != nil {
		return nil, err
	}
	body := bufio.NewReaderSize(in.Body, headSize)
	head, err := body.Peek(headSize)
	if err != nil && err != io.EOF { //nolint:errorlint // Peek's own; a wrapped one is torn
		return nil, tooSlowOrTorn(timed, err)
	}
	if err := s.checkLength(int64(len(head)), "/body"); err != nil {
		return nil, err
	}
	if a.mediaType, err = mediaTypeOf(clean, head); err != nil {
		return nil, err
	}
	if err := s.place(timed, actor, a, func(tx *postgres.Tx) error { return tx.AddFile(a.file) }); err != nil {
		return nil, err
	}
	out, err := s.intoParts(timed, actor, a, body)
	if err != nil {
		s.abandon(ctx, actor, a)
		return nil, err
	}
	return out, nil
}

// intoParts sends a stream to the store part by part. Whether a part is the last one is known before it is sealed, for
// that is part of what it is bound to.
func (s *Service) intoParts(ctx context.Context, actor models.Actor, a *arrival, in *bufio.Reader) (*Received, error) {
	buf := streamParts.Get().(*[streamPart]byte)
	defer streamParts.Put(buf)
	digest := sha256.New()
	for number, last := 1, false; !last; number++ {
		n, end, err := fill(in, buf[:])
		if err != nil {
			return nil, tooSlowOrTorn(ctx, err)
		}
		last = end
		a.in.Length += int64(n)
		if a.in.Length > s.opt.MaxSize {
			return nil, s.tooLarge("/body")
		}
		_, _ = digest.Write(buf[:n]) // a hash never fails
		if err := s.streamed(ctx, actor, a, number, last, buf[:n]); err != nil {
			return nil, err
		}
	}
	return s.keep(ctx, actor, a, digest.Sum(nil))
}

// fill reads until p is full or the stream has ended, and says whether it has. A torn one has not, whatever its error
// looks like; io.ReadFull would not tell the two apart.
func fill(in *bufio.Reader, p []byte) (n int, end bool, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = in.Read(p[n:])
		n += more
	}
	if err == nil {
		_, err = in.Peek(1)
	}
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

// streamed stores one part: its row stands before its object.
func (s *Service) streamed(ctx context.Context, actor models.Actor, a *arrival, number int, last bool, plain []byte) error {
	f, sum := a.file, sha256.Sum256(plain)
	part := &models.FilePart{
		FileID:        f.ID,
		Number:        number,
		ApplicationID: f.ApplicationID,
		Municipality:  f.Municipality,
		PersonID:      f.PersonID,
		ObjectKey:     objectKey(f.Municipality, f.ID, number),
		Size:          int64(len(plain)),
		SealedSize:    seal.SealedSize(int64(len(plain))),
		Sha256:        sum[:],
	}
	if err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return tx.AddPart(part) }); err != nil {
		return err
	}
	return s.putSealed(ctx, a.key, bytes.NewReader(plain), part.ObjectKey, partCell(f.ID, part.ObjectKey, number, last), part.Size)
}
