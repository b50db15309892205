package models

import "time"

// EditionBundle is the files of one edition of the catalogue, as a zip file. It is only ever added.
type EditionBundle struct {
	Digest   string `gorm:"primaryKey"` // SHA-256 of its canonical form, in hexadecimal
	Scope    string // *, or a municipality's code
	Contents []byte
	StoredAt time.Time
}

// EditionState is where an edition stands on its way. Whether an approved one is in force is said by the rows and the clock.
type EditionState string

// The states of an edition.
const (
	EditionDraft     EditionState = "draft"
	EditionProposed  EditionState = "proposed"
	EditionApproved  EditionState = "approved"
	EditionCancelled EditionState = "cancelled"
)

// Edition is an edition on its way into force: what was found when it was examined, and who proposed and approved it.
type Edition struct {
	ID         string `gorm:"primaryKey;type:uuid"`
	Scope      string // whose reach it needs: a municipality's code, or * for the national one
	Digest     string
	State      EditionState
	Base       string  // the national edition that a municipality's was examined with; empty for a national one
	RestoresID *string `gorm:"type:uuid"` // the edition whose contents it brings back

	Findings []byte `gorm:"type:jsonb"`
	Cases    []byte `gorm:"type:jsonb"`
	Diff     []byte `gorm:"type:jsonb"`
	Replay   []byte `gorm:"type:jsonb"`

	Reason        string
	Circular      string
	EffectiveFrom *time.Time
	UploadedBy    string `gorm:"type:uuid"`
	UploadedAt    time.Time
	ProposedBy    *string `gorm:"type:uuid"`
	ProposedAt    *time.Time
	DecidedBy     *string `gorm:"type:uuid"`
	DecidedAt     *time.Time
	EndedBy       *string `gorm:"type:uuid"`
	EndedAt       *time.Time
	Version       int64
}

// EditionRow says from when an edition is in force in its scope. Rows are only ever added; none is committed at or after its
// EffectiveFrom, the edition of a new installation apart.
type EditionRow struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	Seq           int64  `gorm:"->"` // order of adding, given by the database
	Scope         string
	Digest        *string // nil: the municipality has no edition of its own from then on
	EffectiveFrom time.Time
	EditionID     *string `gorm:"type:uuid"`
	Cancels       bool    // takes back what EditionID said, as if it had never been said
	Imported      bool
	RecordedAt    time.Time
}

// EditionCertificate is the publication certificate of an edition that two persons put in force. It is only ever added.
type EditionCertificate struct {
	Digest    string `gorm:"primaryKey"` // SHA-256 of Contents, in hexadecimal
	EditionID string `gorm:"type:uuid"`
	Contents  string
	MadeAt    time.Time
}
