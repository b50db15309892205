package document

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// CopyFiles copies the stored files of an application to another one, of another municipality as a rule, sealed anew with
// its key; each once, however often it is called. What a scan found stays; what no scan has seen is scanned there. An
// infected file stays behind, and its requirement waits for the document if nothing else of it came along.
func (s *Service) CopyFiles(ctx context.Context, from, to *models.Application) error {
	actor := models.System(from.Municipality, "copy-files")
	var files []models.File
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		files, err = tx.FilesOf(from.ID)
		return err
	})
	if err != nil {
		return err
	}
	oldKey, err := s.dossiers.ApplicationKey(ctx, from)
	if err != nil {
		return err
	}
	newKey, err := s.dossiers.ApplicationKey(ctx, to)
	if err != nil {
		return err
	}
	// Infected ones last: what else there is of their document has come along by then.
	slices.SortStableFunc(files, func(a, b models.File) int { return infectedLast(a) - infectedLast(b) })
	for i := range files {
		f := &files[i]
		switch {
		case f.State != models.FileStored:
			continue
		case f.Scan == models.ScanInfected:
			err = s.leftBehind(ctx, f, to)
		default:
			err = s.copyFile(ctx, f, from, to, oldKey, newKey)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func infectedLast(f models.File) int {
	if f.Scan == models.ScanInfected {
		return 1
	}
	return 0
}

// leftBehind puts the requirement of an infected file back to awaiting its document: the copy may have been begun before
// the scan had its verdict. Its owner is told there, where another file can be handed in.
func (s *Service) leftBehind(ctx context.Context, f *models.File, to *models.Application) error {
	return s.dossiers.DB.InTx(ctx, models.System(to.Municipality, "copy-files"), func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(to.ID)
		if err != nil {
			return err
		}
		item, err := requirement(tx, to.ID, f.Document, f.Subject)
		if err != nil || item == nil || item.State != models.ItemReceived {
			return err
		}
		copied, err := tx.FilesOf(to.ID)
		if err != nil {
			return err
		}
		for i := range copied {
			if copied[i].State == models.FileStored && copied[i].Scan != models.ScanInfected && dossier.Current(item, &copied[i]) {
				return nil
			}
		}
		if err := s.awaitAgain(tx, app, f); err != nil {
			return err
		}
		return tx.Enqueue(task.Notify{
			Municipality: app.Municipality,
			Application:  app.ID,
			What:         "file-infected",
			Detail:       f.Document + "/" + f.Subject,
			File:         f.ID,
		})
	})
}

func (s *Service) copyFile(ctx context.Context, f *models.File, from, to *models.Application, oldKey, newKey seal.Key) error {
	name, err := oldKey.Open(f.SealedName, nameCell(f.ID))
	if err != nil {
		return err
	}
	var answers []byte
	if f.SealedAnswers != nil {
		if answers, err = oldKey.Open(f.SealedAnswers, dossier.AnswersCell(f.ID)); err != nil {
			return err
		}
	}
	id, index := models.NewID(), newKey.BlindIndex(nameIndex, string(name))
	sealedName, err := newKey.Seal(name, nameCell(id))
	if err != nil {
		return err
	}
	sealedAnswers, err := sealAnswers(newKey, id, answers)
	if err != nil {
		return err
	}
	file := &models.File{
		ID:            id,
		ApplicationID: to.ID,
		Municipality:  to.Municipality,
		PersonID:      to.PersonID,
		Document:      f.Document,
		Subject:       f.Subject,
		NameIndex:     index,
		SealedName:    sealedName,
		SealedAnswers: sealedAnswers,
		State:         models.FileReceiving,
		Scan:          models.ScanPending,
		Revision:      1,
	}
	part := &models.FilePart{
		FileID:        id,
		Number:        1,
		ApplicationID: to.ID,
		Municipality:  to.Municipality,
		PersonID:      to.PersonID,
		ObjectKey:     objectKey(to.Municipality, id, 1),
	}
	there := models.System(to.Municipality, "copy-files")
	done := false
	err = s.dossiers.DB.InTx(ctx, there, func(tx *postgres.Tx) error {
		if _, err := tx.LockApplication(to.ID); err != nil {
			return err
		}
		copied, err := tx.FileOfName(to.ID, f.Document, f.Subject, index)
		if err != nil {
			return err
		}
		if done = copied != nil && copied.State == models.FileStored; done {
			return nil
		}
		expires := tx.Now.Add(s.opt.UploadTime + s.opt.UploadGrace) // the row stands before the first byte; a killed copy is swept
		file.ExpiresAt, file.CreatedAt = &expires, tx.Now
		return tx.AddFile(file, part)
	})
	if err != nil || done {
		return err
	}
	if err := s.copyContent(ctx, f, from, part, oldKey, newKey); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, there, func(tx *postgres.Tx) error {
		tx.ChangeFile(file, append(stored(tx, file, f.MediaType, f.Size, f.Sha256),
			postgres.Set(&file.Scan, f.Scan), postgres.Set(&file.ScannedAt, f.ScannedAt))...)
		tx.ChangePart(part, f.Size, seal.SealedSize(f.Size), f.Sha256)
		if f.Scan == models.ScanClean {
			return s.wantView(tx, to, file)
		}
		return tx.Enqueue(task.Scan{Municipality: to.Municipality, Application: to.ID, File: file.ID})
	})
}

func (s *Service) copyContent(ctx context.Context, f *models.File, from *models.Application, to *models.FilePart, oldKey, newKey seal.Key) error {
	var parts []models.FilePart
	err := s.dossiers.DB.InTx(ctx, models.System(from.Municipality, "copy-files"), func(tx *postgres.Tx) (err error) {
		parts, err = tx.PartsOf(f.ID)
		return err
	})
	if err != nil {
		return err
	}
	plain, err := s.open(ctx, oldKey, parts, f.Size)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	sealed, err := newKey.EncryptReader(plain, objectCell(to.ObjectKey))
	if err != nil {
		return err
	}
	_, err = s.objects.Put(ctx, to.ObjectKey, sealed, seal.SealedSize(f.Size), "application/octet-stream")
	return err
}
