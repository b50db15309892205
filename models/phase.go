package models

import "time"

// PhaseRow is one row of the phase table: what a scope says from an instant on (R9, evidence.md). Rows are only ever
// added; none is committed at or after its EffectiveFrom, imported history apart.
type PhaseRow struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	Seq           int64  `gorm:"->"` // order of adding, given by the database
	Procedure     string // code or *
	Item          string // code or *
	Municipality  string // code or *
	Phase         string
	EffectiveFrom time.Time
	ChangeID      *string `gorm:"type:uuid"`
	Imported      bool
	RecordedAt    time.Time
}

// ChangeKind says what a phase change does.
type ChangeKind string

// The kinds of phase change.
const (
	ChangeSwitch     ChangeKind = "change"
	ChangeSuspension ChangeKind = "suspension"
	ChangeLift       ChangeKind = "lift"
)

// ChangeState is where a phase change stands.
type ChangeState string

// The states of a phase change.
const (
	ChangeProposed   ChangeState = "proposed"
	ChangeApproved   ChangeState = "approved"
	ChangeCancelled  ChangeState = "cancelled"
	ChangeSuperseded ChangeState = "superseded"
	ChangeImposed    ChangeState = "imposed"   // a suspension, in force before the second person has confirmed it
	ChangeConfirmed  ChangeState = "confirmed" // a suspension, confirmed
)

// PhaseChange is a proposal to change phases, with who proposed and who approved it.
type PhaseChange struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Kind         ChangeKind
	State        ChangeState
	Municipality string // whose reach it needs: a code, or * for national rows
	Rows         []byte `gorm:"type:jsonb"` // the proposed rows
	Reason       string
	Circular     string
	Impact       []byte  `gorm:"type:jsonb"`
	LiftsID      *string `gorm:"type:uuid"` // the suspension that a lift ends
	ProposedBy   string  `gorm:"type:uuid"`
	ProposedAt   time.Time
	DecidedBy    *string `gorm:"type:uuid"` // who approved or confirmed
	DecidedAt    *time.Time
	EndedBy      *string `gorm:"type:uuid"` // who cancelled; or nil and superseded by a suspension
	EndedAt      *time.Time
	Version      int64
}
