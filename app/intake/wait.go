package intake

import (
	"context"
	"fmt"
	"io"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// wait keeps an application for a clerk, with its files, under a key of its own. The rows stand before the first byte goes to the store.
func (r *run) wait(ctx context.Context, a *foreign, first bool) error {
	row := r.item(a, first, r.dossiers.DB.Now())
	key, wrapped, err := r.dossiers.NewLinkKey(ctx, dossier.LinkIntake, row.ID)
	if err != nil {
		return err
	}
	row.State, row.WrappedKey = models.IntakeWaiting, wrapped
	if row.Sealed, err = sealItem(key, row.ID, a); err != nil {
		return err
	}
	var files []*models.IntakeFile
	for i, f := range a.Files {
		size, there := r.sizeOf(f)
		if !there {
			continue // the clerk sees that it is missing
		}
		one := &models.IntakeFile{ID: models.NewID(), ItemID: row.ID, Municipality: row.Municipality, Number: i + 1, Size: size}
		one.ObjectKey = "intake/" + one.Municipality + "/" + one.ID
		if one.SealedName, err = key.Seal([]byte(masked(f.Name)), fileCell(one.ID)); err != nil {
			return err
		}
		files = append(files, one)
	}
	err = r.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) error {
		if err := tx.AddIntakeItem(row, files...); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "keep-for-clerk", ObjectKind: "intake-item", ObjectID: row.ID})
	})
	if err != nil {
		return err
	}
	if err := r.store(ctx, a, key, files); err != nil {
		return err
	}
	one := Unfit{Place: a.place, Number: a.Number}
	for _, p := range a.problems {
		one.Reasons = append(one.Reasons, p.Detail.Sentence())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Waiting++
	r.unfit[a.place-1] = one
	return nil
}

// sizeOf is how large a file of the package is, and whether it is there and can be read at all.
func (r *run) sizeOf(f portal.File) (int64, bool) {
	body, err := r.batch.Open(f.Path)
	if err != nil {
		return 0, false
	}
	defer func() { _ = body.Close() }()
	n, err := io.Copy(io.Discard, body)
	return n, err == nil
}

// store sends the bytes of those files that are not in the store yet.
func (r *run) store(ctx context.Context, a *foreign, key seal.Key, files []*models.IntakeFile) error {
	for _, f := range files {
		if f.StoredAt != nil || f.Number > len(a.Files) {
			continue
		}
		if err := r.put(ctx, a.Files[f.Number-1].Path, key, f); err != nil {
			return err
		}
		err := r.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) error {
			tx.ChangeIntakeFile(f, postgres.Set(&f.StoredAt, &tx.Now))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) put(ctx context.Context, path string, key seal.Key, f *models.IntakeFile) error {
	body, err := r.batch.Open(path)
	if err != nil {
		return fmt.Errorf("a file of the package is gone while it is read: %w", err)
	}
	defer func() { _ = body.Close() }()
	sealed, err := key.EncryptReader(body, objectCell(f.ObjectKey))
	if err != nil {
		return err
	}
	_, err = r.opt.Objects.Put(ctx, f.ObjectKey, sealed, seal.SealedSize(f.Size), "application/octet-stream")
	return err
}

// known counts an application that is here already. If its files were not all kept, because the batch was cut there, they are now.
func (r *run) known(ctx context.Context, a *foreign, row *models.IntakeItem) error {
	if row.State == models.IntakeWaiting {
		var files []models.IntakeFile
		err := r.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) (err error) {
			files, err = tx.IntakeFilesOf(row.ID)
			return err
		})
		if err != nil {
			return err
		}
		var missing []*models.IntakeFile
		for i := range files {
			if files[i].StoredAt == nil {
				missing = append(missing, &files[i])
			}
		}
		if len(missing) > 0 {
			key, err := r.dossiers.LinkKey(ctx, dossier.LinkIntake, row.ID, row.WrappedKey)
			if err == nil {
				err = r.store(ctx, a, key, missing)
			}
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
	}
	r.count(&r.report.Known)
	return nil
}

func fileCell(id string) seal.Cell {
	return seal.Cell{Table: "intake_files", Column: "sealed_name", Row: id}
}

func objectCell(key string) seal.Cell {
	return seal.Cell{Table: "object", Column: "content", Row: key}
}
