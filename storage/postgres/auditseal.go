package postgres

import (
	"kosodate.example/onestop/models"
)

// The statements of sealing and verifying the audit trail, for the sweep role.

// LockSeals lets one sealer work at a time.
func (tx *Tx) LockSeals() error {
	return translate(tx.gorm.Exec(`select pg_advisory_xact_lock(7030201720)`).Error)
}

// Unsealed reads up to limit committed entries that no seal has, in the order of their transactions, and the horizon: the
// transaction before which none is left out. An entry counts as committed when its transaction is older than every one
// still running, so that none can slip in behind the horizon.
func (tx *Tx) Unsealed(limit int) ([]models.AuditEntry, string, error) {
	var horizon string
	if err := tx.gorm.Raw(`select pg_snapshot_xmin(pg_current_snapshot())::text`).Scan(&horizon).Error; err != nil {
		return nil, "", translate(err)
	}
	var rows []struct {
		models.AuditEntry
		Xid string
	}
	err := tx.gorm.Raw(`select e.* from audit_entries e where e.xid < ?::text::xid8 and not exists (select 1 from audit_leaves l where l.entry_id = e.id)
		order by e.xid, e.id limit ?`, horizon, limit).Scan(&rows).Error
	out := make([]models.AuditEntry, len(rows))
	for i := range rows {
		out[i] = rows[i].AuditEntry
	}
	if len(rows) == limit { // more may be left of the last transaction
		horizon = rows[limit-1].Xid
	}
	return out, horizon, translate(err)
}

// LastSeal reads the newest seal, or nil.
func (tx *Tx) LastSeal() (*models.AuditSeal, error) {
	seals, err := tx.seals(`order by number desc limit 1`)
	if err != nil || len(seals) == 0 {
		return nil, err
	}
	return &seals[0], nil
}

// Seals reads up to limit seals after a number, in order.
func (tx *Tx) Seals(after int64, limit int) ([]models.AuditSeal, error) {
	return tx.seals(`where number > ? order by number limit ?`, after, limit)
}

func (tx *Tx) seals(rest string, args ...any) ([]models.AuditSeal, error) {
	return query[models.AuditSeal](tx,
		`select number, entries, root, chain, horizon::text as horizon, key_id, signature, sealed_at from audit_seals `+rest, args...)
}

// AddSeal queues a seal with its leaves.
func (tx *Tx) AddSeal(seal *models.AuditSeal, leaves []*models.AuditLeaf) error {
	seal.SealedAt = tx.Now
	if err := add(tx, "", seal); err != nil {
		return err
	}
	return add(tx, "", leaves...)
}

// LeavesOf reads a seal's leaves in order.
func (tx *Tx) LeavesOf(seal int64) ([]models.AuditLeaf, error) {
	return all[models.AuditLeaf](tx, "position", "seal = ?", seal)
}

// SealedEntries reads the entries of a seal that are still there.
func (tx *Tx) SealedEntries(seal int64) ([]models.AuditEntry, error) {
	return query[models.AuditEntry](tx, `select e.* from audit_entries e join audit_leaves l on l.entry_id = e.id where l.seal = ?`, seal)
}

// Slipped reads up to limit entries older than a horizon that no seal has: they were put in afterwards.
func (tx *Tx) Slipped(horizon string, limit int) ([]string, error) {
	return query[string](tx, `select e.id from audit_entries e where e.xid < ?::text::xid8 and not exists (select 1 from audit_leaves l where l.entry_id = e.id)
		order by e.id limit ?`, horizon, limit)
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
