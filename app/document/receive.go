package document

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// arrival is one upload on its way through Receive.
type arrival struct {
	in        Upload
	name      string
	mediaType string
	app       *models.Application
	key       seal.Key
	file      *models.File
	part      *models.FilePart
}

// Receive takes a file in, in one pass whatever its size: its row stands before its first byte goes to the object
// store, and it counts as stored only once the store has all of it and the second transaction is committed. The same
// name again replaces. The client need not wait for the scan, which is a job.
//
// Errors: length-required; too-large; invalid-file (name, empty, a document that is not asked for, too many files);
// individual-number; unsupported-media-type; malformed when fewer or more bytes come than announced, or too slowly;
// not-found, also for somebody else's application; not-allowed-now; unavailable. After an error nothing is left: what
// the failure itself keeps from being taken away, the sweep takes.
func (s *Service) Receive(ctx context.Context, actor models.Actor, in Upload) (*Received, error) {
	name, err := cleanName(in.Name)
	if err != nil {
		return nil, err
	}
	if err := s.checkLength(in.Length); err != nil {
		return nil, err
	}
	timed, cancel, err := s.deadline(ctx, in)
	if err != nil {
		return nil, err
	}
	defer cancel()
	a := &arrival{in: in, name: name}
	// Whoever may not send this file is told before sending it.
	if err := s.introduce(timed, actor, a); err != nil {
		return nil, err
	}
	body := newIntake(timed, in.Body, in.Length)
	defer body.release()
	head, err := body.peek()
	if err != nil {
		return nil, err
	}
	if a.mediaType, err = mediaTypeOf(name, head); err != nil {
		return nil, err
	}
	if err := s.reserve(timed, actor, a); err != nil {
		return nil, err
	}
	if err := s.stream(timed, a, body); err != nil {
		s.abandon(ctx, actor, a)
		return nil, err
	}
	out, err := s.keep(timed, actor, a, body.sha256())
	if err != nil {
		s.abandon(ctx, actor, a)
		return nil, err
	}
	return out, nil
}

func (s *Service) checkLength(n int64) error {
	switch {
	case n < 0:
		return fault.New(fault.LengthNeeded, fault.CodeLengthRequired, "Say how long the file is (Content-Length).")
	case n == 0:
		return invalidFile("empty", "The file is empty. Choose another.", "/body")
	case n > s.opt.MaxSize:
		limit := strconv.FormatInt(s.opt.MaxSize, 10)
		text := "The file is larger than " + sizeText(s.opt.MaxSize) + ". Make it smaller, for example with a lower resolution."
		return fault.New(fault.TooLarge, fault.CodeTooLarge, text).
			With(fault.Detail{Code: fault.CodeTooLarge, Text: text, Pointer: "/body", Params: map[string]string{"limit": limit}}).Note("limit", limit)
	}
	return nil
}

// sizeText writes a number of bytes for people, exactly.
func sizeText(n int64) string {
	if n%(1<<20) == 0 {
		return strconv.FormatInt(n>>20, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// introduce reads the application, for its key is unwrapped outside a transaction, and refuses early what would be
// refused later too.
func (s *Service) introduce(ctx context.Context, actor models.Actor, a *arrival) error {
	err := s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if a.app, err = tx.Application(a.in.Application); err != nil {
			return err
		}
		_, err = s.admit(tx, a.app, a.in.Document, a.in.Subject)
		return err
	})
	if err != nil {
		return err
	}
	a.key, err = s.desk.ApplicationKey(ctx, a.app)
	return err
}

// reserve is the first transaction: the rows stand before the first byte (house.md, habit 9).
func (s *Service) reserve(ctx context.Context, actor models.Actor, a *arrival) error {
	id := models.NewID()
	sealedName, err := a.key.Seal([]byte(a.name), namePlace(id))
	if err != nil {
		return err
	}
	return s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(a.in.Application)
		if err != nil {
			return err
		}
		if _, err := s.admit(tx, app, a.in.Document, a.in.Subject); err != nil {
			return err
		}
		expires := tx.Now.Add(s.opt.UploadTime + s.opt.UploadGrace)
		a.file = &models.File{ID: id, ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
			Document: a.in.Document, Subject: a.in.Subject, NameIndex: a.key.BlindIndex("file-name", a.name), SealedName: sealedName,
			State: models.FileReceiving, Scan: models.ScanPending, ExpiresAt: &expires, Revision: app.Revision, CreatedAt: tx.Now}
		a.part = &models.FilePart{FileID: id, Number: 1, ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
			ObjectKey: objectKey(app.Municipality, id, 1)}
		if err := s.room(tx, app, a.file); err != nil {
			return err
		}
		return tx.AddFile(a.file, a.part)
	})
}

// stream sends the sealed bytes to the object store.
func (s *Service) stream(ctx context.Context, a *arrival, body *intake) error {
	sealed, err := a.key.EncryptReader(body, objectPlace(a.part.ObjectKey))
	if err != nil {
		return err
	}
	_, err = s.objects.Put(ctx, a.part.ObjectKey, sealed, seal.SealedSize(a.in.Length), "application/octet-stream")
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return tooSlowOrTorn(ctx, err)
	}
	return err
}

// abandon takes away the rows of an upload that failed; its object is queued for removal with them. The client may be
// gone, so its context does not count. A row that is stored is left alone: then the failure was only that nobody could
// be told of the commit, and what the row replaced is gone.
func (s *Service) abandon(ctx context.Context, actor models.Actor, a *arrival) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	receiving := *a.file
	receiving.State = models.FileReceiving
	err := s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { tx.DeleteFile(&receiving); return nil })
	if err != nil {
		slog.WarnContext(ctx, "an abandoned upload is left to the sweep", "file", a.file.ID, "error", err.Error())
	}
}

// namePlace is where a file's name lies sealed.
func namePlace(file string) seal.Place {
	return seal.Place{Table: "files", Column: "sealed_name", Row: file}
}

// objectPlace binds an object's bytes to its key.
func objectPlace(key string) seal.Place {
	return seal.Place{Table: "object", Column: "content", Row: key}
}

// objectPrefix stands before every key of a file: what else is in the bucket is none of Reconcile's business.
const objectPrefix = "files/"

// objectKey names a part's object. All keys have the same shape and length, in digits and lower-case letters, so that
// every collation sorts them as bytes; Reconcile rests on that.
func objectKey(municipality, file string, number int) string {
	return fmt.Sprintf("%s%s/%s/%04d", objectPrefix, municipality, file, number)
}

func (a *arrival) received(version int64, digest []byte) *Received {
	return &Received{ID: a.file.ID, Name: a.name, MediaType: a.mediaType, Size: a.in.Length, Sha256: hex.EncodeToString(digest),
		Scan: models.ScanPending, Version: version}
}

// municipalityOf reads the municipality out of an object's key; empty for a key of another shape.
func municipalityOf(key string) string {
	code, _, found := strings.Cut(strings.TrimPrefix(key, objectPrefix), "/")
	if !found || !jp.ValidMunicipality(code) {
		return ""
	}
	return code
}
