package models

import "time"

// Claim says which reviewer works on a case until when. Its fencing number grows with every claim: a write that carries
// an older one is refused (review.md, "Reviewers").
type Claim struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Fence         int64
	ReviewerID    *string `gorm:"type:uuid"` // nil: released
	ExpiresAt     *time.Time
}

// CaseNote is what a reviewer writes for the colleagues. The parent never sees it.
type CaseNote struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	AuthorID      string `gorm:"type:uuid"`
	Sealed        []byte
	At            time.Time
}

// Reading is what a reviewer typed from a document, before the network's answer was shown. It never changes; a document
// that was handed in anew is read anew.
type Reading struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Document      string `gorm:"primaryKey"`
	Subject       string `gorm:"primaryKey"`
	Number        int    `gorm:"primaryKey"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ReaderID      string `gorm:"type:uuid"`
	Sealed        []byte // facts and outcome
	At            time.Time
}

// Paper is a document that was handed in on paper.
type Paper struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Document      string
	Subject       string
	ReceivedAt    time.Time
	Original      bool   // the original was shown
	ClerkID       string `gorm:"type:uuid"`
	At            time.Time
}

// The ways to settle an item on trial without its document (R4).
const (
	PathNetworkAlone = "network-alone" // (a)
	PathDirect       = "direct"        // (b)
)

// Disposition is how an item on trial was settled without its document, with what R4 wants recorded.
type Disposition struct {
	ApplicationID      string `gorm:"primaryKey;type:uuid"`
	Document           string `gorm:"primaryKey"`
	Subject            string `gorm:"primaryKey"`
	Municipality       string
	PersonID           string `gorm:"type:uuid"`
	Path               string
	ExplainedAt        *time.Time // (a): when the purpose of the trial was explained
	ObtainedAt         *time.Time // (b)
	NoIndividualNumber bool       // (b): the individual number was not used
	Consent            bool       // (b): of tax facts
	Sealed             []byte     // how it was explained; or from whom it was obtained, and the facts
	ReviewerID         string     `gorm:"type:uuid"`
	At                 time.Time
}

// Outcomes of a decision.
const (
	Approved = "approved"
	Rejected = "rejected"
)

// Decision is one decision with its letter (決定通知書); a reopened one stays, and another follows.
type Decision struct {
	ApplicationID   string `gorm:"primaryKey;type:uuid"`
	Number          int    `gorm:"primaryKey"`
	Municipality    string
	PersonID        string `gorm:"type:uuid"`
	Outcome         string
	SealedReason    []byte
	SealedLetter    []byte
	ReviewerID      string `gorm:"type:uuid"`
	At              time.Time
	ReopenedBy      *string `gorm:"type:uuid"`
	ReopenedAt      *time.Time
	SealedReopening []byte
}

// ReviewTask is something that waits for a reviewer: nothing ends in silence (P7).
type ReviewTask struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Kind          string
	Document      string
	Subject       string
	Detail        string // a code
	OpenedAt      time.Time
	DoneAt        *time.Time
	DoneBy        *string `gorm:"type:uuid"`
}

// Kinds of review tasks.
const (
	TaskResidentUnknown = "resident-unknown" // the directory has no single exact match
	TaskInquiryGaveUp   = "inquiry-gave-up"  // the network could not be asked, or did not answer in time
	TaskManualAnswer    = "manual-answer"    // the provider answers by hand
	TaskCoreRefused     = "core-refused"     // the core system (基幹システム) did not take the case

	TaskSignatureRevoked = "signature-revoked" // found while the case was worked on
)

// CounterIntake is how an application came in at the counter (R16).
type CounterIntake struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	ClerkID       string `gorm:"type:uuid"`
	IdentityKind  string // the kind of proof, never its number
	CheckedAt     time.Time
	ReceivedAt    time.Time // when the paper arrived: the instant that counts (P5)
	At            time.Time
}

// Staff is what one member of a municipality's staff works on.
type Staff struct {
	Municipality  string `gorm:"primaryKey"`
	StaffID       string `gorm:"primaryKey;type:uuid"`
	Categories    string // of procedures, separated by spaces; empty: all
	SeesProtected bool
	// ProtectedUntil is when SeesProtected ends; nil: it was granted under a release before.
	ProtectedUntil *time.Time
	UpdatedBy      string `gorm:"type:uuid"`
	UpdatedAt      time.Time
}

// TableName is staff.
func (Staff) TableName() string { return "staff" }

// GrantState is where the permission to see protected persons (支援措置) stands.
type GrantState string

// The states of a grant.
const (
	GrantProposed GrantState = "proposed"
	GrantApproved GrantState = "approved"
	GrantRejected GrantState = "rejected"
	GrantEnded    GrantState = "ended" // before its last day
)

// ProtectionGrant lets a member of staff see protected persons (支援措置) for a time: one admin proposes it, another approves.
type ProtectionGrant struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	StaffID      string `gorm:"type:uuid"`
	State        GrantState
	Reason       string
	Until        time.Time // exclusive
	ProposedBy   string    `gorm:"type:uuid"`
	ProposedAt   time.Time
	DecidedBy    *string `gorm:"type:uuid"`
	DecidedAt    *time.Time
	EndedBy      *string `gorm:"type:uuid"`
	EndedAt      *time.Time
}

// StaffBriefing says that a member of staff has read the briefing in a version (R16).
type StaffBriefing struct {
	Municipality string `gorm:"primaryKey"`
	StaffID      string `gorm:"primaryKey;type:uuid"`
	Version      string `gorm:"primaryKey"`
	ConfirmedAt  time.Time
}

// StaffName is what one member of staff is called, as the identity provider said at the last sign-in, and when the member is away.
type StaffName struct {
	Municipality string `gorm:"primaryKey"`
	StaffID      string `gorm:"primaryKey;type:uuid"`
	SealedName   []byte // under the municipality's key
	SeenAt       time.Time
	AwayFrom     *time.Time `gorm:"type:date"`
	AwayUntil    *time.Time `gorm:"type:date"` // inclusive
}

// QueueView is a view of the work list that a member of staff saved: of the own, or shared with the office.
type QueueView struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	OwnerID      string `gorm:"type:uuid"`
	Name         string
	Filter       string // the filters as they stand in the address
	Shared       bool
	CreatedAt    time.Time
}

// ExportState is where an export stands.
type ExportState string

// The states of an export.
const (
	ExportQueued ExportState = "queued"
	ExportDone   ExportState = "done"
	ExportFailed ExportState = "failed"
)

// Kinds and encodings of an export.
const (
	ExportCoreSystem        = "core-system"        // 基幹システム
	ExportDiscrepancyReport = "discrepancy-report" // 顛末報告

	EncodingUTF8  = "utf-8" // with a byte order mark
	EncodingCP932 = "cp932"
)

// Export is one file made for another system, sealed in the object store.
type Export struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	Kind         string
	Encoding     string
	Params       []byte `gorm:"type:jsonb"`
	State        ExportState
	WrappedKey   []byte
	ObjectKey    string
	Size         int64 // plain bytes
	Rows         int
	Unfit        string // characters that the encoding does not have
	RequestedBy  string `gorm:"type:uuid"`
	CreatedAt    time.Time
	FinishedAt   *time.Time
	ExpiresAt    time.Time
}
