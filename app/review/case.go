package review

import (
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Case is one case as its reviewer sees it. Instants are in Japan's time, days are YYYY-MM-DD.
type Case struct {
	ID            string
	Procedure     string
	Municipality  string
	Catalogue     *catalogue.Catalogue // of the edition that decided it: by it everything is named
	State         models.ApplicationState
	Version       int64
	Channel       string
	ReceiptNumber string
	OriginNumber  string // that of the office that passed it on (移送); empty if none did
	ArrivedAt     time.Time
	ClaimOn       string
	DeadlineOn    string
	Late          bool
	Urgent        bool // a discrepancy is overdue
	Protected     bool // 支援措置
	SeesProtected bool // the reviewer sees protected persons

	Revision     int             // the newest that was filed
	Facts        json.RawMessage // of it
	Form         map[string]any
	Declarations []dossier.Declaration
	PlanVersion  string

	Items         []Item
	LookUp        []LookUp
	Why           *evidence.Explanation // why each document was asked for or not; nil of one that was passed on
	Discrepancies []Dispute
	Dispositions  []Disposition
	Consents      []Consent
	Corrections   []Correction
	Decisions     []Decision
	Tasks         []Task
	Steps         []Step   // of the case as a whole
	Claim         *Claim   // nil: nobody has it
	LetterLacks   []string // the settings without which nothing can be decided
	Core          []CoreSaid
	Signed        *postgres.Signed // nil: nobody signed it
	Timeline      []Past
}

// Step is something that a reviewer may do, or why not now.
type Step struct {
	Step    string
	Allowed bool
	Reason  fault.Reason // why it is not allowed
}

// Item is one line of the checklist: a document of a subject, with all that is known about it.
type Item struct {
	Document, Subject string
	Linkage           string // the linkage item, empty if no other office can be asked
	Decision, Reason  string
	Inquire           bool
	Phase             string // that decided at arrival
	PhaseNow          string
	PhaseRow          string     // the row that decided, empty if none did
	SuspendedSince    *time.Time // of an item that is suspended now; else nil
	State             models.ItemState
	Declared, DueOn   string
	NeedsConsent      bool
	Consent           bool

	Fields  []string // what is compared, and so is read
	Outcome string   // what the item decides: eligibility, category, amount; empty without an item

	Files   []File // those that a scan found clean
	Coming  bool   // a file that no virus scan has released yet
	Papers  []Paper
	Reading *Reading
	// Answer is what the network answered. It is nil until the reading is fixed, where a document is there to be read: so that
	// it is read, not copied (review.md). Withheld says so.
	Answer      *Answer
	Withheld    bool
	Differences []discrepancy.Difference
	Written     []discrepancy.Difference // the same, written in another way
	Judged      *Judged                  // nil: nobody had to
	Steps       []Step
}

// Judged is what a person found where the comparison could not say.
type Judged struct {
	Same bool
	Why  string // one of models.Whys
	By   string
	At   time.Time
}

// LookUp is a document that nobody was asked for, since the municipality's own records answer it (市の記録で確認する書類).
type LookUp struct {
	Document, Subject string
	Reason            catalogue.Text // which of its records
}

// File is one attached file.
type File struct {
	ID, Name, MediaType, Sha256 string
	Size                        int64
	Revision                    int
	Current                     bool // not from before the document was asked for anew
	CreatedAt                   time.Time
	Answers                     json.RawMessage // of a statement that was written on the screen: what it was made of; nil otherwise
	models.Seen
}

// Paper is a document that came on paper.
type Paper struct {
	ReceivedAt time.Time
	Original   bool
	Clerk      string
}

// Reading is what a reviewer typed from a document.
type Reading struct {
	Number int
	dossier.Said
	Reader string
	At     time.Time
}

// Answer is what the network answered.
type Answer struct {
	Inquiry string
	dossier.Said
	Provider string
	At       time.Time
}

// Dispute is a discrepancy's file (R7).
type Dispute struct {
	ID, Document, Subject string
	Linkage               string
	Kind                  models.DiscrepancyKind
	Result                string
	State                 models.DiscrepancyState
	Step                  string
	Cause, Basis          string
	SimilarCount          int
	Report                string
	Differences           []discrepancy.Difference // nil while the answer is withheld
	OpenedAt, StepAt      time.Time
	ClosedAt              *time.Time
	Past                  []DisputeStep
	Next                  []Step
	DaysOpen, DaysInStep  int
	Overdue               bool
}

// DisputeStep is one step that was taken.
type DisputeStep struct {
	Step, Note, By string
	Count          int
	At             time.Time
}

// Disposition is how an item on trial was settled without its document (R4).
type Disposition struct {
	Document, Subject, Path string
	ExplainedAt, ObtainedAt *time.Time
	NoIndividualNumber      bool
	Consent                 bool
	Record                  Record
	By                      string
	At                      time.Time
}

// Record is what of a disposition lies sealed.
type Record struct {
	How    string        `json:"how,omitempty"`    // (a): how the purpose of the trial was explained
	Source string        `json:"source,omitempty"` // (b): from whom it was obtained
	Said   *dossier.Said `json:"said,omitempty"`   // (b): the facts
}

// Consent is one consent, given or refused.
type Consent struct {
	Item, Subject string
	Given         bool
	GivenBy, How  string
	At            time.Time
}

// Correction is what was asked of the parent.
type Correction struct {
	Number      int
	State       models.CorrectionState
	Items       []dossier.DocumentRef
	Fields      []string
	Text, DueOn string
	RequestedAt time.Time
	SubmittedAt *time.Time
}

// Decision is one decision with its letter.
type Decision struct {
	Number          int
	Outcome, Reason string
	Letter          string
	By              string
	At              time.Time
	ReopenedBy      string
	ReopenedAt      *time.Time
	Reopening       string // why

	DocumentNumber string     // 文書番号; empty of one that was made before letters had one
	ReadAt         *time.Time // when the parent first opened the letter
}

// Task is something that waits for a reviewer.
type Task struct {
	Kind, Document, Subject, Detail string
	OpenedAt                        time.Time
}

// Claim says who has the case.
type Claim struct {
	Reviewer  string
	Mine      bool
	Fence     int64 // 0 unless it is the reviewer's own
	ExpiresAt time.Time
}

// Past is one step of the timeline.
type Past struct {
	At     time.Time
	Event  string
	State  models.ApplicationState
	Detail string
}
