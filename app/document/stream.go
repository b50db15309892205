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

// intoParts sends a stream to the store part by part.
func (s *Service) intoParts(ctx context.Context, actor models.Actor, a *arrival, in *bufio.Reader) (*Received, error) {
	size, digest, err := s.eachPart(ctx, in, func(number int, last bool, plain []byte) error {
		return s.streamed(ctx, actor, a, number, last, plain)
	})
	if err != nil {
		return nil, err
	}
	a.in.Length = size
	return s.keep(ctx, actor, a, digest)
}

// eachPart hands a stream on part by part, and gives its size and its digest. Whether a part is the last one is known before it is
// sealed, for that is part of what it is bound to.
func (s *Service) eachPart(ctx context.Context, in *bufio.Reader, store func(number int, last bool, plain []byte) error) (int64, []byte, error) {
	buf := streamParts.Get().(*[streamPart]byte)
	defer streamParts.Put(buf)
	digest, size := sha256.New(), int64(0)
	for number, last := 1, false; !last; number++ {
		n, end, err := fill(in, buf[:])
		if err != nil {
			return 0, nil, tooSlowOrTorn(ctx, err)
		}
		last = end
		if size += int64(n); size > s.opt.MaxSize {
			return 0, nil, s.tooLarge("/body")
		}
		_, _ = digest.Write(buf[:n]) // a hash never fails
		if err := store(number, last, buf[:n]); err != nil {
			return 0, nil, err
		}
	}
	return size, digest.Sum(nil), nil
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
	part := rowOfPart(a.file, number, plain)
	if err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return tx.AddPart(part) }); err != nil {
		return err
	}
	return s.putPart(ctx, a.key, part, last, plain)
}

// rowOfPart is the row of a part whose bytes are known.
func rowOfPart(f *models.File, number int, plain []byte) *models.FilePart {
	sum := sha256.Sum256(plain)
	return &models.FilePart{
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
}

// putPart sends a part to the object store.
func (s *Service) putPart(ctx context.Context, key seal.Key, part *models.FilePart, last bool, plain []byte) error {
	return s.putSealed(ctx, key, bytes.NewReader(plain), part.ObjectKey, partCell(part.FileID, part.ObjectKey, part.Number, last), part.Size)
}
