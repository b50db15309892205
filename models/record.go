package models

import "time"

// AuditEntry is one row of the audit trail: append-only (security.md, "Audit"). What is marked -> the database says itself.
type AuditEntry struct {
	ID           string    `gorm:"primaryKey;type:uuid;->"` // UUIDv7 of At
	At           time.Time `gorm:"primaryKey;->"`
	ActorID      *string   `gorm:"type:uuid;->"`
	Role         Role      `gorm:"->"`
	Municipality string    // of the actor, or of the object where the actor has none
	Purpose      string    `gorm:"->"`
	Action       string
	ObjectKind   string
	ObjectID     string
	SubjectID    *string `gorm:"type:uuid"` // the person whose data it was, who may see the entry
	RequestID    string  `gorm:"->"`
}

// ObjectCertificate is the kind of object of an entry that names a publication certificate by its digest: with the entry, the seal
// covers the certificate too.
const ObjectCertificate = "edition-certificate"

// TableName is audit_entries.
func (AuditEntry) TableName() string { return "audit_entries" }

// Idempotency remembers the answer of a POST, in the transaction that it protects (api.md, Idempotency-Key).
type Idempotency struct {
	PersonID  string `gorm:"primaryKey;type:uuid"`
	Route     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"` // SHA-256 of what the client sent, in hexadecimal digits
	BodyHash  []byte
	Sealed    []byte // the answer, sealed
	CreatedAt time.Time
}

// TableName is idempotency_keys.
func (Idempotency) TableName() string { return "idempotency_keys" }

// ServiceKey is a data key of the service itself, wrapped by the master key.
type ServiceKey struct {
	Name       string `gorm:"primaryKey"`
	WrappedKey []byte
}
