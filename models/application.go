package models

import "time"

// ApplicationState is where an application stands; app/rule/lifecycle decides how one state follows another.
type ApplicationState string

// The states of an application.
const (
	StateDraft               ApplicationState = "draft"
	StateArrived             ApplicationState = "arrived"
	StateInReview            ApplicationState = "in-review"
	StateCorrectionRequested ApplicationState = "correction-requested"
	StateDecided             ApplicationState = "decided"
	StateWithdrawn           ApplicationState = "withdrawn"
	StateSignatureInvalid    ApplicationState = "signature-invalid"
	StateExpired             ApplicationState = "expired"
	StateTransferred         ApplicationState = "transferred"
)

// Application is one person's application to one municipality for one procedure. What the person wrote lies sealed in
// its revisions; here is only what the lifecycle, the queue and the constraints need.
type Application struct {
	ID               string `gorm:"primaryKey;type:uuid"`
	Municipality     string
	PersonID         string `gorm:"type:uuid"`
	Procedure        string
	State            ApplicationState
	Version          int64 // grows with every change; the ETag, and the guard of every update
	Revision         int   // the newest revision
	Channel          string
	ChildrenIndex    []byte  // blind index over the set of children, to recognise the same thing
	SeparateID       string  // empty, or a UUID when the person asked for a separate application
	Period           string  // fiscal year of an annual report, empty otherwise
	ReplacesID       *string `gorm:"type:uuid"` // the application that filing this one replaces
	ReplacesHow      string  // "", amend, supersede
	WrappedKey       []byte  // the application's data key, wrapped; nil once erased
	SealedSummary    []byte  // what the queue shows, under the municipality's key
	SealedWithdrawal []byte  // the reason of a withdrawal, under the application's key
	FamilyIndex      []byte  // blind indexes of the applicant, exact match
	KanaIndex        []byte
	BirthIndex       []byte
	SearchTokens     Tokens `gorm:"type:ARRAY"` // what the work list finds the case by; nil for what was not filed
	ReadingRow       int    // the row of the syllabary (五十音の行) of the applicant's reading: 1 ア to 10 ワ, 11 other, 0 not known
	ReceiptNumber    *string
	FiledRevision    *int
	PlanVersion      *string    // effective_from of the catalogue version decided at arrival, YYYY-MM-DD (P5)
	NationalEdition  string     // digest of the national edition that decided at arrival; empty before
	LocalEdition     string     // and that of the municipality's own, empty where it had none in force
	ArrivedAt        *time.Time // the instant that counts (P5)
	ClaimOn          *time.Time `gorm:"type:date"` // claim date (請求日), in Japan
	DeadlineOn       *time.Time `gorm:"type:date"`
	Late             bool
	DueOn            *time.Time `gorm:"type:date"`          // by when a decision is to be expected, in Japan; nil: nobody says
	HolderID         *string    `gorm:"type:uuid;<-:false"` // who works on it; written by a trigger on claims alone
	ExpiresAt        *time.Time // when a draft expires
	PutAsideAt       *time.Time // of a draft that its owner deleted: it can be had back for an hour, and is there for nobody
	Urgent           bool       // on top of the reviewer's queue: a discrepancy is overdue
	Protected        bool       // 支援措置: somebody in it is protected, and it is for named staff alone
	AwaitsDirectory  bool       // whether somebody is has not been answered yet, and it is hidden as if so
	DirectoryAskedAt *time.Time // when the directory last answered, or there was none to ask
	OriginID         *string    `gorm:"type:uuid"` // the application of the municipality that passed it on (移送)
	OriginNumber     *string    // and its receipt number there
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Channels through which an application comes.
const (
	ChannelOnline   = "online"
	ChannelCounter  = "counter"
	ChannelHandover = "handover"
	ChannelPortal   = "portal" // filed at another portal: its owner has no account here
)

// Unreached says of a channel that who applies has no account here: no inbox, no page of the own, letters by post. The clerks handle it.
func Unreached(channel string) bool { return channel == ChannelCounter || channel == ChannelPortal }

// Unreached is that of the application's channel.
func (a *Application) Unreached() bool { return Unreached(a.Channel) }

// Revision is what the person wrote, sealed as one JSON with the application's key. A filed revision never changes.
type Revision struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Sealed        []byte
	Filed         bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// PlanItem is one requirement of the plan decided at filing, with a state of its own (review.md, "Evidence items").
type PlanItem struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Document      string `gorm:"primaryKey"`
	Subject       string `gorm:"primaryKey"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Item          string // linkage item, empty if not replaceable
	Decision      string // attach, omit
	Reason        string
	Inquire       bool
	Phase         string  // the phase that decided
	PhaseRowID    *string `gorm:"type:uuid"` // the phase row that decided, nil if none did
	State         ItemState
	Declared      string     // "", will-follow, cannot-provide (P1)
	DueOn         *time.Time `gorm:"type:date"`
	Revision      int
	Answered      bool // the network's answer is there
	Read          bool // a reviewer typed what the document says
	Paper         bool // it was handed in on paper
	UpdatedAt     time.Time
}

// ItemState is where an evidence item stands (review.md, "Evidence items").
type ItemState string

// The states of an evidence item.
const (
	ItemAwaiting   ItemState = "awaiting-document"
	ItemReceived   ItemState = "received"
	ItemInquiring  ItemState = "inquiring"
	ItemAnswered   ItemState = "answered"
	ItemMatched    ItemState = "matched"
	ItemDiscrepant ItemState = "discrepant"
	ItemResolved   ItemState = "resolved"
	ItemWaived     ItemState = "waived"
)

// History is one step of an application, shown to the person as the timeline.
type History struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	At            time.Time
	Event         string
	FromState     ApplicationState // empty for the first step
	ToState       ApplicationState
	Role          Role
	Revision      int
	Detail        string // a code or a document/subject; never what the person wrote
}

// EventReceivedElsewhere stands in the history of a case that was passed on (移送) once the other office has it: its Detail is the new receipt
// number. It changes no state.
const EventReceivedElsewhere = "received-elsewhere"

// TableName is history.
func (History) TableName() string { return "history" }

// Correction is a request of the municipality to correct or to bring something (補正).
type Correction struct {
	ApplicationID string `gorm:"primaryKey;type:uuid"`
	Number        int    `gorm:"primaryKey"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	State         CorrectionState
	Items         []byte     `gorm:"type:jsonb"` // [{"document","subject"}]
	Fields        []byte     `gorm:"type:jsonb"` // [JSON Pointer]
	SealedText    []byte     // what the reviewer wrote to the parent
	DueOn         *time.Time `gorm:"type:date"`
	RequestedAt   time.Time
	SubmittedAt   *time.Time
}

// CorrectionState is where a request for correction stands.
type CorrectionState string

// The states of a request for correction.
const (
	CorrectionOpen      CorrectionState = "open"
	CorrectionSubmitted CorrectionState = "submitted"
	CorrectionLapsed    CorrectionState = "lapsed"    // its day passed, and the reviewer went on without it
	CorrectionWithdrawn CorrectionState = "withdrawn" // with its application
)

// Consent is one consent given or refused (P6): who, for what, how, when. Rows are only ever added.
type Consent struct {
	ID            string `gorm:"primaryKey;type:uuid"`
	ApplicationID string `gorm:"type:uuid"`
	Municipality  string
	PersonID      string `gorm:"type:uuid"`
	Item          string
	Subject       string // empty: for all subjects
	Given         bool
	GivenBy       string // the subject who consents, "applicant" by default
	How           string // online, counter
	At            time.Time
}
