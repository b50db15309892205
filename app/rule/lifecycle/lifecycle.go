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
		return from, refuse("%s is not possible while the application is %s. %s", describe[event], from, next[from])
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

func refuse(format string, args ...any) *fault.Error {
	return fault.Newf(fault.Conflict, fault.CodeNotAllowedNow, format, args...)
}

func complete(f Facts, _ time.Time) *fault.Error {
	if !f.Complete {
		return refuse("Something that was asked for is neither attached nor declared.")
	}
	return nil
}

func overdue(f Facts, now time.Time) *fault.Error {
	if f.ExpiresAt.IsZero() || now.Before(f.ExpiresAt) {
		return refuse("The draft's time is not over.")
	}
	return nil
}

func lapsed(f Facts, now time.Time) *fault.Error {
	if f.CorrectionDue.IsZero() || now.Before(f.CorrectionDue) {
		return refuse("The time set for the correction is not over.")
	}
	return nil
}

func transferable(f Facts, _ time.Time) *fault.Error {
	switch {
	case !f.OtherOffice:
		return refuse("An application is passed on to another municipality.")
	case !f.Reason:
		return refuse("Say why the application is passed on.")
	}
	return nil
}

func signed(f Facts, _ time.Time) *fault.Error {
	if !f.SignedByOwner {
		return refuse("The new signature is not verified.")
	}
	return nil
}

func reopenable(f Facts, _ time.Time) *fault.Error {
	switch {
	case !f.Reason:
		return refuse("Say why the decision is looked at again.")
	case f.By == "" || f.DecidedBy == "" || f.By == f.DecidedBy:
		return refuse("Another person than the one who decided reopens a case.")
	}
	return nil
}

func decidable(f Facts, now time.Time) *fault.Error {
	if !f.Approve {
		if !f.Reason {
			return refuse("Say why the application is rejected.")
		}
		if f.MissingPapers && lapsed(f, now) != nil {
			return refuse("For missing papers, ask for a correction first and wait until its time is over.")
		}
		return nil
	}
	blocked := Blocked(f.Items)
	for _, d := range f.Disputes {
		blocked = append(blocked, fault.Detail{
			Code:     "open-discrepancy",
			Document: d.Document,
			Subject:  d.Subject,
			Text:     "The discrepancy's file is not closed (R7).",
			Params:   map[string]string{"discrepancy": d.ID},
		})
	}
	if len(blocked) > 0 {
		return refuse("Some documents are not settled yet.").With(blocked...)
	}
	return nil
}

var describe = map[Event]string{
	EventFile: "Filing", EventExpire: "Expiry", EventAccept: "Accepting", EventRequestCorrection: "Asking for a correction",
	EventSubmitCorrection: "Handing in a correction", EventCorrectionLapsed: "Going on without the correction", EventDecide: "Deciding",
	EventReopen: "Reopening", EventWithdraw: "Withdrawing",
	EventTransfer: "Passing on", EventSignatureFailed: "Refusing the signature", EventSignAgain: "Signing again",
}

var next = map[models.ApplicationState]string{
	models.StateDraft: "The parent files it first.", models.StateArrived: "A reviewer accepts it first.", models.StateInReview: "A reviewer works on it.",
	models.StateCorrectionRequested: "The parent hands in the correction first.", models.StateDecided: "It is decided; another reviewer can reopen it.",
	models.StateWithdrawn: "It was taken back.", models.StateSignatureInvalid: "The parent signs it again first.",
	models.StateExpired:     "It expired; begin a new one.",
	models.StateTransferred: "Another municipality has it.",
}

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
	}
	return Nobody
}
