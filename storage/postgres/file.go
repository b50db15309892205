package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddFile queues a receiving file and its first parts: rows stand before the first byte (house.md, habit 9).
func (tx *Tx) AddFile(file *models.File, parts ...*models.FilePart) error {
	if err := add(tx, "", file); err != nil {
		return err
	}
	return add(tx, "", parts...)
}

// File reads one file that the actor may see; not-found otherwise, also for a malformed id.
func (tx *Tx) File(application, id string) (*models.File, error) {
	if !models.ValidID(application) || !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	return one[models.File](tx, "id = ? and application_id = ?", id, application)
}

// FilesOf lists an application's files in every state but receiving, oldest first.
func (tx *Tx) FilesOf(application string) ([]models.File, error) {
	return all[models.File](tx, "id", "application_id = ? and state <> 'receiving'", application)
}

// CountFiles counts the files that take a place of an application's limit: stored ones, and those being received that
// have not run out, without those that have the name and the one with the id replaces, which would be replaced. An upload in parts takes its place when
// it is finished: one that was left alone for a day must not be in the way of others.
func (tx *Tx) CountFiles(application, document, subject string, nameIndex []byte, replaces string) (int, error) {
	rows, err := query[struct{ N int }](tx, `select count(*) as n from files where application_id = ?
		and (state = 'stored' or (state = 'receiving' and stored_at is null and expires_at > clock_timestamp()
			and not exists (select 1 from uploads u where u.file_id = files.id)))
		and not (document = ? and subject = ? and name_index = ?) and id::text <> ?`,
		application, document, subject, nameIndex, replaces)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].N, nil
}

// FilesAside lists the files of an application that were put aside and can still be had back: receiving again, with their bytes.
func (tx *Tx) FilesAside(application string) ([]models.File, error) {
	return all[models.File](tx, "id", "application_id = ? and state = 'receiving' and stored_at is not null and expires_at > ? and scan <> 'infected'",
		application, tx.Now)
}

// PartsOf lists a file's parts in order.
func (tx *Tx) PartsOf(file string) ([]models.FilePart, error) {
	return all[models.FilePart](tx, "number", "file_id = ?", file)
}

// FileOfName finds the stored file of a name, or nil.
func (tx *Tx) FileOfName(application, document, subject string, nameIndex []byte) (*models.File, error) {
	return maybe[models.File](tx, "application_id = ? and document = ? and subject = ? and name_index = ? and state = 'stored'",
		application, document, subject, nameIndex)
}

// ChangeFile queues a guarded change of a file that is still in the state that file shows.
func (tx *Tx) ChangeFile(file *models.File, changes ...Assignment) {
	change(tx, file, changes, &file.State)
}

// ChangePart queues the sizes of a part and the digest of its plain bytes once they are known.
func (tx *Tx) ChangePart(part *models.FilePart, size, sealed int64, sha256 []byte) {
	change(tx, part, []Assignment{Set(&part.Size, size), Set(&part.SealedSize, sealed), Set(&part.Sha256, sha256)})
}

// DeleteFile queues the deletion of a file in the state it shows; its objects are queued for removal with it.
func (tx *Tx) DeleteFile(file *models.File) {
	tx.queue(`delete from files where id = $1 and state = $2`, file.ID, file.State)
}

// AddFileView queues a page of a view copy; it takes the place of one that is there already, of an earlier attempt.
func (tx *Tx) AddFileView(v *models.FileView) error {
	return add(tx, " on conflict (file_id, page) do update set width = excluded.width, height = excluded.height, size = excluded.size", v)
}

// FileView reads one page of a view copy. Error: not-found.
func (tx *Tx) FileView(application, file string, page int) (*models.FileView, error) {
	return one[models.FileView](tx, "application_id = ? and file_id = ? and page = ?", application, file, page)
}

// FileViews reads the rows of a view copy from page 1 on, without the thumbnail, in order.
func (tx *Tx) FileViews(application, file string) ([]models.FileView, error) {
	return all[models.FileView](tx, "page", "application_id = ? and file_id = ? and page > 0", application, file)
}

// SetView queues what became of a file's view copy.
func (tx *Tx) SetView(file *models.File, seen models.Seen) {
	change(tx, file, []Assignment{Set(&file.View, seen.View), Set(&file.ViewReason, seen.ViewReason), Set(&file.ViewShown, seen.ViewShown),
		Set(&file.ViewTotal, seen.ViewTotal)}, &file.View)
}

// SetScan queues the result of a scan.
func (tx *Tx) SetScan(file *models.File, scan models.ScanState) {
	change(tx, file, []Assignment{Set(&file.Scan, scan), Set(&file.ScannedAt, &tx.Now)}, &file.Scan)
}

// FilesToScan lists up to limit stored files that no scan has released, received before the instant, in the order in
// which they came; after is the last one of the page before, nil for the first. For the sweep role.
func (tx *Tx) FilesToScan(before time.Time, after *models.File, limit int) ([]models.File, error) {
	return tx.filesWaiting("state = 'stored' and scan in ('pending', 'failed')", before, after, limit)
}

// FilesToView lists those that are clean and of which it is not known yet whether they have a view copy, as FilesToScan.
func (tx *Tx) FilesToView(before time.Time, after *models.File, limit int) ([]models.File, error) {
	return tx.filesWaiting("state = 'stored' and scan = 'clean' and view = ''", before, after, limit)
}

func (tx *Tx) filesWaiting(what string, before time.Time, after *models.File, limit int) ([]models.File, error) {
	q := tx.gorm.Where(what+" and created_at < ?", before)
	if after != nil {
		q = q.Where("(created_at, id) > (?, ?)", after.CreatedAt, after.ID)
	}
	var files []models.File
	err := q.Order("created_at, id").Limit(limit).Find(&files).Error
	return files, translate(err)
}
