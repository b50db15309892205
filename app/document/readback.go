package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// ReadBack counts what was read of a restored system.
type ReadBack struct {
	Municipalities int   `json:"municipalities"` // of which a case was read
	Files          int   `json:"files"`
	Bytes          int64 `json:"bytes"`
}

// ReadBack reads, after a restore, the last filed case of each municipality as it was written, and each of its files to the end, against its digest:
// that there are rows and objects does not say yet that the keys fit. Nobody is shown anything. Errors: the first that cannot be read, by its id.
func (s *Service) ReadBack(ctx context.Context) (ReadBack, error) {
	var done ReadBack
	var cases []models.Application
	var contents map[string]models.Revision
	err := s.sweep.InTx(ctx, sweeper().For("read-back"), func(tx *postgres.Tx) (err error) {
		if cases, err = tx.LatestFiled(); err != nil {
			return err
		}
		contents, err = tx.FiledContents(cases)
		return err
	})
	for i := range cases {
		if err != nil {
			return done, err
		}
		content := contents[cases[i].ID]
		if err = s.readBack(ctx, &cases[i], &content, &done); err != nil {
			err = fmt.Errorf("application %s: %w", cases[i].ID, err)
		}
		done.Municipalities++
	}
	return done, err
}

func (s *Service) readBack(ctx context.Context, app *models.Application, content *models.Revision, done *ReadBack) error {
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if err != nil {
		return err
	}
	if _, err := dossier.OpenContent(key, content); err != nil {
		return err
	}
	var files []models.File
	parts := map[string][]models.FilePart{}
	err = s.sweep.InTx(ctx, sweeper().For("read-back"), func(tx *postgres.Tx) (err error) {
		if files, err = tx.StoredFiles(app.ID); err != nil {
			return err
		}
		for _, f := range files {
			if parts[f.ID], err = tx.PartsOf(f.ID); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range files {
		if err != nil {
			return err
		}
		err = s.readWhole(ctx, key, &files[i], parts[files[i].ID])
		done.Files++
		done.Bytes += files[i].Size
	}
	return err
}

var errDigest = errors.New("a file is not what was received")

func (s *Service) readWhole(ctx context.Context, key seal.Key, f *models.File, parts []models.FilePart) error {
	body, err := s.open(ctx, key, parts, f.Size)
	if err != nil {
		return fmt.Errorf("file %s: %w", f.ID, err)
	}
	digest := sha256.New()
	_, err = io.Copy(digest, body)
	if err = errors.Join(err, body.Close()); err == nil && !bytes.Equal(digest.Sum(nil), f.Sha256) {
		err = errDigest
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", f.ID, err)
	}
	return nil
}
