package document

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Reserved are places in the object store for the files of a case that is filed whole, with its files in the same request. The case is
// not there before all of them are: until then the reservation's row stands for what lies in the store, and it goes in the transaction
// that files the case and adds the files' own rows.
type Reserved struct {
	id, municipality string
	ids              []string // that the files may have
	files            []*models.File
	parts            []*models.FilePart
	names            map[[3]string]bool // document, subject, name
	digest           []byte             // of all files so far, with what they are called
}

// Next gives the files of a request one after the other; io.EOF after the last. The body of each is read before the next one is asked for.
type Next func() (*Upload, error)

// Reserve queues the row of a reservation, in the transaction that looks whether the request was answered before.
func (s *Service) Reserve(tx *postgres.Tx, municipality string) *Reserved {
	r := &Reserved{id: models.NewID(), municipality: municipality, names: map[[3]string]bool{}}
	for range s.opt.MaxFiles {
		r.ids = append(r.ids, models.NewID())
	}
	slices.Sort(r.ids) // files are shown in the order of their ids: as they were sent
	tx.Reserve(r.id, municipality, r.ids, tx.Now.Add(s.opt.UploadTime+s.opt.UploadGrace))
	return r
}

// Take takes all files of a request in, sealed with the key of the case that they are to be filed with. asked says whether the case can
// have a document. Of two files of one name and document the second is called image (2).jpg.
//
// Errors: those of ReceiveStream, with document and subject; what is there by then goes with GiveBack.
func (s *Service) Take(ctx context.Context, r *Reserved, key seal.Key, asked func(document, subject string) bool, next Next) error {
	ctx, cancel, err := s.deadline(ctx, nil)
	if err != nil {
		return err
	}
	defer cancel()
	return each(next, func(in *Upload) error {
		if !asked(in.Document, in.Subject) {
			return fault.Detail{Code: "unknown-document", Document: in.Document, Subject: in.Subject, Municipality: r.municipality}.
				Alone(fault.Refused, fault.CodeInvalidFile)
		}
		return ofFile(s.takeOne(ctx, r, key, in), in)
	})
}

// each calls do for each file of a request.
func each(next Next, do func(in *Upload) error) error {
	for {
		in, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(in)
		}
		if err != nil {
			return err
		}
	}
}

func (s *Service) takeOne(ctx context.Context, r *Reserved, key seal.Key, in *Upload) error {
	if len(r.files) == len(r.ids) {
		return s.tooMany()
	}
	name, err := cleanName(in.Name)
	if err != nil {
		return err
	}
	body := bufio.NewReaderSize(in.Body, headSize)
	head, err := body.Peek(headSize)
	if err != nil && err != io.EOF { //nolint:errorlint // Peek's own; a wrapped one is torn
		return tooSlowOrTorn(ctx, err)
	}
	if err := s.checkLength(int64(len(head)), "/body"); err != nil {
		return err
	}
	f := &models.File{ID: r.ids[len(r.files)], Municipality: r.municipality, Document: in.Document, Subject: in.Subject}
	if f.MediaType, err = mediaTypeOf(name, head); err != nil {
		return err
	}
	if f.Size, f.Sha256, err = s.eachPart(ctx, body, func(number int, last bool, plain []byte) error {
		part := rowOfPart(f, number, plain)
		r.parts = append(r.parts, part)
		return s.putPart(ctx, key, part, last, plain)
	}); err != nil {
		return err
	}
	r.count(in, f.Sha256)
	for free := range names(name) {
		if at := [3]string{in.Document, in.Subject, free}; !r.names[at] {
			r.names[at] = true
			name = free
			break
		}
	}
	f.NameIndex = key.BlindIndex(nameIndex, name)
	if f.SealedName, err = key.Seal([]byte(name), nameCell(f.ID)); err != nil {
		return err
	}
	r.files = append(r.files, f)
	return nil
}

// count takes a file into the digest, as it was sent: the same request again has the same one.
func (r *Reserved) count(in *Upload, sum []byte) {
	all := sha256.New()
	for _, part := range [][]byte{r.digest, []byte(in.Document), []byte(in.Subject), []byte(in.Name), sum} {
		_ = binary.Write(all, binary.BigEndian, uint64(len(part))) // a hash never fails
		_, _ = all.Write(part)
	}
	r.digest = all.Sum(nil)
}

// Digest is that of all files that were taken, with what they are called; nil for none.
func (r *Reserved) Digest() []byte { return r.digest }

// DigestOf reads the files of a request that was answered before, and keeps nothing. Errors: too-large; malformed.
func (s *Service) DigestOf(ctx context.Context, next Next) ([]byte, error) {
	var r Reserved
	err := each(next, func(in *Upload) error {
		_, sum, err := s.eachPart(ctx, bufio.NewReaderSize(in.Body, headSize), func(int, bool, []byte) error { return nil })
		r.count(in, sum)
		return ofFile(err, in)
	})
	return r.digest, err
}

// Files are the rows that the files have in their case, for whoever decides whether it is complete. Claim adds them.
func (r *Reserved) Files(tx *postgres.Tx, app *models.Application) []models.File {
	out := make([]models.File, len(r.files))
	for i, f := range r.files {
		f.ApplicationID, f.PersonID, f.Revision = app.ID, tx.Actor.Person, app.Revision
		f.State, f.Scan = models.FileStored, models.ScanPending
		f.CreatedAt, f.StoredAt = tx.Now, &tx.Now
		out[i] = *f
	}
	return out
}

// Claim makes the files part of their case, in the transaction that files it and behind it. Conflict at the end of the transaction if the
// time of the reservation was over and the sweep was there.
func (s *Service) Claim(tx *postgres.Tx, app *models.Application, r *Reserved) error {
	tx.ClaimReservation(r.id)
	scans := make([]river.JobArgs, len(r.files))
	for i, f := range r.files {
		if err := tx.AddFile(f); err != nil {
			return err
		}
		if err := s.dossiers.Audit(tx, app, "receive-file", "file", f.ID); err != nil {
			return err
		}
		scans[i] = task.Scan{Municipality: app.Municipality, Application: app.ID, File: f.ID}
	}
	for _, part := range r.parts {
		part.ApplicationID, part.PersonID = app.ID, tx.Actor.Person
		if err := tx.AddPart(part); err != nil {
			return err
		}
	}
	return tx.Enqueue(scans...)
}

// GiveBack ends a reservation whose case was not filed: the sweep takes away what lies in the store. The client may be gone, so its
// context does not count.
func (s *Service) GiveBack(ctx context.Context, actor models.Actor, r *Reserved) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { tx.GiveReservationBack(r.id); return nil })
	if err != nil {
		slog.WarnContext(ctx, "a reservation is left to the sweep", "reservation", r.id, "error", err.Error())
	}
}

// ofFile says of which file an error is: a request has several.
func ofFile(err error, in *Upload) error {
	f := fault.As(err)
	if err == nil || f == nil {
		return err
	}
	of := *f
	of.Details = make([]fault.Detail, len(f.Details))
	for i, d := range f.Details {
		d.Document, d.Subject, d.Pointer = in.Document, in.Subject, ""
		of.Details[i] = d
	}
	return &of
}
