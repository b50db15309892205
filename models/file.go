package models

import "time"

// FileState is where a file's row stands. A row stands before the first byte is sent to the object store (house.md, habit 9).
type FileState string

// The states of a file's row.
const (
	FileReceiving  FileState = "receiving" // also what was put aside, with StoredAt: it can be had back until ExpiresAt
	FileStored     FileState = "stored"
	FileSuperseded FileState = "superseded" // replaced after it was filed; kept as it was filed
)

// ScanState is what is known of a file's scan (security.md, "Files"). An error is not clean.
type ScanState string

// The states of a scan.
const (
	ScanPending  ScanState = "pending"
	ScanClean    ScanState = "clean"
	ScanInfected ScanState = "infected"
	ScanFailed   ScanState = "failed"
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
	SealedAnswers []byte // of a statement that was written on the screen: the answers it was made of, an object; nil of every other file
	MediaType     string
	Size          int64 // plain bytes
	Sha256        []byte
	State         FileState
	Scan          ScanState
	ScannedAt     *time.Time
	ExpiresAt     *time.Time // of a receiving row: after it the sweeper takes it away
	Revision      int        // the revision during which it was received
	CreatedAt     time.Time
	StoredAt      *time.Time
	Seen          `gorm:"embedded"`
}

// Seen is what can be seen of a file: its view copy.
type Seen struct {
	View       ViewState // "" not made yet, ViewReady, ViewNone
	ViewReason string    // of ViewNone: why no safe copy can be made
	ViewShown  int       // pages that can be seen, from the first
	ViewTotal  int       // pages that the file has
}

// Partly says whether there is less to see than the file has.
func (s Seen) Partly() bool { return s.View == ViewReady && s.ViewShown < s.ViewTotal }

// ViewState is what is known of a file's view copy; empty: it was not made yet.
type ViewState string

// The states of a view copy.
const (
	ViewReady ViewState = "ready"
	ViewNone  ViewState = "none" // no safe copy can be made: the reviewer is told, and decides
)

// FileView is one page of a file as a picture, sealed in the object store.
type FileView struct {
	FileID        string `gorm:"primaryKey;type:uuid"`
	Page          int    `gorm:"primaryKey;autoIncrement:false"` // 0: the thumbnail
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ObjectKey     string
	Width         int // pixels
	Height        int
	Size          int64 // plain bytes
}

// FilePart is one sealed object of a file, in order.
type FilePart struct {
	FileID        string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ObjectKey     string
	Size          int64  // plain bytes
	SealedSize    int64  // bytes in the object store
	Sha256        []byte // of the plain bytes; nil until they are there
}

// Upload is a receiving file that comes part by part, over several requests.
type Upload struct {
	FileID        string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Size          int64  // announced, plain bytes
	PartSize      int    // plain bytes of each part but the last
	Attempts      int    // numbers of objects given out so far
	TouchedAt     time.Time
}

// Parts is how many parts an upload has.
func (u *Upload) Parts() int { return int((u.Size + int64(u.PartSize) - 1) / int64(u.PartSize)) }

// PartLength is how long one of its parts has to be, in plain bytes; 0 for a number that it has not.
func (u *Upload) PartLength(number int) int64 {
	switch last := u.Parts(); {
	case number < 1 || number > last:
		return 0
	case number == last:
		return u.Size - int64(last-1)*int64(u.PartSize)
	}
	return int64(u.PartSize)
}

// PartAttempt is one sending of a part. It has an object of its own, which becomes the part's once all of it is there.
type PartAttempt struct {
	ObjectKey     string `gorm:"primaryKey"`
	FileID        string `gorm:"type:uuid"`
	Number        int
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string    `gorm:"type:uuid"`
	ExpiresAt     time.Time // after it the sweeper takes it away
}
