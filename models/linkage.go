package models

import "time"

// ResidentLink says who a subject of an application is in the municipality's directory.
type ResidentLink struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Subject       string `gorm:"primaryKey"`
	Municipality  string
	PersonID      string  `gorm:"type:uuid"`
	Sealed        []byte  // the resident id (宛名番号)
	How           string  // exact, chosen
	LinkedBy      *string `gorm:"type:uuid"` // the reviewer who chose
	At            time.Time
}

// InquiryState is where an inquiry stands.
type InquiryState string

// The states of an inquiry.
const (
	InquiryQueued   InquiryState = "queued"
	InquiryWaiting  InquiryState = "waiting"  // asked, not answered
	InquiryAnswered InquiryState = "answered" // with facts
	InquiryEnded    InquiryState = "ended"    // the network replied without facts
	InquiryGivenUp  InquiryState = "given-up" // handed to a reviewer
)

// Inquiry is one question to the inter-agency network (情報照会).
type Inquiry struct {
	ID             string `gorm:"primaryKey;type:uuid"` // the network's idempotency key too
	ApplicationID  string `gorm:"type:uuid"`
	Municipality   string
	PersonID       string `gorm:"type:uuid"`
	Document       string
	Subject        string
	Item           string
	State          InquiryState
	Result         string
	Provider       string
	Reference      string // the network's
	Phase          string // at the moment of asking: trial, full
	SealedResident []byte
	SealedAnswer   []byte
	Attempts       int
	AskedBy        string `gorm:"type:uuid"`
	QueuedAt       time.Time
	RequestedAt    *time.Time
	AnsweredAt     *time.Time
	GiveUpAt       time.Time
}

// Exchange is one entry of the record of information provided (情報提供等記録, R6). It holds no fact.
type Exchange struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	Municipality  string // the inquirer
	PersonID      string `gorm:"type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Subject       string
	Document      string
	Item          string
	Procedure     string
	Affair        string
	LegalBasis    string
	Provider      string
	Phase         string
	RequestedAt   time.Time
	AnsweredAt    time.Time
	Result        string
	Hidden        bool    // 不開示
	HiddenBy      *string `gorm:"type:uuid"`
	SealedReason  []byte
}

// DiscrepancyState is whether a discrepancy's file is open.
type DiscrepancyState string

// The states of a discrepancy's file.
const (
	DiscrepancyOpen   DiscrepancyState = "open"
	DiscrepancyClosed DiscrepancyState = "closed"
)

// DiscrepancyKind says what differs.
type DiscrepancyKind string

// The kinds of discrepancy (R3).
const (
	DiscrepancyFacts    DiscrepancyKind = "facts"
	DiscrepancyOutcome  DiscrepancyKind = "outcome"   // the facts agree, but not what follows from them
	DiscrepancyNoAnswer DiscrepancyKind = "no-answer" // the network does not know
)

// Discrepancy is the file of one difference (齟齬, R7).
type Discrepancy struct {
	ID                string `gorm:"primaryKey;type:uuid"`
	ApplicationID     string `gorm:"type:uuid"`
	Municipality      string
	PersonID          string `gorm:"type:uuid"`
	Procedure         string
	Document          string
	Subject           string
	Item              string
	Kind              DiscrepancyKind
	Result            string // of no-answer: the kind of the network's reply
	Fields            string // which fields differ, separated by spaces, without their values
	State             DiscrepancyState
	Step              string
	Cause             string
	Basis             string // on what the case is processed: answer, document
	SimilarCount      int
	SealedReport      []byte
	SealedDifferences []byte
	OpenedAt          time.Time
	StepAt            time.Time
	ClosedAt          *time.Time
	Version           int64
}

// DiscrepancyStep is one step of a discrepancy's file: who, when, why.
type DiscrepancyStep struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	DiscrepancyID string `gorm:"type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Step          string
	StaffID       string `gorm:"type:uuid"`
	At            time.Time
	Count         int // similar records found
	SealedNote    []byte
}

// How a document compared with its answer, beside the kinds of discrepancy.
const (
	CompareMatched = "matched"
	CompareJudged  = "judged" // a person looked, and found it the same
	CompareSlip    = "slip"   // the reader slipped: what was compared before does not count
)

// Why a person found two values the same, or not.
const (
	WhyWriting = "writing" // the same, written in another way
	WhyPart    = "part"    // one of them leaves a part out
	WhyRecords = "records" // other records of the office show it
	WhyAnother = "another" // it is something else
)

// Whys are all of them.
var Whys = []string{WhyWriting, WhyPart, WhyRecords, WhyAnother}

// Comparison is how one document compared with its answer, for the readiness figures.
type Comparison struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Procedure     string
	Item          string
	Document      string
	Subject       string
	Phase         string
	Outcome       string // matched, judged, slip, or a kind of discrepancy
	At            time.Time
	StaffID       *string `gorm:"type:uuid"` // who judged, or corrected the slip
	Why           string  // of what a person judged
}

// ProviderRequestState is where what another body asks stands.
type ProviderRequestState string

// The states of such a request.
const (
	ProviderRequestOpen     ProviderRequestState = "open"     // the own data are being looked at
	ProviderRequestAnswered ProviderRequestState = "answered" // the body that asked was told
	ProviderRequestClosed   ProviderRequestState = "closed"
)

// ProviderRequest is what another body asks this municipality, as provider, to confirm (R7).
type ProviderRequest struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	Municipality string
	Inquirer     string // the body that asks
	Item         string
	State        ProviderRequestState
	Step         string
	Outcome      string // corrected, confirmed, cannot-confirm
	SimilarCount int
	Sealed       []byte // about whom, and what is in question
	ReceivedAt   time.Time
	StepAt       time.Time
	ClosedAt     *time.Time
	Version      int64
}

// ProviderRequestStep is one step of such a request.
type ProviderRequestStep struct {
	ID           string `gorm:"primaryKey;type:uuid"`
	RequestID    string `gorm:"type:uuid"`
	Municipality string
	Step         string
	StaffID      string `gorm:"type:uuid"`
	At           time.Time
	Count        int
	SealedNote   []byte
}

// ReadinessCheck says that something was tried for a pair before it is switched.
type ReadinessCheck struct {
	Municipality string `gorm:"primaryKey"`
	Procedure    string `gorm:"primaryKey"`
	Item         string `gorm:"primaryKey"`
	Tried        string `gorm:"primaryKey"` // counter, terminals, workflow
	DoneAt       time.Time
	DoneBy       string `gorm:"type:uuid"`
	Note         string
}
