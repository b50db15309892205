package postgres

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
)

// The statements of sealing and verifying the audit trail, for the sweep role. They move thousands of rows at once, so they use the
// driver and its binary format.

// AuditID is an entry's id as its 16 bytes.
type AuditID = [16]byte

// AuditBatch names entries in the order of the trail, with their digests.
type AuditBatch struct {
	Number, Size int64 // Size: entries of the trail up to its last one
	Entries      []AuditID
	Leaves       []byte    // 32 bytes each
	From, To     time.Time // the earliest and the latest instant of an entry
}

// AuditColumns are the members of an entry in the order in which EachAuditEntry gives them.
const AuditColumns = `id, at, actor_id, role, municipality, purpose, action, object_kind, object_id, subject_id, request_id`

var errFormat = errors.New("postgres: the audit trail is read in the binary format, which this connection does not give")

// each runs a query in the binary format and hands over each row's members; they are valid until the next row.
func (tx *Tx) each(fn func(raw [][]byte) error, sql string, args ...any) error {
	return tx.native(func(conn *pgx.Conn) error {
		rows, err := conn.Query(tx.ctx, sql, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if rows.FieldDescriptions()[0].Format != pgx.BinaryFormatCode {
				return errFormat
			}
			if err := fn(rows.RawValues()); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// native gives the driver's own connection of this transaction, after the writes that were put off.
func (tx *Tx) native(do func(conn *pgx.Conn) error) error {
	if err := tx.Flush(); err != nil {
		return err
	}
	return tx.wire(func(c *lazyConn) error {
		if err := c.begin(tx.ctx); err != nil {
			return err
		}
		return do(c.Conn.Conn())
	})
}

// LockSeals lets one sealer work at a time.
func (tx *Tx) LockSeals() error {
	return translate(tx.gorm.Exec(`select pg_advisory_xact_lock(7030201720)`).Error)
}

// PendingAudit reads up to limit entries that wait for their seal, after one of them, with the earliest and the latest instant.
func (tx *Tx) PendingAudit(after AuditID, limit int) (ids []AuditID, from, to time.Time, err error) {
	err = tx.native(func(conn *pgx.Conn) error {
		rows, err := conn.Query(tx.ctx, `select id, at from audit_pending where id > $1 order by id limit $2`, after, limit)
		if err != nil {
			return err
		}
		var id AuditID
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&id, &at}, func() error {
			if ids = append(ids, id); from.IsZero() || at.Before(from) {
				from = at
			}
			if at.After(to) {
				to = at
			}
			return nil
		})
		return err
	})
	return ids, from, to, err
}

// EachAuditEntry gives the entries between two instants, of some ids or, if there are none, of all, in any order: AuditColumns in PostgreSQL's
// binary format. All of a span are read in the order in which they lie.
func (tx *Tx) EachAuditEntry(ids []AuditID, from, to time.Time, fn func(raw [][]byte) error) error {
	const span = `select ` + AuditColumns + ` from audit_entries where at between $1 and $2`
	if len(ids) == 0 {
		return tx.each(fn, span, from, to)
	}
	return tx.each(fn, span+` and id = any($3)`, from, to, ids)
}

// AddAuditBatch adds a batch; its entries do not wait any more.
func (tx *Tx) AddAuditBatch(b *AuditBatch) error {
	return tx.native(func(conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(`insert into audit_batches (number, size, entries, leaves, from_at, to_at) values ($1, $2, $3, $4, $5, $6)`,
			b.Number, b.Size, b.Entries, b.Leaves, b.From, b.To)
		batch.Queue(`delete from audit_pending where id = any($1)`, b.Entries)
		return conn.SendBatch(tx.ctx, batch).Close()
	})
}

// AuditBatches reads up to limit batches that end after one size and not after another, in order.
func (tx *Tx) AuditBatches(after, upTo int64, limit int) (out []AuditBatch, err error) {
	err = tx.native(func(conn *pgx.Conn) error {
		rows, err := conn.Query(tx.ctx, `select number, size, entries, leaves, from_at, to_at from audit_batches
			where size > $1 and size <= $2 order by size limit $3`, after, upTo, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AuditBatch])
		return err
	})
	return out, err
}

// LastAuditBatch is the number and the size of the newest batch, and the latest instant in those up to a size; zero if there is none.
func (tx *Tx) LastAuditBatch(upTo int64) (number, size int64, latest time.Time, err error) {
	var at *time.Time
	err = tx.gorm.Raw(`select coalesce(max(number), 0), coalesce(max(size), 0), max(to_at) from audit_batches where size <= ?`, upTo).Row().
		Scan(&number, &size, &at)
	if at != nil {
		latest = *at
	}
	return number, size, latest, translate(err)
}

// LastCheckpoint reads the newest checkpoint, or nil.
func (tx *Tx) LastCheckpoint() (*models.AuditCheckpoint, error) {
	rows, err := upTo[models.AuditCheckpoint](tx, 1, "number desc", "true")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Checkpoints reads up to limit checkpoints after a number, in order.
func (tx *Tx) Checkpoints(after int64, limit int) ([]models.AuditCheckpoint, error) {
	return upTo[models.AuditCheckpoint](tx, limit, "number", "number > ?", after)
}

// CheckpointOf reads the checkpoint of a number, or the one of a size if number is 0; nil if there is none.
func (tx *Tx) CheckpointOf(number, size int64) (*models.AuditCheckpoint, error) {
	return maybe[models.AuditCheckpoint](tx, "number = ? or 0 = ? and size = ?", number, number, size)
}

// AddCheckpoint queues a checkpoint, made now.
func (tx *Tx) AddCheckpoint(row *models.AuditCheckpoint) error {
	row.MadeAt = tx.Now
	return add(tx, "", row)
}

// CountAudit counts the entries later than one instant and not later than another; a zero instant is no bound.
func (tx *Tx) CountAudit(after, upTo time.Time) (int64, error) {
	return value[int64](tx, `select count(*) from audit_entries where at > ? and at <= ?`, bound(after, "-infinity"), bound(upTo, "infinity"))
}

// UnknownAudit reads the ids of up to limit entries of CountAudit's span that no batch names and that do not wait for one: they were put in
// behind the trail's back.
func (tx *Tx) UnknownAudit(after, upTo time.Time, limit int) ([]string, error) {
	from, to := bound(after, "-infinity"), bound(upTo, "infinity")
	return query[string](tx, `select e.id from audit_entries e
		left join (select unnest(b.entries) as id from audit_batches b where b.to_at > ?::timestamptz and b.from_at <= ?::timestamptz) sealed on sealed.id = e.id
		left join audit_pending p on p.id = e.id
		where e.at > ?::timestamptz and e.at <= ?::timestamptz and sealed.id is null and p.id is null order by e.id limit ?`, from, to, from, to, limit)
}

// LostAudit reads the ids of up to limit entries that wait for a seal and are not there any more.
func (tx *Tx) LostAudit(limit int) ([]string, error) {
	return query[string](tx, `select p.id from audit_pending p where not exists (select from audit_entries e where e.id = p.id and e.at = p.at)
		order by p.id limit ?`, limit)
}

// OldestPendingAudit is the instant of the entry that has waited longest for its seal, nil if none waits. Ids are in the order of time.
func (tx *Tx) OldestPendingAudit() (*time.Time, error) {
	return value[*time.Time](tx, `select (select at from audit_pending order by id limit 1)`)
}

// MakeAuditMonths makes the trail's parts for so many months from now, and gives how many were new.
func (tx *Tx) MakeAuditMonths(ahead int) (int, error) {
	return value[int](tx, `select audit_months(?)`, ahead)
}

func bound(t time.Time, open string) any {
	if t.IsZero() {
		return open
	}
	return t
}

// CertificatesNamed reads the publication certificates with some digests that are still there.
func (tx *Tx) CertificatesNamed(digests []string) ([]models.EditionCertificate, error) {
	if len(digests) == 0 {
		return nil, nil
	}
	return all[models.EditionCertificate](tx, "digest", "digest in ?", digests)
}

// UnnamedCertificates reads the digests of up to limit certificates that no entry names: they were put in behind the trail's back.
func (tx *Tx) UnnamedCertificates(limit int) ([]string, error) {
	return query[string](tx, `select c.digest from edition_certificates c where not exists (
			select 1 from audit_entries e where e.object_id = c.digest and e.object_kind = ?) order by c.digest limit ?`, models.ObjectCertificate, limit)
}
