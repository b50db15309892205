package models

import "time"

// ReplayState is where a replay of an edition stands.
type ReplayState string

// The states of a replay.
const (
	ReplayRunning ReplayState = "running"
	ReplayStopped ReplayState = "stopped" // another one was begun in its place
	ReplayDone    ReplayState = "done"
)

// EditionReplay is an edition tried on cases that were filed in a period: how far its job has come, and what it counted. It holds
// numbers alone.
type EditionReplay struct {
	ID         string `gorm:"primaryKey;type:uuid"`
	EditionID  string `gorm:"type:uuid"`
	Scope      string // the edition's
	State      ReplayState
	PeriodFrom time.Time // cases that arrived from here on
	PeriodTo   time.Time // and before

	CursorMunicipality string  // of the last case that was read; cases are read by municipality, then by id
	CursorID           *string `gorm:"type:uuid"`
	Total              *int    // cases to read; nil until they are counted
	Done               int     // cases that were read: the sum of the next six

	Same, More, Fewer, Other, Unanswered int
	Unreadable                           int   // erased, protected, or their key is gone
	Unsealing, Comparing                 int64 // microseconds, of all goroutines together

	StartedBy  string `gorm:"type:uuid"`
	StartedAt  time.Time
	FinishedAt *time.Time
}

// EditionReplayCount is what a replay counted of one procedure and document in one municipality.
type EditionReplayCount struct {
	ReplayID     string `gorm:"primaryKey;type:uuid"`
	Procedure    string `gorm:"primaryKey"`
	Municipality string `gorm:"primaryKey"`
	Document     string `gorm:"primaryKey"` // empty: all papers of a case together
	Cases        int    // compared; with all papers together only

	More, Fewer, Other, Unanswered int
}

// The ways in which a corrected edition would have decided otherwise.
const (
	AskedTooMuch   = "too-much"   // the paper was asked for, and need not have been
	AskedTooLittle = "too-little" // it was not asked for
)

// Reassessment is a case that a corrected edition would have decided otherwise in one document (見直し), as work for the
// municipality's reviewers.
type Reassessment struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Procedure     string
	Document      string
	Subject       string // the kind of person whose document it is, without the number
	Direction     string // AskedTooMuch, AskedTooLittle
	EditionID     string `gorm:"type:uuid"`
	FoundAt       time.Time
	DealtBy       *string `gorm:"type:uuid"`
	DealtAt       *time.Time
	SealedNote    []byte  // of whoever dealt with it, under the application's key
	BroadcastID   *string `gorm:"type:uuid"` // the message that its parent was sent
	ToldBy        *string `gorm:"type:uuid"`
	ToldAt        *time.Time
	Version       int64
}
