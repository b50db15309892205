package models

import "time"

// AuditSeal is one sealed batch of the audit trail, chained to the one before (security.md, "Audit").
type AuditSeal struct {
	Number    int64 `gorm:"primaryKey"`
	Entries   int
	Root      []byte
	Chain     []byte
	Horizon   string `gorm:"type:xid8"` // every entry of an older transaction is in this seal or one before
	KeyID     string
	Signature []byte
	SealedAt  time.Time
}

// AuditLeaf says in which seal an entry is, and its digest then.
type AuditLeaf struct {
	EntryID  string `gorm:"primaryKey;type:uuid"`
	Seal     int64
	Position int
	Leaf     []byte
}

// TableName is audit_leaves.
func (AuditLeaf) TableName() string { return "audit_leaves" }
