package models

import "time"

// AuditCheckpoint is the signed state of the audit trail up to an entry: whoever keeps one finds out if the trail is ever cut or rewritten
// below it (security.md, "Audit").
type AuditCheckpoint struct {
	Number int64  `gorm:"primaryKey"`
	Size   int64  // entries, from the first on
	Root   []byte // over all of them (RFC 9162, section 2.1.1)
	Edge   []byte // the roots of the whole subtrees that it is made of, 32 bytes each
	Note   string // C2SP tlog-checkpoint, signed
	MadeAt time.Time
}
