package intake

import (
	"context"
	"io"
	"strings"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Item is an application of another portal as a clerk sees it.
type Item struct {
	models.IntakeItem
	Original
	Sent []Sent // its files that were in the package
	Note string // why it was settled without a case
}

// Sent is a file of an application that waits.
type Sent struct {
	models.IntakeFile
	Name, Kind string
}

// Open lists what waits for a clerk, newest first, as far as the clerk works on its procedure; the look is recorded.
func (s *Service) Open(ctx context.Context, actor models.Actor, page postgres.Page) ([]Item, error) {
	var rows []models.IntakeItem
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		clerk, err := s.dossiers.Staff(tx)
		if err != nil {
			return err
		}
		if rows, err = tx.OpenIntake(actor.Municipality, s.dossiers.ProceduresOf(clerk), page); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-intake", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	if err != nil {
		return nil, err
	}
	out := make([]Item, len(rows))
	for i := range rows {
		key, err := s.dossiers.LinkKey(ctx, dossier.LinkIntake, rows[i].ID, rows[i].WrappedKey)
		if err != nil {
			return nil, err
		}
		original, err := openItem(key, rows[i].ID, rows[i].Sealed)
		if err != nil {
			return nil, err
		}
		out[i] = Item{IntakeItem: rows[i], Original: *original}
	}
	return out, nil
}

// Came is where a case was filed, and under which number.
type Came struct{ Sender, Number string }

// Came says it of a case that the actor may see; nil if it was filed here.
func (s *Service) Came(ctx context.Context, actor models.Actor, application, lang string) (out *Came, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := tx.IntakeItemOf(application)
		if err == nil && row != nil {
			out = &Came{Sender: s.SenderName(row.Sender, lang), Number: row.Number}
		}
		return err
	})
	return out, err
}

// Batches lists what was sent, newest first.
func (s *Service) Batches(ctx context.Context, actor models.Actor, page postgres.Page) (rows []models.IntakeBatch, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		rows, err = tx.IntakeBatches(actor.Municipality, page)
		return err
	})
	return rows, err
}

// Get opens one that did not become a case by itself, with the names of its files; recorded. Error: not-found, also for what is not for this clerk.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*Item, error) {
	out, _, err := s.get(ctx, actor, id, "open-intake-item")
	return out, err
}

func (s *Service) get(ctx context.Context, actor models.Actor, id, action string) (*Item, seal.Key, error) {
	var row *models.IntakeItem
	var files []models.IntakeFile
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if row, err = tx.IntakeItem(id); err != nil {
			return err
		}
		if err := s.mayWorkOn(tx, row); err != nil {
			return err
		}
		if files, err = tx.IntakeFilesOf(id); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "intake-item", ObjectID: id})
	})
	if err != nil {
		return nil, seal.Key{}, err
	}
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkIntake, id, row.WrappedKey)
	if err != nil {
		return nil, seal.Key{}, err
	}
	original, err := openItem(key, id, row.Sealed)
	if err != nil {
		return nil, seal.Key{}, err
	}
	out := &Item{IntakeItem: *row, Original: *original}
	for _, f := range files {
		name, err := key.Open(f.SealedName, fileCell(f.ID))
		if err != nil {
			return nil, seal.Key{}, err
		}
		one := Sent{IntakeFile: f, Name: string(name)}
		if f.Number <= len(original.Application.Files) {
			one.Kind = original.Application.Files[f.Number-1].Kind
		}
		out.Sent = append(out.Sent, one)
	}
	if row.SealedNote != nil {
		note, err := key.Open(row.SealedNote, itemCell(id, "sealed_note"))
		if err != nil {
			return nil, seal.Key{}, err
		}
		out.Note = string(note)
	}
	return out, key, nil
}

// mayWorkOn refuses a case, which is looked at as a case, and what is of another category. Error: not-found.
func (s *Service) mayWorkOn(tx *postgres.Tx, row *models.IntakeItem) error {
	clerk, err := s.dossiers.Staff(tx)
	switch {
	case err != nil:
		return err
	case row.State == models.IntakeTaken, row.Procedure != "" && !s.dossiers.WorksOn(clerk, row.Procedure):
		return fault.ErrNotFound
	}
	return nil
}

// File opens a file of what waits, once a scan has found nothing in it; recorded. Errors: not-found; not-allowed-now for one with a virus; unavailable.
func (s *Service) File(ctx context.Context, actor models.Actor, id, file string) (*document.Download, error) {
	item, key, err := s.get(ctx, actor, id, "open-intake-file")
	if err != nil {
		return nil, err
	}
	for _, f := range item.Sent {
		if f.ID != file || f.StoredAt == nil {
			continue
		}
		if err := s.scan(ctx, key, f.ObjectKey); err != nil {
			return nil, err
		}
		body, err := s.plain(ctx, key, f.ObjectKey)
		if err != nil {
			return nil, err
		}
		return &document.Download{Name: f.Name, MediaType: "application/octet-stream", Size: f.Size, Body: body}, nil
	}
	return nil, fault.ErrNotFound
}

func (s *Service) scan(ctx context.Context, key seal.Key, object string) error {
	body, err := s.plain(ctx, key, object)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	verdict, err := s.opt.Scanner.Scan(ctx, body)
	switch {
	case err != nil:
		return err
	case !verdict.Clean():
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "intake-virus")
	}
	return nil
}

// plain are the bytes of an object.
func (s *Service) plain(ctx context.Context, key seal.Key, object string) (io.ReadCloser, error) {
	sealed, _, err := s.opt.Objects.Get(ctx, object)
	if err != nil {
		return nil, err
	}
	plain, err := key.DecryptStream(sealed, objectCell(object))
	if err != nil {
		_ = sealed.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}

// Settle ends what waits without a case, with the reason. Errors: not-found; invalid-request; not-allowed-now once it is done.
func (s *Service) Settle(ctx context.Context, actor models.Actor, id, note string) error {
	note = strings.TrimSpace(note)
	if note == "" {
		return fault.Detail{Code: "required", Reason: "say-why", Pointer: "/note"}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	if wrong := form.FreeTextFaults("/note", note); len(wrong) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", wrong)
	}
	_, key, err := s.get(ctx, actor, id, "open-intake-item")
	if err != nil {
		return err
	}
	sealed, err := key.Seal([]byte(note), itemCell(id, "sealed_note"))
	if err != nil {
		return err
	}
	return s.done(ctx, actor, id, func(tx *postgres.Tx, row *models.IntakeItem) {
		tx.ChangeIntakeItem(row, postgres.Set(&row.State, models.IntakeSettled), postgres.Set(&row.SealedNote, sealed),
			postgres.Set(&row.DoneBy, &actor.Person), postgres.Set(&row.DoneAt, &tx.Now))
	})
}

// done changes what waits, under its lock.
func (s *Service) done(ctx context.Context, actor models.Actor, id string, change func(tx *postgres.Tx, row *models.IntakeItem)) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		change(tx, row)
		return tx.AddAudit(&models.AuditEntry{Action: "settle-intake", ObjectKind: "intake-item", ObjectID: id})
	})
}

// waiting locks what waits for a clerk. Errors: not-found; not-allowed-now.
func (s *Service) waiting(tx *postgres.Tx, id string) (*models.IntakeItem, error) {
	row, err := tx.LockIntakeItem(id)
	if err != nil {
		return nil, err
	}
	if err := s.mayWorkOn(tx, row); err != nil {
		return nil, err
	}
	if row.State == models.IntakeDrafted {
		gone, err := tx.IntakeDraftGone(row)
		if err != nil || gone {
			return row, err
		}
	}
	if row.State != models.IntakeWaiting {
		return nil, fault.New(fault.Conflict, fault.CodeNotAllowedNow, "intake-done")
	}
	return row, nil
}
