package lifecycle

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// willing are facts with which every guard lets pass.
var willing = Facts{Complete: true, ExpiresAt: now, Approve: true, Items: []Item{{State: Matched}}, Reason: true, DecidedBy: "a", By: "b", OtherOffice: true, SignedByOwner: true}

// allowed is review.md's diagram, written down once more by hand.
var allowed = map[State]map[Event]State{
	Draft:               {EventFile: Arrived, EventExpire: Expired},
	Arrived:             {EventAccept: InReview, EventWithdraw: Withdrawn, EventTransfer: Transferred, EventSignatureFailed: SignatureInvalid},
	InReview:            {EventRequestCorrection: CorrectionRequested, EventDecide: Decided, EventWithdraw: Withdrawn, EventTransfer: Transferred},
	CorrectionRequested: {EventSubmitCorrection: InReview, EventWithdraw: Withdrawn},
	SignatureInvalid:    {EventSignAgain: Arrived, EventWithdraw: Withdrawn},
	Decided:             {EventReopen: InReview},
}

func TestEveryStateAndEvent(t *testing.T) {
	for _, s := range States {
		for _, e := range Events {
			want, ok := allowed[s][e]
			got, err := Next(s, e, willing, now)
			if ok && (err != nil || got != want) {
				t.Errorf("%s, %s: %s %v, want %s", s, e, got, err, want)
			}
			if !ok && (err == nil || got != s || fault.As(err).Code != fault.CodeNotAllowedNow || fault.KindOf(err) != fault.Conflict || len(fault.As(err).Text) < 20) {
				t.Errorf("%s, %s: %s %v, want a refusal that says why", s, e, got, err)
			}
			if Can(s, e) != ok {
				t.Errorf("Can(%s, %s) is %v", s, e, !ok)
			}
		}
		if next[s] == "" || WhoMovesNext(s) == "" {
			t.Errorf("%s: nobody knows who moves next", s)
		}
	}
}

func TestGuards(t *testing.T) {
	for name, c := range map[string]struct {
		state  State
		event  Event
		change func(*Facts)
	}{
		"filing what is not complete":       {Draft, EventFile, func(f *Facts) { f.Complete = false }},
		"a correction that is not complete": {CorrectionRequested, EventSubmitCorrection, func(f *Facts) { f.Complete = false }},
		"expiry before its time":            {Draft, EventExpire, func(f *Facts) { f.ExpiresAt = now.Add(time.Second) }},
		"expiry without a time":             {Draft, EventExpire, func(f *Facts) { f.ExpiresAt = time.Time{} }},
		"approval with an open item":        {InReview, EventDecide, func(f *Facts) { f.Items = []Item{{State: Matched}, {State: Answered}} }},
		"rejection without a reason":        {InReview, EventDecide, func(f *Facts) { f.Approve, f.Reason = false, false }},
		"reopening by whoever decided":      {Decided, EventReopen, func(f *Facts) { f.By = f.DecidedBy }},
		"reopening by nobody":               {Decided, EventReopen, func(f *Facts) { f.By = "" }},
		"reopening without a reason":        {Decided, EventReopen, func(f *Facts) { f.Reason = false }},
		"transfer to the same municipality": {Arrived, EventTransfer, func(f *Facts) { f.OtherOffice = false }},
		"transfer without a reason":         {InReview, EventTransfer, func(f *Facts) { f.Reason = false }},
		"signing again without a signature": {SignatureInvalid, EventSignAgain, func(f *Facts) { f.SignedByOwner = false }},
	} {
		f := willing
		c.change(&f)
		if got, err := Next(c.state, c.event, f, now); err == nil || got != c.state {
			t.Errorf("%s was allowed", name)
		}
	}
	f := willing
	f.Approve = false
	f.Items = []Item{{State: AwaitingDocument}}
	if got, err := Next(InReview, EventDecide, f, now); err != nil || got != Decided {
		t.Errorf("rejection with a reason: %s %v", got, err)
	}
}

func TestBlockedNamesEachItem(t *testing.T) {
	_, err := Next(InReview, EventDecide, Facts{Approve: true, Items: []Item{{Document: "bank-passbook", Subject: "applicant", State: Received}, {State: Waived}}}, now)
	d := fault.As(err).Details
	if len(d) != 1 || d[0].Document != "bank-passbook" || d[0].Subject != "applicant" {
		t.Errorf("blocked: %+v", d)
	}
}

// R5: whatever happens in whatever order, an item on trial is never settled on attachments alone, unless it was
// suspended after filing or its discrepancy reached step (3ii).
func TestR5NeverOnAttachmentsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := Item{State: rapid.SampledFrom([]ItemState{AwaitingDocument, Received}).Draw(t, "first"), Inquire: true}
		i.Attached = i.State == Received
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			i.Readable, i.Explained, i.Direct = rapid.Bool().Draw(t, "read"), rapid.Bool().Draw(t, "explained"), rapid.Bool().Draw(t, "direct")
			i.Closed = rapid.Bool().Draw(t, "closed")
			event := rapid.SampledFrom(ItemEvents).Draw(t, "event")
			to, err := ItemNext(i, event)
			if err != nil {
				if to != i.State {
					t.Fatalf("%s was refused and moved to %s", event, to)
				}
				continue
			}
			switch event {
			case ItemReceive:
				i.Attached = true
			case ItemInfected:
				i.Attached = false
			case ItemAnswer:
				i.AnswerIn = true
			case ItemDirect, ItemWaive:
				return // facts of the body that holds them, or not needed any more
			}
			i.State = to
			if Settled(i.State) && !i.AnswerIn {
				t.Fatalf("settled by %s without an answer", event)
			}
		}
	})
}

func TestItems(t *testing.T) {
	trial := Item{Document: "income-certificate", Subject: "applicant", Inquire: true, Attached: true, Readable: true, AnswerIn: true, Closed: true, Explained: true, Direct: true, Consent: true, Reason: true}
	with := func(s ItemState, change func(*Item)) Item {
		i := trial
		i.State = s
		if change != nil {
			change(&i)
		}
		return i
	}
	for name, c := range map[string]struct {
		item  Item
		event ItemEvent
		want  ItemState // empty: refused
	}{
		"handed in":                                {with(AwaitingDocument, nil), ItemReceive, Received},
		"handed in twice":                          {with(Received, nil), ItemReceive, ""},
		"infected":                                 {with(Received, nil), ItemInfected, AwaitingDocument},
		"asked":                                    {with(Received, nil), ItemAsk, Inquiring},
		"asked while suspended":                    {with(Received, func(i *Item) { i.Suspended = true }), ItemAsk, ""},
		"asked without inquire":                    {with(Received, func(i *Item) { i.Inquire = false }), ItemAsk, ""},
		"read, not asked of the network":           {with(Received, func(i *Item) { i.Inquire = false }), ItemRead, Matched},
		"read, on trial (R5)":                      {with(Received, nil), ItemRead, ""},
		"read, suspended after filing":             {with(Received, func(i *Item) { i.Suspended = true }), ItemRead, Matched},
		"read, fallen back from full operation":    {with(Received, func(i *Item) { i.Omitted = true }), ItemRead, Matched},
		"read without reading":                     {with(Received, func(i *Item) { i.Inquire, i.Readable = false, false }), ItemRead, ""},
		"agrees (R3)":                              {with(Answered, nil), ItemAgree, Matched},
		"agrees with a document that was not read": {with(Answered, func(i *Item) { i.Readable = false }), ItemAgree, ""},
		"agrees, omitted":                          {with(Answered, func(i *Item) { i.Omitted, i.Attached, i.Readable = true, false, false }), ItemAgree, Matched},
		"differs (R7)":                             {with(Answered, nil), ItemDiffer, Discrepant},
		"no answer on trial":                       {with(Inquiring, nil), ItemNoAnswer, Discrepant},
		"no answer in full operation":              {with(Inquiring, func(i *Item) { i.Omitted = true }), ItemNoAnswer, Inquiring},
		"falls back":                               {with(Inquiring, func(i *Item) { i.Omitted = true }), ItemFallBack, AwaitingDocument},
		"falls back on trial":                      {with(Inquiring, nil), ItemFallBack, ""},
		"the network alone (R4 a)":                 {with(Answered, func(i *Item) { i.Attached = false }), ItemNetworkAlone, Resolved},
		"the network alone, not explained":         {with(Answered, func(i *Item) { i.Attached, i.Explained = false, false }), ItemNetworkAlone, ""},
		"the network alone, with the document":     {with(Answered, nil), ItemNetworkAlone, ""},
		"directly (R4 b)":                          {with(AwaitingDocument, func(i *Item) { i.Attached = false }), ItemDirect, Resolved},
		"directly, tax facts without consent":      {with(AwaitingDocument, func(i *Item) { i.Attached, i.NeedsConsent, i.Consent = false, true, false }), ItemDirect, ""},
		"directly, with an individual number":      {with(AwaitingDocument, func(i *Item) { i.Attached, i.Direct = false, false }), ItemDirect, ""},
		"closed after an answer":                   {with(Discrepant, nil), ItemClose, Resolved},
		"closed on paper after 3ii":                {with(Discrepant, func(i *Item) { i.AnswerIn, i.Paper = false, true }), ItemClose, Resolved},
		"closed without answer and without 3ii":    {with(Discrepant, func(i *Item) { i.AnswerIn = false }), ItemClose, ""},
		"closed with steps open":                   {with(Discrepant, func(i *Item) { i.Closed = false }), ItemClose, ""},
		"waived":                                   {with(AwaitingDocument, nil), ItemWaive, Waived},
		"waived without a reason":                  {with(AwaitingDocument, func(i *Item) { i.Reason = false }), ItemWaive, ""},
		"waived when settled":                      {with(Matched, nil), ItemWaive, ""},
	} {
		got, err := ItemNext(c.item, c.event)
		if c.want == "" && (err == nil || fault.As(err).Code != fault.CodeNotAllowedNow || fault.As(err).Details[0].Document != "income-certificate") {
			t.Errorf("%s: %s %v, want a refusal that names the document", name, got, err)
		}
		if c.want != "" && (err != nil || got != c.want) {
			t.Errorf("%s: %s %v, want %s", name, got, err, c.want)
		}
	}
	for _, s := range []ItemState{Matched, Resolved, Waived} {
		for _, e := range ItemEvents {
			if got, err := ItemNext(with(s, nil), e); err == nil {
				t.Errorf("%s, %s: %s, but it is settled", s, e, got)
			}
		}
	}
}
