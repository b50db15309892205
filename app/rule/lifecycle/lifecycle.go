// Package lifecycle is the table of an application's states and of the states of its evidence items: which event leads
// where, and under which guard (review.md, "Lifecycle of an application", "Evidence items"). It is pure; README.md has
// the diagram.
package lifecycle

import (
	"time"

	"kosodate.example/onestop/app/fault"
)

// State is a state of an application.
type State string

// The states. WhoMovesNext says who acts in each.
const (
	Draft               State = "draft"                // the parent writes
	Arrived             State = "arrived"              // filed; its instant counts (P5)
	InReview            State = "in-review"            // a reviewer works on it
	CorrectionRequested State = "correction-requested" // the parent is asked to correct or to bring something
	Decided             State = "decided"              // approved or rejected
	Withdrawn           State = "withdrawn"            // taken back by the parent
	SignatureInvalid    State = "signature-invalid"    // the certificate was revoked; to be signed again
	Expired             State = "expired"              // a draft that nobody came back to
	Transferred         State = "transferred"          // passed on to the right municipality with its date
)

// States are all states.
var States = []State{Draft, Arrived, InReview, CorrectionRequested, Decided, Withdrawn, SignatureInvalid, Expired, Transferred}

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
	to    State
	guard func(f Facts, now time.Time) *fault.Error
}

var table = map[State]map[Event]rule{
	Draft: {
		EventFile:   {Arrived, complete},
		EventExpire: {Expired, overdue},
	},
	Arrived: {
		EventAccept:          {InReview, nil},
		EventWithdraw:        {Withdrawn, nil},
		EventTransfer:        {Transferred, transferable},
		EventSignatureFailed: {SignatureInvalid, nil},
	},
	InReview: {
		EventRequestCorrection: {CorrectionRequested, nil},
		EventDecide:            {Decided, decidable},
		EventWithdraw:          {Withdrawn, nil},
		EventTransfer:          {Transferred, transferable},
	},
	CorrectionRequested: {
		EventSubmitCorrection: {InReview, complete},
		EventCorrectionLapsed: {InReview, lapsed},
		EventWithdraw:         {Withdrawn, nil},
	},
	SignatureInvalid: {
		EventSignAgain: {Arrived, signed},
		EventWithdraw:  {Withdrawn, nil},
	},
	Decided: {
		EventReopen: {InReview, reopenable},
	},
}

// Next is the state to which an event leads. Error: not-allowed-now with a reason that a person understands.
func Next(from State, event Event, f Facts, now time.Time) (State, error) {
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
func Can(from State, event Event) bool {
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
var while = map[State]fault.Reason{
	Draft: "while-draft", Arrived: "while-arrived", InReview: "while-in-review", CorrectionRequested: "while-correction-requested",
	Decided: "while-decided", Withdrawn: "while-withdrawn", SignatureInvalid: "while-signature-invalid", Expired: "while-expired",
	Transferred: "while-transferred",
}

// While is the reason for which a step that belongs to another state is refused in this one.
func While(s State) fault.Reason { return while[s] }

// Mover is who acts next.
type Mover string

// Who may act next.
const (
	Parent   Mover = "parent"
	Reviewer Mover = "reviewer"
	Nobody   Mover = "nobody"
)

// WhoMovesNext says who acts in a state.
func WhoMovesNext(s State) Mover {
	switch s {
	case Draft, CorrectionRequested, SignatureInvalid:
		return Parent
	case Arrived, InReview:
		return Reviewer
	}
	return Nobody
}
