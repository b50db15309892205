package document

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Beginning is a file that is to come in parts.
type Beginning struct {
	Application, Document, Subject string
	Name                           string
	Size                           int64  // of the whole file, bytes
	Replaces                       string // as in Naming: there is room for it where there is none for one more
}

// Progress is an open upload and how far it is.
type Progress struct {
	ID                      string // the file's, once it is finished
	Document, Subject, Name string
	Size                    int64 // of the whole file, bytes
	PartSize                int   // bytes of each part but the last
	Parts                   []Part
	ExpiresAt               time.Time // if no further part comes
}

// Part is one part that is there.
type Part struct {
	Number int   // from 1
	Size   int64 // bytes
	Sha256 []byte
}

// Begin opens an upload in parts, or finds the open one of the same document, subject, name and size again, with the
// parts that are there: after a reload, or on another device. What can be refused before a byte is sent is refused here.
//
// Errors: invalid-file (name, empty, a document that is not asked for, too many files, too many uploads at once);
// individual-number; too-large; unsupported-media-type by the name's ending; not-found; not-allowed-now; unavailable.
func (s *Service) Begin(ctx context.Context, actor models.Actor, in Beginning) (*Progress, error) {
	name, err := cleanName(in.Name)
	if err != nil {
		return nil, err
	}
	if err := s.checkLength(max(in.Size, 0), "/size"); err != nil {
		return nil, err
	}
	if err := s.countable(in.Size); err != nil {
		return nil, err
	}
	if err := endingTaken(name); err != nil {
		return nil, err
	}
	a := &arrival{in: Upload{
		Application: in.Application,
		Document:    in.Document,
		Subject:     in.Subject,
		Length:      in.Size,
		Naming:      Naming{Replaces: in.Replaces},
	}, name: name}
	if err := s.introduce(ctx, actor, a); err != nil {
		return nil, err
	}
	found, err := s.resume(ctx, actor, a)
	if err != nil || found != nil {
		return found, err
	}
	var out *Progress
	err = s.place(ctx, actor, a, func(tx *postgres.Tx) (err error) {
		out, err = s.opened(tx, a)
		return err
	})
	return out, err
}

// countable refuses a size for which the parts would have to be larger than they are: nobody could try each part again.
func (s *Service) countable(size int64) error {
	if size/int64(s.opt.PartSize) >= postgres.MaxAttempts/2 {
		return s.tooLarge("/size")
	}
	return nil
}

// resume finds the open upload of the same file, nil if there is none.
func (s *Service) resume(ctx context.Context, actor models.Actor, a *arrival) (out *Progress, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		found, err := same(tx, a)
		if err != nil || found == nil {
			return err
		}
		out, err = progress(tx, &found.File, &found.Upload, a.name)
		return err
	})
	return out, err
}

// same is the open upload of the file that arrives, or nil.
func same(tx *postgres.Tx, a *arrival) (*postgres.OpenUpload, error) {
	open, err := tx.OpenUploads(a.app.ID)
	for i := range open {
		f := &open[i].File
		if f.Document == a.in.Document && f.Subject == a.in.Subject && bytes.Equal(f.NameIndex, a.nameIndex()) && open[i].Upload.Size == a.in.Length {
			return &open[i], err
		}
	}
	return nil, err
}

// opened inserts the rows of a new upload under the application's lock. Two tabs that begin the same file at once get the
// same upload.
func (s *Service) opened(tx *postgres.Tx, a *arrival) (*Progress, error) {
	found, err := same(tx, a)
	if err != nil {
		return nil, err
	}
	if found != nil {
		return progress(tx, &found.File, &found.Upload, a.name)
	}
	if err := s.makeWay(tx, a.app.ID); err != nil {
		return nil, err
	}
	until := tx.Now.Add(s.opt.ResumeTime)
	a.file.ExpiresAt = &until
	u := &models.Upload{
		FileID:        a.file.ID,
		ApplicationID: a.file.ApplicationID,
		Municipality:  a.file.Municipality,
		PersonID:      a.file.PersonID,
		Size:          a.in.Length,
		PartSize:      s.opt.PartSize,
		TouchedAt:     tx.Now,
	}
	if err := tx.AddUpload(a.file, u); err != nil {
		return nil, err
	}
	return progressOf(a.file, u, a.name, nil), nil
}

// makeWay holds an application to its number of open uploads. The one that was left alone for longest goes, if no part
// of it can be under way: a page that was closed yesterday must not lock its owner out today.
func (s *Service) makeWay(tx *postgres.Tx, application string) error {
	open, err := tx.OpenUploads(application)
	if err != nil || len(open) < s.opt.MaxUploads {
		return err
	}
	if oldest := &open[0]; oldest.Upload.TouchedAt.Before(tx.Now.Add(-s.opt.UploadTime - s.opt.UploadGrace)) {
		tx.DeleteFile(&oldest.File)
		return nil
	}
	return fault.Detail{
		Code:    "too-many-uploads",
		Pointer: "/name",
		Params:  []fault.Param{fault.Number("limit", s.opt.MaxUploads)},
	}.Alone(fault.Refused, fault.CodeInvalidFile).Note("limit", strconv.Itoa(s.opt.MaxUploads))
}

// Progress says which parts of an open upload are there. Errors: not-found, also for somebody else's, and for one that is
// finished or whose time is over; unavailable.
func (s *Service) Progress(ctx context.Context, actor models.Actor, application, upload string) (*Progress, error) {
	var out *Progress
	var app *models.Application
	var sealedName []byte
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = s.own(tx, application); err != nil {
			return err
		}
		f, u, err := tx.Upload(application, upload)
		if err != nil {
			return err
		}
		sealedName = f.SealedName
		out, err = progress(tx, f, u, "")
		return err
	})
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	out.Name, err = fileName(key, upload, sealedName)
	return out, err
}

// Uploads lists the open uploads of an application, of one document and subject if they are given, the one that was left
// alone for longest first. Errors: not-found; unavailable.
func (s *Service) Uploads(ctx context.Context, actor models.Actor, application, document, subject string) ([]Progress, error) {
	var app *models.Application
	var out []Progress
	var names [][]byte
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = s.own(tx, application); err != nil {
			return err
		}
		open, err := tx.OpenUploads(application)
		for i := 0; i < len(open) && err == nil; i++ {
			f := &open[i].File
			if document != "" && document != f.Document || subject != "" && subject != f.Subject {
				continue
			}
			var one *Progress
			if one, err = progress(tx, f, &open[i].Upload, ""); err == nil {
				out, names = append(out, *one), append(names, f.SealedName)
			}
		}
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	for i := 0; i < len(out) && err == nil; i++ {
		out[i].Name, err = fileName(key, out[i].ID, names[i])
	}
	return out, err
}

// Cancel gives an open upload up, with its parts. Errors: as Progress.
func (s *Service) Cancel(ctx context.Context, actor models.Actor, application, upload string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := s.own(tx, application); err != nil {
			return err
		}
		f, _, err := tx.Upload(application, upload)
		if err != nil {
			return err
		}
		tx.DeleteFile(f)
		return nil
	})
}

// own reads an application into which the actor may put files.
func (s *Service) own(tx *postgres.Tx, application string) (*models.Application, error) {
	app, err := tx.Application(application)
	if err != nil {
		return nil, err
	}
	return app, s.dossiers.Handles(tx, app)
}

func progress(tx *postgres.Tx, f *models.File, u *models.Upload, name string) (*Progress, error) {
	parts, err := tx.PartsOf(f.ID)
	return progressOf(f, u, name, parts), err
}

func progressOf(f *models.File, u *models.Upload, name string, parts []models.FilePart) *Progress {
	out := &Progress{
		ID:        f.ID,
		Document:  f.Document,
		Subject:   f.Subject,
		Name:      name,
		Size:      u.Size,
		PartSize:  u.PartSize,
		ExpiresAt: *f.ExpiresAt,
	}
	for _, p := range parts {
		out.Parts = append(out.Parts, Part{Number: p.Number, Size: p.Size, Sha256: p.Sha256})
	}
	return out
}

// fileName opens a file's name.
func fileName(key seal.Key, file string, sealed []byte) (string, error) {
	name, err := key.Open(sealed, nameCell(file))
	return string(name), err
}
