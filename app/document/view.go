package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// wantView queues the view copy of a file that was found clean.
func (s *Service) wantView(tx *postgres.Tx, app *models.Application, f *models.File) error {
	if s.opt.Renderer == nil {
		return nil
	}
	return tx.Enqueue(task.MakeView{Municipality: app.Municipality, Application: app.ID, File: f.ID})
}

// errGone ends the making of a view copy whose file was deleted meanwhile.
var errGone = errors.New("the file of this view copy is gone")

// MakeView is the job that makes a file's view copy: pictures without metadata, which staff open instead of what a
// stranger sent (security.md, "Files"), and which show the owner what arrived, of a draft too. Killed and started again it
// goes on with the same pages. Of a file that has no safe copy it is kept why; one that took too much time is tried again later,
// with more patience each time. A file that is deleted meanwhile leaves nothing behind.
func (s *Service) MakeView(ctx context.Context, t task.MakeView) error {
	actor := models.System(t.Municipality, "make-view")
	var app *models.Application
	var f *models.File
	var parts []models.FilePart
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, err = tx.Application(t.Application); err != nil {
			return err
		}
		if f, err = tx.File(t.Application, t.File); err != nil {
			return err
		}
		parts, err = tx.PartsOf(f.ID)
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil // deleted meanwhile, or replaced
	}
	if err != nil {
		return err
	}
	if f.View != "" && (f.ViewReason != render.ReasonTime || t.Try == 0) || f.Scan != models.ScanClean || s.opt.Renderer == nil {
		return nil
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return err
	}
	plain, err := s.open(ctx, key, parts, f.Size)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	made, err := s.opt.Renderer.Render(ctx, f.MediaType, plain, 1<<t.Try, func(p render.Page) error { return s.keepPage(ctx, actor, app, f, key, p) })
	seen := models.Seen{View: models.ViewReady, ViewShown: made.Pages, ViewTotal: made.Total}
	if errors.Is(err, errGone) {
		return nil
	}
	if refusal := fault.As(err); refusal != nil && refusal.Code == fault.CodeInvalidFile {
		seen = models.Seen{View: models.ViewNone, ViewReason: refusal.Extra["reason"]}
	} else if err != nil {
		return err
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		now, err := tx.File(t.Application, t.File)
		if err != nil {
			return err
		}
		again := seen.ViewReason == render.ReasonTime
		if again && t.Try >= len(rests) {
			again, seen.ViewReason = false, render.ReasonLimits
		}
		tx.SetView(now, seen)
		if !again {
			return nil
		}
		later := t
		later.Try++
		return tx.EnqueueAt(tx.Now.Add(rests[t.Try]), later)
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil // deleted since: its pages are queued for removal with it
	}
	return err
}

// rests are the pauses before a view copy that took too much time is tried again, each time with twice the time.
var rests = []time.Duration{2 * time.Minute, 20 * time.Minute}

// keepPage stores one page: its row stands before its object. A deletion takes the row and queues the object for removal; if
// it came by while the object was on its way, the object is queued once more: the sweep may have been there before it. Error: errGone.
func (s *Service) keepPage(ctx context.Context, actor models.Actor, app *models.Application, f *models.File, key seal.Key, p render.Page) error {
	row := &models.FileView{
		FileID:        f.ID,
		Page:          p.Number,
		ApplicationID: app.ID,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		ObjectKey:     viewKey(app.Municipality, f.ID, p.Number),
		Width:         p.Width,
		Height:        p.Height,
		Size:          int64(len(p.JPEG)),
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := tx.File(app.ID, f.ID); err != nil {
			return err
		}
		return tx.AddFileView(row)
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return errGone
	}
	if err != nil {
		return err
	}
	sealed, err := key.EncryptReader(bytes.NewReader(p.JPEG), objectCell(row.ObjectKey))
	if err != nil {
		return err
	}
	if _, err = s.objects.Put(ctx, row.ObjectKey, sealed, seal.SealedSize(row.Size), "application/octet-stream"); err != nil {
		return err
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		_, err := tx.FileView(app.ID, f.ID, p.Number)
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = s.sweep.InTx(ctx, sweeper().For("make-view"), func(tx *postgres.Tx) error {
			tx.QueueRemoval(row.Municipality, row.ObjectKey)
			return nil
		})
		if err == nil {
			err = errGone
		}
	}
	return err
}

// viewKey names a page's object; files have another prefix.
func viewKey(municipality, file string, page int) string {
	return fmt.Sprintf("views/%s/%s/%04d", municipality, file, page)
}

// Pages is what there is to see of a file.
type Pages struct {
	Name      string // of the file
	MediaType string
	Scan      models.ScanState
	models.Seen
	Made []models.FileView // from page 1, in order
}

// Pages says what there is to see of a file, for the page that shows it; a page itself is opened by Page, which records it.
// Error: not-found, also for what the actor may not see.
func (s *Service) Pages(ctx context.Context, actor models.Actor, application, file string) (*Pages, error) {
	var out Pages
	var f *models.File
	var app *models.Application
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if app, f, err = s.arrived(tx, application, file); err != nil {
			return err
		}
		out.Made, err = tx.FileViews(application, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	name, err := key.Open(f.SealedName, nameCell(f.ID))
	out.Name, out.MediaType, out.Scan, out.Seen = string(name), f.MediaType, f.Scan, f.Seen
	return &out, err
}

// Page opens one page of a file's view copy, 0 for the thumbnail; the act is recorded. Errors: not-found, also for what the
// actor may not see; not-allowed-now with the reason where there is no copy, or not yet.
func (s *Service) Page(ctx context.Context, actor models.Actor, application, file string, page int) (*Download, error) {
	var app *models.Application
	var row *models.FileView
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		var f *models.File
		if app, f, err = s.arrived(tx, application, file); err != nil {
			return err
		}
		if err := viewable(f); err != nil {
			return err
		}
		if row, err = tx.FileView(application, file, page); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "open-view", "file", file)
	})
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return nil, err
	}
	object, _, err := s.objects.Get(ctx, row.ObjectKey)
	if err != nil {
		return nil, err
	}
	plain, err := key.DecryptStream(object, objectCell(row.ObjectKey))
	if err != nil {
		_ = object.Close()
		return nil, err
	}
	return &Download{
		Name:      fmt.Sprintf("page-%d.jpg", page),
		MediaType: "image/jpeg",
		Size:      row.Size,
		Body: struct {
			io.Reader
			io.Closer
		}{plain, object},
	}, nil
}

// viewable refuses a file without a view copy, and says why.
func viewable(f *models.File) error {
	switch f.View {
	case models.ViewReady:
		return nil
	case models.ViewNone:
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "no-safe-copy").
			Note("view", string(f.View)).
			Note("view_reason", f.ViewReason)
	}
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "copy-being-made").Note("view", "pending")
}
