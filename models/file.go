package models

import "time"

// States of a file's row. A row stands before the first byte is sent to the object store (house.md, habit 9).
const (
	FileReceiving  = "receiving"
	FileStored     = "stored"
	FileSuperseded = "superseded" // replaced after it was filed; kept as it was filed
)

// Scan states (security.md, "Files"). An error is not clean.
const (
	ScanPending  = "pending"
	ScanClean    = "clean"
	ScanInfected = "infected"
	ScanFailed   = "failed"
)

// File is one attached file of one document of one subject. Its bytes are sealed parts in the object store.
type File struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Document      string
	Subject       string
	NameIndex     []byte // blind index of the name, to find the file that the same name replaces
	SealedName    []byte
	MediaType     string
	Size          int64 // plain bytes
	Sha256        []byte
	State         string
	Scan          string
	ScannedAt     *time.Time
	ExpiresAt     *time.Time // of a receiving row: after it the sweeper takes it away
	Revision      int        // the revision during which it was received
	CreatedAt     time.Time
	StoredAt      *time.Time
}

// FilePart is one sealed object of a file, in order.
type FilePart struct {
	FileID        string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ObjectKey     string
	Size          int64 // plain bytes
	SealedSize    int64 // bytes in the object store
}
