package lifecycle

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// willing are facts with which every guard lets pass.
var willing = Facts{
	Complete:      true,
	ExpiresAt:     now,
	Approve:       true,
	Items:         []Item{{State: models.ItemMatched}},
	Reason:        true,
	CorrectionDue: now,
	DecidedBy:     "a",
	By:            "b",
	OtherOffice:   true,
	SignedByOwner: true,
}

// allowed is review.md's diagram, written down once more by hand.
var allowed = map[models.ApplicationState]map[Event]models.ApplicationState{
	models.StateDraft: {EventFile: models.StateArrived, EventExpire: models.StateExpired},
	models.StateArrived: {EventAccept: models.StateInReview, EventWithdraw: models.StateWithdrawn, EventTransfer: models.StateTransferred,
		EventSignatureFailed: models.StateSignatureInvalid},
	models.StateInReview: {EventRequestCorrection: models.StateCorrectionRequested, EventDecide: models.StateDecided,
		EventWithdraw: models.StateWithdrawn, EventTransfer: models.StateTransferred},
	models.StateCorrectionRequested: {EventSubmitCorrection: models.StateInReview, EventCorrectionLapsed: models.StateInReview,
		EventWithdraw: models.StateWithdrawn},
	models.StateSignatureInvalid: {EventSignAgain: models.StateArrived, EventWithdraw: models.StateWithdrawn},
	models.StateDecided:          {EventReopen: models.StateInReview},
}

func TestEveryStateAndEvent(t *testing.T) {
	for _, s := range States {
		for _, e := range Events {
			want, ok := allowed[s][e]
			got, err := Next(s, e, willing, now)
			if ok && (err != nil || got != want) {
				t.Errorf("%s, %s: %s %v, want %s", s, e, got, err, want)
			}
			if !ok && (err == nil || got != s || fault.As(err).Code != fault.CodeNotAllowedNow || fault.KindOf(err) != fault.Conflict || fault.As(err).Reason == "") {
				t.Errorf("%s, %s: %s %v, want a refusal that says why", s, e, got, err)
			}
			if Can(s, e) != ok {
				t.Errorf("Can(%s, %s) is %v", s, e, !ok)
			}
		}
		if While(s) == "" || WhoMovesNext(s) == "" {
			t.Errorf("%s: nobody knows who moves next", s)
		}
	}
}

// What an office works on has arrived and is not over; of every other state the office has nothing to take in.
func TestOpen(t *testing.T) {
	open := map[models.ApplicationState]bool{models.StateArrived: true, models.StateInReview: true, models.StateCorrectionRequested: true}
	for _, state := range States {
		if Open(state) != open[state] {
			t.Errorf("%s: %v", state, Open(state))
		}
	}
}

func TestGuards(t *testing.T) {
	for name, c := range map[string]struct {
		state  models.ApplicationState
		event  Event
		change func(*Facts)
	}{
		"filing what is not complete": {models.StateDraft, EventFile, func(f *Facts) { f.Complete = false }},
		"a correction that is not complete": {models.StateCorrectionRequested, EventSubmitCorrection,
			func(f *Facts) { f.Complete = false }},
		"expiry before its time": {models.StateDraft, EventExpire, func(f *Facts) { f.ExpiresAt = now.Add(time.Second) }},
		"expiry without a time":  {models.StateDraft, EventExpire, func(f *Facts) { f.ExpiresAt = time.Time{} }},
		"approval with an open item": {models.StateInReview, EventDecide,
			func(f *Facts) { f.Items = []Item{{State: models.ItemMatched}, {State: models.ItemAnswered}} }},
		"rejection without a reason": {models.StateInReview, EventDecide, func(f *Facts) { f.Approve, f.Reason = false, false }},
		"going on before the correction is due": {models.StateCorrectionRequested, EventCorrectionLapsed,
			func(f *Facts) { f.CorrectionDue = now.Add(time.Second) }},
		"going on without a due date": {models.StateCorrectionRequested, EventCorrectionLapsed,
			func(f *Facts) { f.CorrectionDue = time.Time{} }},
		"rejection for missing papers before the correction is due": {models.StateInReview, EventDecide, func(f *Facts) {
			f.Approve, f.MissingPapers,
				f.CorrectionDue = false, true, now.Add(time.Second)
		}},
		"rejection for missing papers that nobody asked for": {models.StateInReview, EventDecide, func(f *Facts) {
			f.Approve, f.MissingPapers,
				f.CorrectionDue = false, true, time.Time{}
		}},
		"reopening what nobody decided":     {models.StateDecided, EventReopen, func(f *Facts) { f.DecidedBy = "" }},
		"reopening by whoever decided":      {models.StateDecided, EventReopen, func(f *Facts) { f.By = f.DecidedBy }},
		"reopening by nobody":               {models.StateDecided, EventReopen, func(f *Facts) { f.By = "" }},
		"reopening without a reason":        {models.StateDecided, EventReopen, func(f *Facts) { f.Reason = false }},
		"transfer to the same municipality": {models.StateArrived, EventTransfer, func(f *Facts) { f.OtherOffice = false }},
		"transfer without a reason":         {models.StateInReview, EventTransfer, func(f *Facts) { f.Reason = false }},
		"signing again without a signature": {models.StateSignatureInvalid, EventSignAgain, func(f *Facts) { f.SignedByOwner = false }},
	} {
		f := willing
		c.change(&f)
		if got, err := Next(c.state, c.event, f, now); err == nil || got != c.state {
			t.Errorf("%s was allowed", name)
		}
	}
	f := willing
	f.Approve, f.MissingPapers = false, true
	f.Items = []Item{{State: models.ItemAwaiting}}
	if got, err := Next(models.StateInReview, EventDecide, f, now); err != nil || got != models.StateDecided {
		t.Errorf("rejection with a reason: %s %v", got, err)
	}
}

func TestAnOpenFileBlocksTheApproval(t *testing.T) {
	f := Facts{Approve: true, Items: []Item{{State: models.ItemMatched}}, Disputes: []Dispute{{"d1", "income-certificate", "spouse"}}}
	_, err := Next(models.StateInReview, EventDecide, f, now)
	if d := fault.As(err); d == nil || len(d.Details) != 1 || d.Details[0].Code != "open-discrepancy" || d.Details[0].Param("discrepancy") != "d1" {
		t.Errorf("an open file: %v", err)
	}
	f.Approve, f.Reason = false, true
	if _, err := Next(models.StateInReview, EventDecide, f, now); err != nil {
		t.Errorf("a rejection with an open file: %v", err)
	}
}

func TestBlockedNamesEachItem(t *testing.T) {
	_, err := Next(
		models.StateInReview,
		EventDecide,
		Facts{Approve: true, Items: []Item{{Document: "bank-passbook", Subject: "applicant", State: models.ItemReceived}, {State: models.ItemWaived}}},
		now,
	)
	d := fault.As(err).Details
	if len(d) != 1 || d[0].Document != "bank-passbook" || d[0].Subject != "applicant" {
		t.Errorf("blocked: %+v", d)
	}
}
