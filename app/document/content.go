package document

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Content opens a file for its owner; the act is recorded before the first byte. ctx must last until the body is
// closed. Errors: not-found, also for somebody else's file and for one that is not there in full yet; not-allowed-now
// until a scan has found it clean; unavailable while the object store is down. The body ends in an error rather than
// too early.
func (s *Service) Content(ctx context.Context, actor models.Actor, application, file string) (*Download, error) {
	var app *models.Application
	var f *models.File
	var parts []models.FilePart
	err := s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(application); err != nil {
			return err
		}
		if err := s.desk.Readable(tx, app); err != nil {
			return err
		}
		if f, err = tx.File(application, file); err != nil {
			return err
		}
		if f.State == models.FileReceiving {
			return fault.ErrNotFound
		}
		if err := released(f); err != nil {
			return err
		}
		if parts, err = tx.PartsOf(f.ID); err != nil {
			return err
		}
		return s.desk.Audit(tx, app, "open-file", "file", f.ID)
	})
	if err != nil {
		return nil, err
	}
	key, err := s.desk.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	name, err := key.Open(f.SealedName, namePlace(f.ID))
	if err != nil {
		return nil, err
	}
	body, err := s.open(ctx, key, parts)
	if err != nil {
		return nil, err
	}
	return &Download{Name: string(name), MediaType: f.MediaType, Size: f.Size, Body: body}, nil
}

// released refuses a file that no scan has found clean (security.md, "Files").
func released(f *models.File) error {
	var text string
	switch f.Scan {
	case models.ScanClean:
		return nil
	case models.ScanInfected:
		text = "A virus was found in this file. It cannot be opened. Attach a clean copy."
	case models.ScanFailed:
		text = "This file could not be checked for viruses yet. It is tried again; come back later."
	default:
		text = "This file is being checked for viruses. Try again in a minute."
	}
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, text).Note("scan", f.Scan)
}

// open gives the plain bytes of a file's parts, one after the other. The first object is asked for at once, so that a
// store that is down is an error here and not in the middle of an answer. A missing object is a loss and no not-found:
// its row says that it must be there.
func (s *Service) open(ctx context.Context, key seal.Key, parts []models.FilePart) (io.ReadCloser, error) {
	if len(parts) == 0 {
		return nil, errors.New("a stored file has no parts")
	}
	r := &partsReader{ctx: ctx, objects: s.objects, key: key, parts: parts}
	if err := r.next(); err != nil {
		return nil, err
	}
	return r, nil
}

type partsReader struct {
	ctx     context.Context
	objects Objects
	key     seal.Key
	parts   []models.FilePart // not opened yet
	object  io.Closer
	plain   io.Reader
}

// errLost says that an object is gone whose row stands.
var errLost = errors.New("an object is missing from the store")

// next opens the next part.
func (r *partsReader) next() error {
	part := r.parts[0]
	r.parts = r.parts[1:]
	object, size, err := r.objects.Get(r.ctx, part.ObjectKey)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return fmt.Errorf("%w: %s", errLost, part.ObjectKey)
		}
		return err
	}
	r.object = object
	if size != part.SealedSize {
		_ = object.Close()
		return fmt.Errorf("object %s has %d bytes, its row says %d: %w", part.ObjectKey, size, part.SealedSize, seal.ErrBroken)
	}
	r.plain, err = r.key.DecryptStream(object, objectPlace(part.ObjectKey))
	if err != nil {
		_ = object.Close()
	}
	return err
}

func (r *partsReader) Read(p []byte) (int, error) {
	for {
		n, err := r.plain.Read(p)
		if err != io.EOF || n > 0 && len(r.parts) == 0 {
			return n, err
		}
		if n > 0 {
			return n, nil // the end comes again with the next call
		}
		if len(r.parts) == 0 {
			return 0, io.EOF
		}
		if err := r.object.Close(); err != nil {
			return 0, err
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
}

func (r *partsReader) Close() error { return r.object.Close() }
