package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddUpload queues a receiving file that comes in parts.
func (tx *Tx) AddUpload(file *models.File, upload *models.Upload) error {
	if err := add(tx, "", file); err != nil {
		return err
	}
	return add(tx, "", upload)
}

// Upload reads an open upload that the actor may see; not-found otherwise, also for a malformed id and for one whose time
// is over.
func (tx *Tx) Upload(application, id string) (*models.File, *models.Upload, error) {
	f, err := tx.File(application, id)
	if err != nil {
		return nil, nil, err
	}
	if f.State != models.FileReceiving || !f.ExpiresAt.After(tx.Now) {
		return nil, nil, fault.ErrNotFound
	}
	u, err := one[models.Upload](tx, "file_id = ?", id)
	return f, u, err
}

// OpenUpload is one open upload with its file.
type OpenUpload struct {
	File   models.File
	Upload models.Upload
}

// OpenUploads lists the open uploads of an application, the one that was left alone for longest first.
func (tx *Tx) OpenUploads(application string) ([]OpenUpload, error) {
	uploads, err := query[models.Upload](tx, `select u.* from uploads u join files f on f.id = u.file_id
		where u.application_id = ? and f.state = 'receiving' and f.expires_at > ?
		order by u.touched_at, u.file_id`, application, tx.Now)
	if err != nil || len(uploads) == 0 {
		return nil, err
	}
	ids := make([]string, len(uploads))
	for i := range uploads {
		ids[i] = uploads[i].FileID
	}
	files, err := all[models.File](tx, "id", "id in ?", ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]models.File, len(files))
	for _, f := range files {
		byID[f.ID] = f
	}
	out := make([]OpenUpload, 0, len(uploads))
	for _, u := range uploads {
		if f, ok := byID[u.FileID]; ok { // else it was finished between the two statements
			out = append(out, OpenUpload{File: f, Upload: u})
		}
	}
	return out, nil
}

// LockUpload locks an open upload until the end of the transaction: parts come into it, and it is finished, one at a
// time. Error: not-found when it is open no more.
func (tx *Tx) LockUpload(file string) (*models.Upload, error) {
	return there(first[models.Upload](tx, forUpdate, "file_id = ?", file))
}

// NextAttempt counts one more attempt at a part of an upload and gives its number; the upload lives until then. Errors:
// not-found when the upload is open no more or has had its last attempt.
func (tx *Tx) NextAttempt(file string, until time.Time) (int, error) {
	var n []int
	err := tx.gorm.Raw(`update uploads set attempts = attempts + 1, touched_at = ? where file_id = ? and attempts < ? returning attempts`,
		tx.Now, file, MaxAttempts).Scan(&n).Error
	if err != nil {
		return 0, translate(err)
	}
	if len(n) == 0 {
		return 0, fault.ErrNotFound
	}
	tx.ExtendUpload(file, until)
	return n[0], nil
}

// MaxAttempts is how many attempts at parts one upload has: their numbers have four digits in the objects' keys.
const MaxAttempts = 9999

// ExtendUpload queues a later end of a receiving file's time; conflict if it is receiving no more.
func (tx *Tx) ExtendUpload(file string, until time.Time) {
	f := &models.File{ID: file, State: models.FileReceiving}
	change(tx, f, []Assignment{Set(&f.ExpiresAt, &until)}, &f.State)
}

// AddAttempt queues an attempt at a part: its row stands before its first byte.
func (tx *Tx) AddAttempt(a *models.PartAttempt) error { return add(tx, "", a) }

// AddPart queues a part of a receiving file.
func (tx *Tx) AddPart(part *models.FilePart) error { return add(tx, "", part) }

// DeletePart queues the deletion of a part; its object is queued for removal with it.
func (tx *Tx) DeletePart(part *models.FilePart) {
	tx.queue(`delete from file_parts where file_id = $1 and number = $2 and object_key = $3`, part.FileID, part.Number, part.ObjectKey)
}

// ClaimPart queues that an attempt becomes a part. Conflict if the attempt is gone: its object is queued for removal.
func (tx *Tx) ClaimPart(part *models.FilePart) error {
	if err := add(tx, "", part); err != nil {
		return err
	}
	tx.guarded(`delete from part_attempts where object_key = $1`, part.ObjectKey)
	return nil
}

// DeleteAttempt queues the end of an attempt that failed; its object is queued for removal with it.
func (tx *Tx) DeleteAttempt(objectKey string) {
	tx.queue(`delete from part_attempts where object_key = $1`, objectKey)
}

// CloseUpload queues the end of an upload whose file is stored.
func (tx *Tx) CloseUpload(file string) { tx.queue(`delete from uploads where file_id = $1`, file) }
