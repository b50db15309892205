// Package apply is what a parent does with an application, or a clerk at the counter: begin a draft, save it, file it,
// correct it, withdraw it (product.md, "Who uses it").
package apply

import (
	"encoding/json"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// Options are the limits that configuration sets.
type Options struct {
	DraftLifetime time.Duration // how long after its last save a draft lives
	FollowUp      time.Duration // the due date of "will follow" when the person names none
	FollowUpLimit time.Duration // the latest due date that is accepted
	Timestamps    Timestamps    // nil: no time stamp is asked for
	Signatures    Verifier      // nil: signatures cannot be checked, and what has to be signed is not filed here
	Revocation    Revocation    // with Signatures
}

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	opt      Options
}

// New makes the service.
func New(dossiers *dossier.Service, opt Options) *Service {
	return &Service{dossiers: dossiers, opt: opt}
}

// Draft is what a person sends to begin an application, or all of it for a filing in one request.
type Draft struct {
	Procedure, Municipality string
	Facts                   json.RawMessage // an object or empty
	Form                    map[string]any
	Consents                []string
	Declarations            []dossier.Declaration
	OnDuplicate             string // "", amend, supersede, separate
}

// What to do when there is an application for the same thing already.
const (
	Amend     = "amend"     // go on with the first: an open draft is changed, a filed one is replaced and keeps its claim date
	Supersede = "supersede" // the new one replaces the first when it is filed
	Separate  = "separate"  // both stand
)

// View is an application as its owner sees it.
type View struct {
	ID, Procedure, Municipality string
	Edition                     edition.Ref // that decided it, or that in force of a draft: what it is shown by
	State                       models.ApplicationState
	Version                     int64 // the ETag
	Revision                    int
	Channel                     string                // online, counter, handover
	Counter                     *models.CounterIntake // how it came in at the counter (R16); nil otherwise
	Facts                       json.RawMessage
	Form                        map[string]any
	Consents                    []string
	Declarations                []dossier.Declaration
	Origins                     map[string]string // fields that another site filled in (R14): JSON Pointer → its name
	Plan                        *evidence.Plan    // nil while the facts are not complete
	PlanChanges                 []evidence.Change // since the draft was last saved (P5)
	ChangesAt                   *time.Time        // when the next known switch changes the plan
	FactsMissing                []fault.Detail    // what the facts still lack, while they are not complete
	Items                       []models.PlanItem // of a filed application: the stored plan with its states
	Files                       []FileView
	Corrections                 []CorrectionView
	ReceiptNumber               string
	ArrivedAt                   *time.Time
	DueOn                       string     // in a list: the first day by which something is still due of its owner; empty if there is none
	Weeks                       int        // how long the decision usually takes from the arrival; 0: nobody says, or it is not waited for
	ExpectedOn                  jp.Date    // by when it is to be expected so; zero with Weeks
	ClaimOn, DeadlineOn         string     // YYYY-MM-DD in Japan, empty if there is none
	Late                        bool       // of a draft: if it were filed now
	ExpiresAt                   *time.Time // of a draft
	LastDay                     jp.Date    // of a draft: the last whole day on which it is there
	CreatedAt, UpdatedAt        time.Time
	Timeline                    []models.History
	Manifest                    *Manifest // of a filed application, as of this look; nil of a draft
}

// FileView is one attached file as its owner sees it.
type FileView struct {
	ID, Document, Subject, Name, MediaType string
	Scan                                   models.ScanState
	Size                                   int64
	Sha256                                 string // hex
	CreatedAt                              time.Time
	models.Seen
	Answers json.RawMessage // of a statement that was written on the screen: what it was made of; nil otherwise
	Handed  bool            // it is the municipality's: it cannot be taken away any more
}

// CorrectionView is one request for correction as the parent sees it.
type CorrectionView struct {
	Number      int
	State       models.CorrectionState
	Items       []DocumentOf
	Fields      []string // JSON Pointers
	Text        string
	DueOn       string
	RequestedAt time.Time
	SubmittedAt *time.Time
	Changed     []string // of an open one: those of Fields that say something else than when it was asked for
}

// DocumentOf names a requirement.
type DocumentOf struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
}

// Filed is the answer to a filing.
type Filed struct {
	ID, ReceiptNumber string
	ArrivedAt         time.Time
	DeadlineOn        string
	Late              bool
	Plan              evidence.Plan
	Edition           edition.Ref // that decided it
	Replaced          string      // the application that this one replaced
}

// normalConsents checks the list of consents and takes repetitions out. What a consent names need not be known: those
// not needed are ignored by the plan (evidence.md).
func normalConsents(in []string) ([]string, []fault.Detail) {
	var details []fault.Detail
	out := []string{}
	seen := map[string]bool{}
	for i, c := range in {
		if individual.InText(c) { // P4; the list is kept even where what it names is not known
			details = append(details, fault.Detail{Code: fault.CodeIndividualNumber, Pointer: pointer("consents", i)})
			continue
		}
		item, _, _ := strings.Cut(c, "/")
		if item == "" || len(c) > 100 || strings.ContainsAny(c, " \t\r\n\x00") {
			details = append(details, fault.Detail{Code: "invalid-consent", Pointer: pointer("consents", i)})
			continue
		}
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	if len(in) > 200 {
		details = append(details, fault.Detail{Code: "too-many", Reason: "many-consents", Pointer: "/consents"})
	}
	return out, details
}

// checked is a content that was validated, with what validation found out.
type checked struct {
	version *catalogue.Version
	on      jp.Date // the day in Japan whose rules it was checked by
	options checkOptions
	content dossier.Content
	facts   *catalogue.Facts // nil while they are not complete
	missing []fault.Detail   // what the facts lack
}
