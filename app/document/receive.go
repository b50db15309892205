package document

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
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
	replaced  *Replaced
	part      *models.FilePart // of a file that comes whole; nil for one in parts, whose rows are complete
	// recheck, if not nil, looks in the last transaction, under the application's lock, whether what was checked is still
	// what is there.
	recheck func(tx *postgres.Tx, app *models.Application) error
}

// Receive takes a file in, in one pass whatever its size: its row stands before its first byte goes to the object
// store, and it counts as stored only once the store has all of it and the second transaction is committed. What becomes
// of a name that is taken, in.Naming says. The client need not wait for the scan, which is a job.
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
	if err := s.checkLength(in.Length, "/body"); err != nil {
		return nil, err
	}
	timed, cancel, err := s.deadline(ctx, in.Until)
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

// checkLength refuses a length that no file may have; pointer names where it stands.
func (s *Service) checkLength(n int64, pointer string) error {
	switch {
	case n < 0:
		return errNoLength
	case n == 0:
		return invalidFile("empty", "file-empty", pointer)
	case n > s.opt.MaxSize:
		return s.tooLarge(pointer)
	}
	return nil
}

var errNoLength = fault.New(fault.LengthNeeded, fault.CodeLengthRequired, "")

func (s *Service) tooLarge(pointer string) *fault.Error {
	return fault.Detail{
		Code:    fault.CodeTooLarge,
		Reason:  "file-too-large",
		Pointer: pointer,
		Params:  []fault.Param{fault.Size("limit", s.opt.MaxSize)},
	}.Alone(fault.TooLarge, fault.CodeTooLarge).Note("limit", strconv.FormatInt(s.opt.MaxSize, 10))
}

// introduce reads the application, for its key is unwrapped outside a transaction, and refuses early what would be
// refused later too.
func (s *Service) introduce(ctx context.Context, actor models.Actor, a *arrival) error {
	err := s.dossiers.DB.Look(ctx, actor, func(tx *postgres.Tx) {
		if _, _ = tx.Application(a.in.Application); models.ValidID(a.in.Application) {
			_, _ = tx.EditionRowsOf(a.in.Application)
		}
	}, func(tx *postgres.Tx) (err error) {
		if a.app, err = tx.Application(a.in.Application); err != nil {
			return err
		}
		_, err = s.taken(tx, a.app, &a.in)
		return err
	})
	if err != nil {
		return err
	}
	a.key, err = s.dossiers.ApplicationKey(ctx, a.app)
	return err
}

// reserve is the first transaction: the rows stand before the first byte (house.md, habit 9).
func (s *Service) reserve(ctx context.Context, actor models.Actor, a *arrival) error {
	return s.place(ctx, actor, a, func(tx *postgres.Tx) error {
		f := a.file
		a.part = &models.FilePart{
			FileID:        f.ID,
			Number:        1,
			ApplicationID: f.ApplicationID,
			Municipality:  f.Municipality,
			PersonID:      f.PersonID,
			ObjectKey:     objectKey(f.Municipality, f.ID, 1),
		}
		return tx.AddFile(f, a.part)
	})
}

// place makes the row of a receiving file, under the application's lock, and has add insert it.
func (s *Service) place(ctx context.Context, actor models.Actor, a *arrival, add func(tx *postgres.Tx) error) error {
	id := models.NewID()
	sealedName, err := a.key.Seal([]byte(a.name), nameCell(id))
	if err != nil {
		return err
	}
	sealedAnswers, err := sealAnswers(a.key, id, a.in.Answers)
	if err != nil {
		return err
	}
	return s.dossiers.DB.InTxAhead(ctx, actor, a.held, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(a.in.Application)
		if err != nil {
			return err
		}
		if _, err := s.taken(tx, app, &a.in); err != nil {
			return err
		}
		expires := tx.Now.Add(s.opt.UploadTime + s.opt.UploadGrace)
		a.file = &models.File{
			ID:            id,
			ApplicationID: app.ID,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			Document:      a.in.Document,
			Subject:       a.in.Subject,
			NameIndex:     a.nameIndex(),
			SealedName:    sealedName,
			SealedAnswers: sealedAnswers,
			State:         models.FileReceiving,
			Scan:          models.ScanPending,
			ExpiresAt:     &expires,
			Revision:      app.Revision,
			CreatedAt:     tx.Now,
		}
		if err := s.room(tx, app, a.file, a.in.Replaces); err != nil {
			return err
		}
		return add(tx)
	})
}

// stream sends the sealed bytes to the object store.
func (s *Service) stream(ctx context.Context, a *arrival, body *intake) error {
	return s.putSealed(ctx, a.key, body, a.part.ObjectKey, objectCell(a.part.ObjectKey), a.in.Length)
}

// putSealed sends size plain bytes to the object store, sealed for a place.
func (s *Service) putSealed(ctx context.Context, key seal.Key, plain io.Reader, object string, place seal.Cell, size int64) error {
	sealed, err := key.EncryptReader(plain, place)
	if err != nil {
		return err
	}
	_, err = s.objects.Put(ctx, object, sealed, seal.SealedSize(size), "application/octet-stream")
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
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { tx.DeleteFile(&receiving); return nil })
	if err != nil {
		slog.WarnContext(ctx, "an abandoned upload is left to the sweep", "file", a.file.ID, "error", err.Error())
	}
}

// nameCell is where a file's name lies sealed.
func nameCell(file string) seal.Cell {
	return seal.Cell{Table: "files", Column: "sealed_name", Row: file}
}

// sealAnswers seals the answers of a statement; nil for any other file.
func sealAnswers(key seal.Key, file string, answers []byte) ([]byte, error) {
	if answers == nil {
		return nil, nil
	}
	return key.Seal(answers, dossier.AnswersCell(file))
}

// objectCell binds an object's bytes to its key.
func objectCell(key string) seal.Cell {
	return seal.Cell{Table: "object", Column: "content", Row: key}
}

func (a *arrival) received(version int64, digest []byte) *Received {
	return &Received{
		ID:        a.file.ID,
		Name:      a.name,
		MediaType: a.mediaType,
		Size:      a.in.Length,
		Sha256:    hex.EncodeToString(digest),
		Scan:      models.ScanPending,
		Version:   version,
		Replaced:  a.replaced,
	}
}
