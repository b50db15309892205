package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/models"
)

func (a *api) caseRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}", ID: "open-case", For: edge.Reviewer, Fails: []int{422},
			Summary: "One case: what was filed, the checklist, readings and answers, differences, what may be done next",
			Call:    wire.JSON(a.openCase)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/explain", ID: "explain-case", For: edge.Reviewer, Fails: []int{422},
			Summary: "Why each document of a case was asked for or not: rule, source, answers, phase, edition; recorded",
			Call:    wire.JSON(a.explainCase)},
	}
}

func (a *api) explainCase(ctx context.Context, in *struct {
	wire.One
	wire.Speaks
}) (*struct{ Body any }, error) {
	e, err := a.Review.Explain(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if e.Needs == nil { // it was passed on
		return &struct{ Body any }{wire.Why{}}, nil
	}
	reasons, err := a.Reasons(ctx, &e.Explanation, e.Catalogue, in.Lang())
	if err != nil {
		return nil, err
	}
	return &struct{ Body any }{wire.WhyOf(reasons)}, nil
}

// coreSaid is what one core system made of a case.
type coreSaid struct {
	System    string               `json:"system"`
	State     models.CoreCaseState `json:"state" enum:"taken,refused"`
	Reason    string               `json:"reason,omitempty"`
	Revision  int                  `json:"revision" doc:"That it read."`
	At        time.Time            `json:"at"`
	PaymentOn string               `json:"payment_on,omitempty" format:"date"`
}

// caseView is a case as its reviewer sees it.
type caseView struct {
	ID            string    `json:"id" format:"uuid"`
	Procedure     string    `json:"procedure"`
	ProcedureName string    `json:"procedure_name"`
	Municipality  string    `json:"municipality"`
	State         string    `json:"state"`
	StateText     string    `json:"state_text"`
	Channel       string    `json:"channel" enum:"online,counter,handover,portal"`
	ReceiptNumber string    `json:"receipt_number"`
	ArrivedAt     time.Time `json:"arrived_at"`
	ClaimOn       string    `json:"claim_on,omitempty" format:"date"`
	DeadlineOn    string    `json:"deadline_on,omitempty" format:"date"`
	Late          bool      `json:"late"`
	Urgent        bool      `json:"urgent" doc:"A discrepancy is overdue."`
	Protected     bool      `json:"protected" doc:"支援措置: somebody in it is protected, and it is for named staff alone."`
	SeesProtected bool      `json:"sees_protected" doc:"You are such staff."`

	Revision     int                `json:"revision" doc:"The newest that was filed; facts and form are of it."`
	Facts        wire.Facts         `json:"facts"`
	Form         wire.Form          `json:"form"`
	Declarations []wire.Declaration `json:"declarations" nullable:"false"`
	PlanVersion  string             `json:"plan_version"`

	Items         []caseItem        `json:"items" nullable:"false" doc:"The checklist, from the plan decided at arrival."`
	LookUp        []lookUpView      `json:"look_up" nullable:"false" doc:"Documents that nobody was asked for: the municipality's own records answer them."`
	Discrepancies []disputeView     `json:"discrepancies" nullable:"false"`
	Dispositions  []dispositionView `json:"dispositions" nullable:"false"`
	Consents      []caseConsent     `json:"consents" nullable:"false"`
	Corrections   []caseCorrection  `json:"corrections" nullable:"false"`
	Decisions     []caseDecision    `json:"decisions" nullable:"false"`
	Tasks         []caseTask        `json:"tasks" nullable:"false" doc:"What waits for a reviewer."`
	Steps         []caseStep        `json:"steps" nullable:"false" doc:"What may be done with the case now, and why not."`
	Core          []coreSaid        `json:"core_systems,omitempty" doc:"What core systems (基幹システム) made of it."`
	Claim         *caseClaim        `json:"claim" doc:"Who has the case; null if nobody."`
	Signature     *signedView       `json:"signature,omitempty" doc:"The newest electronic signature, if it was signed."`
	Timeline      []casePast        `json:"timeline" nullable:"false"`
}

type signedView struct {
	At          time.Time  `json:"at"`
	State       string     `json:"state" enum:"pending,good,revoked" doc:"What is known of its certificate."`
	Timestamp   string     `json:"timestamp" enum:"none,waiting,stamped" doc:"Whether it has a time stamp (RFC 3161)."`
	TimestampAt *time.Time `json:"timestamp_at,omitempty" doc:"By the clock of the time-stamping authority."`
	Text        string     `json:"text"`
}

type caseStep struct {
	Step    string `json:"step"`
	Name    string `json:"name"`
	Allowed bool   `json:"allowed"`
	Reason  string `json:"reason,omitempty" doc:"Why it is not allowed now."`
}

type lookUpView struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Whose    string `json:"whose"`
	Reason   string `json:"reason" doc:"Which of the municipality's records to look into."`
}

type caseItem struct {
	Document     string       `json:"document"`
	Subject      string       `json:"subject"`
	Name         string       `json:"name"`
	Whose        string       `json:"whose"`
	Item         string       `json:"item,omitempty" doc:"The linkage item that can replace it."`
	Decision     string       `json:"decision" enum:"attach,omit"`
	Reason       string       `json:"reason"`
	ReasonText   string       `json:"reason_text"`
	Inquire      bool         `json:"inquire"`
	Phase        string       `json:"phase,omitempty" doc:"The phase that decided at arrival."`
	PhaseRow     string       `json:"phase_row,omitempty" doc:"The row that decided."`
	PhaseNow     string       `json:"phase_now,omitempty"`
	State        string       `json:"state"`
	Declared     string       `json:"declared,omitempty"`
	DueOn        string       `json:"due_on,omitempty" format:"date"`
	NeedsConsent bool         `json:"needs_consent"`
	Consent      bool         `json:"consent"`
	Fields       []fieldView  `json:"fields" nullable:"false" doc:"What is read from the document."`
	Outcome      string       `json:"outcome,omitempty" doc:"What the item decides: eligibility, category or amount."`
	Files        []caseFile   `json:"files" nullable:"false" doc:"Those that a scan found clean."`
	Papers       []paperView  `json:"papers" nullable:"false"`
	Reading      *saidView    `json:"reading" doc:"What a reviewer read; null until then."`
	Answer       *saidView    `json:"answer" doc:"What the network answered. Null until the reading is fixed, where a document is there to be read."`
	Withheld     bool         `json:"withheld" doc:"There is an answer, and it is shown once the document was read."`
	Differences  []difference `json:"differences" nullable:"false"`
	Written      []difference `json:"written" nullable:"false" doc:"The same, written in another way: they agree."`
	Judged       *judgedView  `json:"judged,omitempty" doc:"What a person found where the comparison could not say."`
	Steps        []caseStep   `json:"steps" nullable:"false"`
}

type judgedView struct {
	Same bool      `json:"same"`
	Why  string    `json:"why" enum:"writing,part,records,another"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

type fieldView struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Compare string `json:"compare" enum:"equal,normalised,name,address,amount,date"`
}

type caseFile struct {
	ID        string    `json:"id" format:"uuid"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	Sha256    string    `json:"sha256"`
	Revision  int       `json:"revision"`
	Current   bool      `json:"current" doc:"False for one from before the document was asked for anew."`
	CreatedAt time.Time `json:"created_at"`
	View      string    `json:"view" enum:"pending,ready,none" doc:"The pages as pictures. none: open the original, or ask for another file."`
	ViewText  string    `json:"view_text,omitempty" doc:"Why there is none, or not all of it."`
	Pages     int       `json:"pages" doc:"Pages of the file."`
	Shown     int       `json:"pages_shown" doc:"Those that can be seen, from the first."`
}

type paperView struct {
	ReceivedAt time.Time `json:"received_at"`
	Original   bool      `json:"original"`
	Clerk      string    `json:"clerk"`
}

type saidView struct {
	Facts   map[string]any `json:"facts"`
	Outcome outcome        `json:"outcome"`
	By      string         `json:"by,omitempty" doc:"The reviewer who read, or the provider."`
	At      time.Time      `json:"at"`
	Number  int            `json:"number,omitempty"`

	Typed   map[string]string `json:"typed,omitempty" doc:"What was typed where a fact is a part of it: the whole name."`
	Inquiry string            `json:"inquiry,omitempty"`
}

type disputeView struct {
	ID           string       `json:"id" format:"uuid"`
	Document     string       `json:"document"`
	Subject      string       `json:"subject"`
	Item         string       `json:"item"`
	Kind         string       `json:"kind" enum:"facts,outcome,no-answer"`
	Result       string       `json:"result,omitempty"`
	State        string       `json:"state" enum:"open,closed"`
	Step         string       `json:"step,omitempty" doc:"The last step taken."`
	Cause        string       `json:"cause,omitempty"`
	Basis        string       `json:"basis,omitempty" doc:"On what the case is processed: answer or document."`
	SimilarCount int          `json:"similar_count"`
	Report       string       `json:"report,omitempty" doc:"What happened (顛末)."`
	Differences  []difference `json:"differences" nullable:"false"`
	OpenedAt     time.Time    `json:"opened_at"`
	StepAt       time.Time    `json:"step_at"`
	ClosedAt     *time.Time   `json:"closed_at,omitempty"`
	Taken        []takenView  `json:"taken" nullable:"false" doc:"The steps so far."`
	Next         []caseStep   `json:"next" nullable:"false"`
	DaysOpen     int          `json:"days_open"`
	DaysInStep   int          `json:"days_in_step"`
	Overdue      bool         `json:"overdue"`
}

type takenView struct {
	Step  string    `json:"step"`
	Name  string    `json:"name"`
	Note  string    `json:"note"`
	Count int       `json:"count,omitempty"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

type dispositionView struct {
	Document           string         `json:"document"`
	Subject            string         `json:"subject"`
	Path               string         `json:"path" enum:"network-alone,direct"`
	ExplainedAt        *time.Time     `json:"explained_at,omitempty"`
	ExplainedHow       string         `json:"explained_how,omitempty"`
	Source             string         `json:"source,omitempty"`
	ObtainedAt         *time.Time     `json:"obtained_at,omitempty"`
	Facts              map[string]any `json:"facts,omitempty"`
	Outcome            *outcome       `json:"outcome,omitempty"`
	NoIndividualNumber bool           `json:"no_individual_number"`
	Consent            bool           `json:"consent"`
	By                 string         `json:"by"`
	At                 time.Time      `json:"at"`
}

type caseConsent struct {
	Item    string    `json:"item"`
	Subject string    `json:"subject,omitempty"`
	Given   bool      `json:"given"`
	GivenBy string    `json:"given_by"`
	How     string    `json:"how"`
	At      time.Time `json:"at"`
}

type caseCorrection struct {
	Number      int           `json:"number"`
	State       string        `json:"state" enum:"open,submitted,withdrawn,lapsed"`
	Items       []documentRef `json:"items" nullable:"false"`
	Fields      []string      `json:"fields" nullable:"false"`
	Text        string        `json:"text"`
	DueOn       string        `json:"due_on,omitempty" format:"date"`
	RequestedAt time.Time     `json:"requested_at"`
	SubmittedAt *time.Time    `json:"submitted_at,omitempty"`
}

type caseDecision struct {
	Number     int        `json:"number"`
	Outcome    string     `json:"outcome" enum:"approved,rejected"`
	Reason     string     `json:"reason"`
	Letter     string     `json:"letter" doc:"The decision letter (決定通知書)."`
	By         string     `json:"by,omitempty"`
	At         time.Time  `json:"at"`
	ReopenedBy string     `json:"reopened_by,omitempty"`
	ReopenedAt *time.Time `json:"reopened_at,omitempty"`
	Reopening  string     `json:"reopening,omitempty" doc:"Why it was looked at again."`

	DocumentNumber string     `json:"document_number,omitempty" doc:"文書番号."`
	ReadAt         *time.Time `json:"read_at,omitempty" doc:"When the parent first opened the letter."`
}

type caseTask struct {
	Kind     string    `json:"kind"`
	Document string    `json:"document,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Detail   string    `json:"detail,omitempty"`
	OpenedAt time.Time `json:"opened_at"`
}

type caseClaim struct {
	Reviewer  string    `json:"reviewer"`
	Mine      bool      `json:"mine"`
	Fence     int64     `json:"fence,omitempty" doc:"Only of your own claim."`
	ExpiresAt time.Time `json:"expires_at"`
}

type casePast struct {
	At     time.Time `json:"at"`
	Event  string    `json:"event"`
	State  string    `json:"state"`
	Text   string    `json:"text"`
	Detail string    `json:"detail,omitempty"`
}

func (a *api) openCase(ctx context.Context, in *struct {
	wire.Speaks
	wire.One
}) (*wire.Versioned[caseView], error) {
	c, err := a.Review.Open(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(c.Version, a.caseOf(c, in.Lang())), nil
}
