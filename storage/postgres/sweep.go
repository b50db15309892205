package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// The statements of the sweep role, which sees every municipality's rows but may change little.

// SweepAbandonedFiles deletes up to limit receiving rows whose time is over; their objects are queued for removal. The
// conditions stand outside the selection too: a file that is stored while the sweep waits for its row is kept.
func (tx *Tx) SweepAbandonedFiles(limit int) (int64, error) {
	res := tx.gorm.Exec(`delete from files where state = 'receiving' and expires_at <= ?
		and id in (select id from files where state = 'receiving' and expires_at <= ? order by expires_at limit ?)`, tx.Now, tx.Now, limit)
	return res.RowsAffected, translate(res.Error)
}

// SweepAttempts deletes up to limit attempts at parts whose time is over; the objects of those that became no part are
// queued for removal.
func (tx *Tx) SweepAttempts(limit int) (int64, error) {
	res := tx.gorm.Exec(
		`delete from part_attempts where object_key in (select object_key from part_attempts where expires_at <= ? order by expires_at limit ?)`,
		tx.Now,
		limit,
	)
	return res.RowsAffected, translate(res.Error)
}

// QueuedRemovals lists up to limit object keys that wait for removal, oldest first.
func (tx *Tx) QueuedRemovals(limit int) ([]string, error) {
	return query[string](tx, `select object_key from object_removals order by queued_at limit ?`, limit)
}

// CountRemovals counts the objects that wait for removal.
func (tx *Tx) CountRemovals() (int64, error) {
	var n int64
	err := tx.gorm.Raw(`select count(*) from object_removals`).Scan(&n).Error
	return n, translate(err)
}

// ForgetRemovals deletes the queue entries of objects that are gone from the store.
func (tx *Tx) ForgetRemovals(keys []string) error {
	return translate(tx.gorm.Exec(`delete from object_removals where object_key in ?`, keys).Error)
}

// QueueRemoval queues objects that no row knows (reconcile).
func (tx *Tx) QueueRemoval(municipality string, keys ...string) {
	for _, k := range keys {
		tx.queue(`insert into object_removals (object_key, municipality) values ($1, $2) on conflict (object_key) do nothing`, k, municipality)
	}
}

// KnownObjects says which of the keys have a row, as a part, as an attempt at one, or in the removal queue.
func (tx *Tx) KnownObjects(keys []string) (map[string]bool, error) {
	var found []string
	err := tx.gorm.Raw(`select object_key from file_parts where object_key in ? union all select object_key from part_attempts where object_key in ?
		union all select object_key from object_removals where object_key in ?`, keys, keys, keys).Scan(&found).Error
	known := make(map[string]bool, len(found))
	for _, k := range found {
		known[k] = true
	}
	return known, translate(err)
}

// StoredParts lists up to limit parts of stored or superseded files after an object key, in the order of the keys.
func (tx *Tx) StoredParts(after string, limit int) ([]models.FilePart, error) {
	return query[models.FilePart](tx, `select p.* from file_parts p join files f on f.id = p.file_id
		where f.state <> 'receiving' and p.object_key > ? order by p.object_key limit ?`, after, limit)
}

// SweepIdempotency deletes remembered answers older than the age.
func (tx *Tx) SweepIdempotency(age time.Duration) (int64, error) {
	res := tx.gorm.Exec(`delete from idempotency_keys where created_at < ?`, tx.Now.Add(-age))
	return res.RowsAffected, translate(res.Error)
}

// SweepSessions deletes browser sessions that ended.
func (tx *Tx) SweepSessions() (int64, error) {
	var n int64
	err := tx.gorm.Raw(`select sessions_sweep()`).Scan(&n).Error
	return n, translate(err)
}

// OpenDrafts lists up to limit drafts after an id, in the order of ids, of one municipality or of all ("*"), for the
// impact of a switch.
func (tx *Tx) OpenDrafts(municipality, after string, limit int) ([]models.Application, error) {
	q := tx.gorm.Where("state = 'draft'")
	if municipality != "*" {
		q = q.Where("municipality = ?", municipality)
	}
	if after != "" {
		q = q.Where("id > ?", after)
	}
	var apps []models.Application
	err := q.Order("id").Limit(limit).Find(&apps).Error
	return apps, translate(err)
}

// CountDrafts counts the drafts of some procedures, of one municipality or of all ("*"), for what a stop would hit.
func (tx *Tx) CountDrafts(municipality string, procedures []string) (int64, error) {
	q := tx.gorm.Model(&models.Application{}).Where("state = 'draft' and procedure in ?", procedures)
	if municipality != "*" {
		q = q.Where("municipality = ?", municipality)
	}
	var n int64
	err := q.Count(&n).Error
	return n, translate(err)
}

// Sealed reads the newest revisions of applications, by application id.
func (tx *Tx) Sealed(applications []models.Application) (map[string]models.Revision, error) {
	ids := make([]string, len(applications))
	for i, a := range applications {
		ids[i] = a.ID
	}
	revs, err := query[models.Revision](tx,
		`select r.* from revisions r join applications a on a.id = r.application_id and a.revision = r.number where a.id in ?`, ids)
	out := make(map[string]models.Revision, len(revs))
	for _, r := range revs {
		out[r.ApplicationID] = r
	}
	return out, err
}

// CountItems counts by pair, of one municipality or of all ("*"), the requirements of filed cases that wait for their
// document.
func (tx *Tx) CountItems(municipality string) ([]ItemCount, error) {
	var rows []ItemCount
	q := `select a.procedure, i.item, i.municipality, count(*) as awaiting from plan_items i join applications a on a.id = i.application_id
		where i.item <> '' and i.state = 'awaiting-document' and a.state in ('arrived', 'in-review', 'correction-requested')`
	args := []any{}
	if municipality != "*" {
		q += ` and i.municipality = ?`
		args = append(args, municipality)
	}
	err := tx.gorm.Raw(q+` group by 1, 2, 3 order by 1, 2, 3`, args...).Scan(&rows).Error
	return rows, translate(err)
}

// ItemCount is how many requirements of one pair wait for their document.
type ItemCount struct {
	Procedure, Item, Municipality string
	Awaiting                      int64
}

// Unindexed is a case that arrived before cases were found by tokens.
type Unindexed struct{ ID, Municipality string }

// Unindexed lists up to limit of them whose content can be read.
func (tx *Tx) Unindexed(limit int) ([]Unindexed, error) {
	return query[Unindexed](tx, `select id, municipality from applications where search_tokens = '{}' and arrived_at is not null
		and wrapped_key is not null and state <> 'transferred' order by id desc limit ?`, limit)
}
