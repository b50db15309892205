// Package lifecycle is the table of an application's states and of the states of its evidence items: which event leads
// where, and under which guard (review.md, "Lifecycle of an application", "Evidence items"). It is pure; README.md has
// the diagram.
package lifecycle

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// States are all states.
var States = []models.ApplicationState{models.StateDraft, models.StateArrived, models.StateInReview, models.StateCorrectionRequested,
	models.StateDecided, models.StateWithdrawn, models.StateSignatureInvalid, models.StateExpired, models.StateTransferred}

// Open says whether an office still works on an application: it has arrived, and is neither over nor waits for another signature. Until then
// documents come (P1).
func Open(s models.ApplicationState) bool {
	return s == models.StateArrived || s == models.StateInReview || s == models.StateCorrectionRequested
}

// Event is something that happens to an application.
type Event string

// The events.
const (
	EventFile              Event = "file"
	EventExpire            Event = "expire"
	EventAccept            Event = "accept"
	EventRequestCorrection Event = "request-correction"
	EventSubmitCorrection  Event = "submit-correction"
	EventDecide            Event = "decide"
	EventCorrectionLapsed  Event = "correction-lapsed" // nothing came by the day that was set: the reviewer goes on
	EventReopen            Event = "reopen"
	EventWithdraw          Event = "withdraw"
	EventTransfer          Event = "transfer"
	EventSignatureFailed   Event = "signature-failed"
	EventSignAgain         Event = "sign-again"
)

// Events are all events.
var Events = []Event{EventFile, EventExpire, EventAccept, EventRequestCorrection, EventSubmitCorrection, EventCorrectionLapsed, EventDecide,
	EventReopen, EventWithdraw, EventTransfer, EventSignatureFailed, EventSignAgain}

// Facts are what the guards look at. A member that an event's guard does not name is ignored.
type Facts struct {
	Complete      bool      // file, submit-correction: everything asked for is attached, declared or omitted
	ExpiresAt     time.Time // expire: when the draft's time is over
	Approve       bool      // decide: approved, not rejected
	Items         []Item    // decide: every evidence item
	Disputes      []Dispute // decide (approved): the discrepancies whose file is open (R7)
	Reason        bool      // decide (rejected), reopen, transfer: a reason is given
	MissingPapers bool      // decide (rejected): because papers are missing
	CorrectionDue time.Time // correction-lapsed, decide (rejected for missing papers): when the request for correction expires; zero if none was made
	DecidedBy     string    // reopen: who decided
	By            string    // reopen: who acts now
	OtherOffice   bool      // transfer: the receiving municipality is another one
	SignedByOwner bool      // sign-again: the new signature was verified
}

// Dispute is a discrepancy whose file is open.
type Dispute struct{ ID, Document, Subject string }

// rule is one allowed move with its guard; a guard gives the reason of a refusal, or is nil.
type rule struct {
	to    models.ApplicationState
	guard func(f Facts, now time.Time) *fault.Error
}

var table = map[models.ApplicationState]map[Event]rule{
	models.StateDraft: {
		EventFile:   {models.StateArrived, complete},
		EventExpire: {models.StateExpired, overdue},
	},
	models.StateArrived: {
		EventAccept:          {models.StateInReview, nil},
		EventWithdraw:        {models.StateWithdrawn, nil},
		EventTransfer:        {models.StateTransferred, transferable},
		EventSignatureFailed: {models.StateSignatureInvalid, nil},
	},
	models.StateInReview: {
		EventRequestCorrection: {models.StateCorrectionRequested, nil},
		EventDecide:            {models.StateDecided, decidable},
		EventWithdraw:          {models.StateWithdrawn, nil},
		EventTransfer:          {models.StateTransferred, transferable},
	},
	models.StateCorrectionRequested: {
		EventSubmitCorrection: {models.StateInReview, complete},
		EventCorrectionLapsed: {models.StateInReview, lapsed},
		EventWithdraw:         {models.StateWithdrawn, nil},
	},
	models.StateSignatureInvalid: {
		EventSignAgain: {models.StateArrived, signed},
		EventWithdraw:  {models.StateWithdrawn, nil},
	},
	models.StateDecided: {
		EventReopen: {models.StateInReview, reopenable},
	},
}

// Next is the state to which an event leads. Error: not-allowed-now with a reason that a person understands.
func Next(from models.ApplicationState, event Event, f Facts, now time.Time) (models.ApplicationState, error) {
	r, ok := table[from][event]
	if !ok {
		return from, refuse(while[from])
	}
	if r.guard != nil {
		if err := r.guard(f, now); err != nil {
			return from, err
		}
	}
	return r.to, nil
}

// Can says whether an event is in the table for a state, its guard aside: what a page offers.
func Can(from models.ApplicationState, event Event) bool {
	_, ok := table[from][event]
	return ok
}

func refuse(reason fault.Reason, params ...fault.Param) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason, params...)
}

func complete(f Facts, _ time.Time) *fault.Error {
	if !f.Complete {
		return refuse("neither-attached-nor-declared")
	}
	return nil
}

func overdue(f Facts, now time.Time) *fault.Error {
	if f.ExpiresAt.IsZero() || now.Before(f.ExpiresAt) {
		return refuse("draft-not-over")
	}
	return nil
}

func lapsed(f Facts, now time.Time) *fault.Error {
	if f.CorrectionDue.IsZero() || now.Before(f.CorrectionDue) {
		return refuse("time-not-over")
	}
	return nil
}

func transferable(f Facts, _ time.Time) *fault.Error {
	switch {
	case !f.OtherOffice:
		return refuse("transfer-elsewhere")
	case !f.Reason:
		return refuse("say-why-transferred")
	}
	return nil
}

func signed(f Facts, _ time.Time) *fault.Error {
	if !f.SignedByOwner {
		return refuse("signature-unverified")
	}
	return nil
}

func reopenable(f Facts, _ time.Time) *fault.Error {
	switch {
	case !f.Reason:
		return refuse("say-why-reopened")
	case f.By == "" || f.DecidedBy == "" || f.By == f.DecidedBy:
		return refuse("reopen-by-another")
	}
	return nil
}

func decidable(f Facts, now time.Time) *fault.Error {
	if !f.Approve {
		if !f.Reason {
			return refuse("say-why-rejected")
		}
		if f.MissingPapers && lapsed(f, now) != nil {
			return refuse("correct-first")
		}
		return nil
	}
	blocked := Blocked(f.Items)
	for _, d := range f.Disputes {
		blocked = append(blocked, fault.Detail{
			Code:     "open-discrepancy",
			Document: d.Document,
			Subject:  d.Subject,
			Reason:   "discrepancy-open",
			Params:   []fault.Param{fault.Ref("discrepancy", d.ID)},
		})
	}
	if len(blocked) > 0 {
		return refuse("not-settled").With(blocked...)
	}
	return nil
}

// while says why nothing else is possible in a state, and who moves next.
var while = map[models.ApplicationState]fault.Reason{
	models.StateDraft: "while-draft", models.StateArrived: "while-arrived", models.StateInReview: "while-in-review",
	models.StateCorrectionRequested: "while-correction-requested",
	models.StateDecided:             "while-decided", models.StateWithdrawn: "while-withdrawn", models.StateSignatureInvalid: "while-signature-invalid",
	models.StateExpired:     "while-expired",
	models.StateTransferred: "while-transferred",
}

// While is the reason for which a step that belongs to another state is refused in this one.
func While(s models.ApplicationState) fault.Reason { return while[s] }

// Mover is who acts next.
type Mover string

// Who may act next.
const (
	Parent   Mover = "parent"
	Reviewer Mover = "reviewer"
	Nobody   Mover = "nobody"
)

// WhoMovesNext says who acts in a state.
func WhoMovesNext(s models.ApplicationState) Mover {
	switch s {
	case models.StateDraft, models.StateCorrectionRequested, models.StateSignatureInvalid:
		return Parent
	case models.StateArrived, models.StateInReview:
		return Reviewer
	default: // the others go on below
	}
	return Nobody
}
