package models

import "time"

// ProviderPortal is the provider under which people stand who applied at another portal and have no account. No identity provider may be configured under
// this name.
const ProviderPortal = "portal"

// IntakeBatch is one sending of another portal, and what became of it. What is announced is taken, known already, or waits for a clerk.
type IntakeBatch struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	SystemID     string `gorm:"type:uuid"` // whose registration it was signed with
	Sender       string
	Batch        string // as the sender calls it
	Digest       []byte // SHA-256 of its manifest
	Announced    int
	Taken        int
	Known        int
	Waiting      int
	BeganAt      time.Time
	EndedAt      *time.Time // nil: it was cut
}

// IntakeItem is one application of another portal.
type IntakeItem struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	BatchID       string `gorm:"type:uuid"`
	Sender        string
	Number        string     // the sender's receipt number
	Digest        []byte     // blind index of what was sent
	Original      bool       // the first of its number
	Procedure     string     // ours; empty if nobody knows it
	ArrivedAt     *time.Time // at the sender (P5)
	State         IntakeState
	WrappedKey    []byte  // nil of a case: it lies under the case's key
	Sealed        []byte  // what was sent, and what is wrong with it
	Marks         string  // of whom it is about, as text of an array of digests
	ApplicationID *string `gorm:"type:uuid"` // the case that it became
	PersonID      *string `gorm:"type:uuid"`
	DraftID       *string `gorm:"type:uuid"` // the counter's draft in which it is completed
	At            time.Time
	DoneBy        *string `gorm:"type:uuid"`
	DoneAt        *time.Time
	SealedNote    []byte // why it was settled without a case
}

// IntakeState is where an application of another portal stands.
type IntakeState string

// The states of an item.
const (
	IntakeTaken   IntakeState = "taken"   // it is a case
	IntakeWaiting IntakeState = "waiting" // for a clerk
	IntakeDrafted IntakeState = "drafted" // a clerk completes it at the counter; it waits again if that draft goes
	IntakeSettled IntakeState = "settled" // a clerk ended it without a case
)

// IntakeFile is a file of an application that waits, sealed with the item's key.
type IntakeFile struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	ItemID       string `gorm:"type:uuid"`
	Municipality string
	Number       int // in the application, from 1
	ObjectKey    string
	SealedName   []byte
	Size         int64
	StoredAt     *time.Time // nil: its bytes have still to come
}
