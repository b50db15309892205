package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Finish makes a file of an upload whose parts are all there. What is checked is what will be read: all parts are read
// back from the store and opened in their order, for the digest and the type of the whole; then the file exists exactly
// as if it had come by Receive. Asked again after that, it gives the same answer, but for what was replaced.
//
// Errors: not-allowed-now with the parts that are missing (parts-missing, Extra "missing": numbers, comma-separated), also
// when a part was damaged, or is another than end.Sent says, and has to be sent again; each other not-allowed-now,
// unsupported-media-type, which end the upload; invalid-file (too many files); not-found; conflict when a part changed meanwhile; unavailable.
func (s *Service) Finish(ctx context.Context, actor models.Actor, application, upload string, end Ending) (*Received, error) {
	out, err := s.finish(ctx, actor, application, upload, end)
	// What another window did meanwhile, finish or send a part again, is looked at anew: nobody is told of a conflict over one file.
	for attempt := 1; attempt < 3 && errors.Is(err, fault.ErrConflict); attempt++ {
		out, err = s.finish(ctx, actor, application, upload, end)
	}
	if final(err) {
		s.abandon(ctx, actor, &arrival{file: &models.File{ID: upload}})
	}
	return out, err
}

// final says whether an upload can never be finished: no part that is sent again makes it another file. Where there are too many files,
// one can be deleted.
func final(err error) bool {
	f := fault.As(err)
	if f == nil {
		return false
	}
	tooMany := slices.ContainsFunc(f.Details, func(d fault.Detail) bool { return d.Code == "too-many-files" })
	return f.Kind == fault.Refused && !tooMany || f.Code == fault.CodeNotAllowedNow && f.Reason != "parts-missing"
}

func (s *Service) finish(ctx context.Context, actor models.Actor, application, upload string, end Ending) (*Received, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.UploadTime)
	defer cancel()
	c, err := s.collect(ctx, actor, application, upload, end)
	if err != nil {
		return nil, err
	}
	if c.file.State == models.FileStored {
		return c.again(), nil
	}
	digest, err := s.examine(ctx, actor, c)
	if err != nil {
		return nil, err
	}
	out, err := s.keep(ctx, actor, &c.arrival, digest)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		// Another request finished it while this one read the parts.
		if c, again := s.collect(ctx, actor, application, upload, end); again == nil && c.file.State == models.FileStored {
			return c.again(), nil
		}
	}
	return out, err
}

// Ending is how an upload in parts ends.
type Ending struct {
	Naming
	// Sent are the digests of the parts as they were sent, in order; nil if the client does not say. Two windows may send two
	// photos of one name and one size at once, and share the upload: neither may be told that it was received when the other was.
	Sent [][]byte
}

// collected is an upload with all its parts.
type collected struct {
	arrival
	parts []models.FilePart
}

// collect reads an upload, and its key outside of the transaction. A file that is stored comes back as it is.
func (s *Service) collect(ctx context.Context, actor models.Actor, application, upload string, end Ending) (*collected, error) {
	c := &collected{}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if c.app, err = s.own(tx, application); err != nil {
			return err
		}
		if c.file, err = tx.File(application, upload); err != nil {
			return err
		}
		if c.parts, err = tx.PartsOf(upload); err != nil {
			return err
		}
		others := otherParts(c.parts, end.Sent)
		if c.file.State == models.FileStored && len(others) > 0 {
			return fault.ErrNotFound // it was finished with the other's bytes: this one begins anew
		}
		if c.file.State == models.FileStored {
			return nil
		}
		_, u, err := tx.Upload(application, upload)
		if err != nil {
			return err
		}
		if _, err := s.admit(tx, c.app, c.file.Document, c.file.Subject); err != nil {
			return err
		}
		c.in = Upload{Application: application, Document: c.file.Document, Subject: c.file.Subject, Length: u.Size, Naming: end.Naming}
		c.recheck = func(tx *postgres.Tx, app *models.Application) error { return s.unchanged(tx, app, c) }
		tx.ExtendUpload(upload, tx.Now.Add(s.opt.ResumeTime)) // no sweep comes between
		if err := complete(c.app, u, c.parts); err != nil || len(others) == 0 {
			return err
		}
		return partsMissing(c.app, others...)
	})
	if err != nil {
		return nil, err
	}
	if c.key, err = s.dossiers.ApplicationKey(ctx, c.app); err != nil {
		return nil, err
	}
	c.name, err = fileName(c.key, upload, c.file.SealedName)
	return c, err
}

// otherParts are the numbers of the parts that are there with other bytes than were sent.
func otherParts(parts []models.FilePart, sent [][]byte) []string {
	var out []string
	for _, p := range parts {
		if p.Number <= len(sent) && !bytes.Equal(p.Sha256, sent[p.Number-1]) {
			out = append(out, strconv.Itoa(p.Number))
		}
	}
	return out
}

// complete refuses an upload of which parts are missing.
func complete(app *models.Application, u *models.Upload, parts []models.FilePart) error {
	var missing []string
	for n, have := 1, parts; n <= u.Parts(); n++ {
		if len(have) > 0 && have[0].Number == n {
			have = have[1:]
			continue
		}
		missing = append(missing, strconv.Itoa(n))
	}
	if len(missing) == 0 {
		return nil
	}
	return partsMissing(app, missing...)
}

func partsMissing(app *models.Application, numbers ...string) *fault.Error {
	missing := strings.Join(numbers, ",")
	return notNow(app, "parts-missing").
		With(fault.Detail{Code: "parts-missing", Params: []fault.Param{fault.Ref("missing", missing)}}).Note("missing", missing)
}

// examine reads the whole file back, tells its type and gives its digest.
func (s *Service) examine(ctx context.Context, actor models.Actor, c *collected) ([]byte, error) {
	plain, err := s.open(ctx, c.key, c.parts, c.in.Length)
	if err != nil {
		return nil, s.damaged(ctx, actor, c, plain, err)
	}
	defer func() { _ = plain.Close() }()
	buf := heads.Get().(*[headSize]byte)
	defer heads.Put(buf)
	n, err := io.ReadFull(plain, buf[:min(headSize, c.in.Length)])
	if err != nil {
		return nil, s.damaged(ctx, actor, c, plain, err)
	}
	if c.mediaType, err = mediaTypeOf(c.name, buf[:n]); err != nil {
		s.abandon(ctx, actor, &c.arrival) // no part of it can make it another type
		return nil, err
	}
	digest := sha256.New()
	_, _ = digest.Write(buf[:n]) // a hash never fails
	if _, err := io.CopyBuffer(digest, struct{ io.Reader }{plain}, buf[:]); err != nil {
		return nil, s.damaged(ctx, actor, c, plain, err)
	}
	return digest.Sum(nil), nil
}

// damaged takes away a part whose object is gone or broken, so that it is sent again. Every other error stays what it is.
func (s *Service) damaged(ctx context.Context, actor models.Actor, c *collected, at *partsReader, cause error) error {
	if at == nil || !errors.Is(cause, errLost) && !errors.Is(cause, seal.ErrBroken) {
		return cause
	}
	slog.ErrorContext(ctx, "a part of an upload is damaged and asked for again", "file", c.file.ID, "part", at.part.Number, "error", cause.Error())
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := tx.LockUpload(c.file.ID); err != nil {
			return err
		}
		tx.DeletePart(&at.part)
		return nil
	})
	if err != nil {
		return errors.Join(cause, err)
	}
	return partsMissing(c.app, strconv.Itoa(at.part.Number)).Because(cause)
}

// unchanged holds, under the locks of the application and of the upload, that the parts are those that were examined and
// that there is room for the file; then the upload is over.
func (s *Service) unchanged(tx *postgres.Tx, app *models.Application, c *collected) error {
	if _, err := tx.LockUpload(c.file.ID); err != nil {
		return err
	}
	parts, err := tx.PartsOf(c.file.ID)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(parts, c.parts, func(a, b models.FilePart) bool { return a.Number == b.Number && a.ObjectKey == b.ObjectKey }) {
		return fault.ErrConflict
	}
	if err := s.room(tx, app, c.file, c.in.Replaces); err != nil {
		return err
	}
	tx.CloseUpload(c.file.ID)
	return nil
}

// again is the answer for a file that was finished before.
func (c *collected) again() *Received {
	f := c.file
	return &Received{
		ID:        f.ID,
		Name:      c.name,
		MediaType: f.MediaType,
		Size:      f.Size,
		Sha256:    hex.EncodeToString(f.Sha256),
		Scan:      f.Scan,
		Version:   c.app.Version,
	}
}
