package document

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// PartUpload is one part of an upload on its way in.
type PartUpload struct {
	Application, Upload string
	Number              int    // from 1
	Length              int64  // as announced, bytes; negative if the client did not say
	Sha256              []byte // as announced; nil if the client did not say
	Body                io.Reader
	Until               func(time.Time) error // as in Upload
}

// sending is one attempt at a part on its way through PutPart.
type sending struct {
	in     PartUpload
	app    *models.Application
	file   *models.File
	last   bool
	there  *models.FilePart // the same part, as announced, is there already: what comes is compared alone
	object string           // the key of the attempt's object
}

// PutPart takes one part of an open upload in. A part that is there is taken again: the same bytes change nothing, other
// ones take its place as long as the upload is not finished, for the person may have picked another file. Each attempt
// has an object of its own, so that one that comes late touches nothing that was checked.
//
// Errors: length-required; malformed when the length is not the part's, when the bytes are not the announced ones
// (digest-mismatch), or come too slowly; unsupported-media-type of the first part; not-found, also for a part that the
// upload has not and one whose time is over; not-allowed-now; unavailable. After an error the part is as it was.
func (s *Service) PutPart(ctx context.Context, actor models.Actor, in PartUpload) error {
	if in.Length < 0 {
		return errNoLength
	}
	timed, cancel, err := s.deadline(ctx, in.Until)
	if err != nil {
		return err
	}
	defer cancel()
	p := &sending{in: in}
	if err := s.attempt(timed, actor, p); err != nil {
		return err
	}
	body := newIntake(timed, in.Body, in.Length)
	defer body.release()
	if p.there != nil {
		if _, err := io.Copy(io.Discard, body); err != nil {
			return err
		}
		return announced(in.Sha256, body.sha256())
	}
	if err = s.sendPart(timed, p, body); err == nil {
		err = s.claim(timed, actor, p, body.sha256())
	}
	if err != nil {
		s.giveUp(ctx, actor, p)
	}
	return err
}

// attempt is the first transaction: the attempt's row stands before its first byte.
func (s *Service) attempt(ctx context.Context, actor models.Actor, p *sending) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if p.app, err = s.own(tx, p.in.Application); err != nil {
			return err
		}
		if p.file, err = tx.File(p.app.ID, p.in.Upload); err != nil {
			return err
		}
		if p.there, err = s.repeated(tx, p); err != nil || p.there != nil {
			return err
		}
		_, u, err := tx.Upload(p.app.ID, p.in.Upload)
		if err != nil {
			return err
		}
		if _, err := s.admit(tx, p.app, p.file.Document, p.file.Subject); err != nil {
			return err
		}
		length := u.PartLength(p.in.Number)
		switch {
		case length == 0:
			return fault.ErrNotFound
		case length != p.in.Length:
			return lengthMismatch(length)
		case u.Attempts >= postgres.MaxAttempts:
			return notNow(p.app, "upload-tried-too-often")
		}
		n, err := tx.NextAttempt(p.file.ID, tx.Now.Add(s.opt.ResumeTime))
		if err != nil {
			return err
		}
		p.last, p.object = p.in.Number == u.Parts(), objectKey(p.file.Municipality, p.file.ID, n)
		return tx.AddAttempt(&models.PartAttempt{
			ObjectKey:     p.object,
			FileID:        p.file.ID,
			Number:        p.in.Number,
			ApplicationID: p.app.ID,
			Municipality:  p.file.Municipality,
			PersonID:      p.file.PersonID,
			ExpiresAt:     tx.Now.Add(s.opt.UploadTime + s.opt.UploadGrace),
		})
	})
}

// repeated finds the part with the announced digest that is there already, also of a file that is stored: the answer may
// have been lost.
func (s *Service) repeated(tx *postgres.Tx, p *sending) (*models.FilePart, error) {
	if p.in.Sha256 == nil {
		return nil, nil
	}
	there, err := partOf(tx, p.file.ID, p.in.Number)
	if err != nil || there == nil || there.Size != p.in.Length || !bytes.Equal(there.Sha256, p.in.Sha256) {
		return nil, err
	}
	return there, nil
}

// partOf is one part of a file, or nil.
func partOf(tx *postgres.Tx, file string, number int) (*models.FilePart, error) {
	parts, err := tx.PartsOf(file)
	for i := range parts {
		if parts[i].Number == number {
			return &parts[i], err
		}
	}
	return nil, err
}

// sendPart sends the sealed bytes to the object store. The first part says what the file is: one that is not taken is
// refused before the rest of it is sent.
func (s *Service) sendPart(ctx context.Context, p *sending, body *intake) error {
	key, err := s.dossiers.ApplicationKey(ctx, p.app)
	if err != nil {
		return err
	}
	if p.in.Number == 1 {
		name, err := fileName(key, p.file.ID, p.file.SealedName)
		if err != nil {
			return err
		}
		head, err := body.peek()
		if err != nil {
			return err
		}
		if _, err := mediaTypeOf(name, head); err != nil {
			return err
		}
	}
	if err := s.putSealed(ctx, key, body, p.object, partCell(p.file.ID, p.object, p.in.Number, p.last), p.in.Length); err != nil {
		return err
	}
	return announced(p.in.Sha256, body.sha256())
}

// claim is the second transaction: the object is there, and becomes the part.
func (s *Service) claim(ctx context.Context, actor models.Actor, p *sending, digest []byte) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		u, gone := tx.LockUpload(p.file.ID)
		if gone != nil && fault.KindOf(gone) != fault.NotFound {
			return gone
		}
		there, err := partOf(tx, p.file.ID, p.in.Number)
		if err != nil {
			return err
		}
		if there != nil && bytes.Equal(there.Sha256, digest) { // another tab was faster, with this part or with the whole
			tx.DeleteAttempt(p.object)
			return nil
		}
		if gone != nil {
			return gone
		}
		if there != nil {
			tx.DeletePart(there)
		}
		tx.ExtendUpload(u.FileID, tx.Now.Add(s.opt.ResumeTime))
		return tx.ClaimPart(&models.FilePart{
			FileID:        u.FileID,
			Number:        p.in.Number,
			ApplicationID: u.ApplicationID,
			Municipality:  u.Municipality,
			PersonID:      u.PersonID,
			ObjectKey:     p.object,
			Size:          p.in.Length,
			SealedSize:    seal.SealedSize(p.in.Length),
			Sha256:        digest,
		})
	})
}

// giveUp takes away the row of an attempt that failed, unless it became the part: then only nobody could be told.
func (s *Service) giveUp(ctx context.Context, actor models.Actor, p *sending) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { tx.DeleteAttempt(p.object); return nil })
	if err != nil {
		slog.WarnContext(ctx, "a broken attempt at a part is left to the sweep", "file", p.file.ID, "error", err.Error())
	}
}

// announced compares what came with what was announced, if anything was.
func announced(want, got []byte) error {
	if want == nil || bytes.Equal(want, got) {
		return nil
	}
	return fault.Detail{Code: "digest-mismatch", Pointer: "/body"}.Alone(fault.Malformed, fault.CodeMalformed)
}
