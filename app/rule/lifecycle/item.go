package lifecycle

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// ItemStates are all of them.
var ItemStates = []models.ItemState{models.ItemAwaiting, models.ItemReceived, models.ItemInquiring, models.ItemAnswered, models.ItemMatched,
	models.ItemDiscrepant, models.ItemResolved, models.ItemWaived}

// ItemEvent is something that happens to an evidence item.
type ItemEvent string

// The events of an evidence item.
const (
	ItemReceive      ItemEvent = "receive"       // the document was handed in, on line or on paper
	ItemInfected     ItemEvent = "infected"      // its file was found infected, or cannot be opened
	ItemRead         ItemEvent = "read"          // the reviewer read the document and takes it as it is
	ItemAsk          ItemEvent = "ask"           // the network is asked
	ItemAnswer       ItemEvent = "answer"        // the network answered
	ItemNoAnswer     ItemEvent = "no-answer"     // any other outcome than an answer
	ItemAgree        ItemEvent = "agree"         // the result on the answer agrees with the result on the document (R3)
	ItemDiffer       ItemEvent = "differ"        // it does not: a discrepancy is opened (R7)
	ItemNetworkAlone ItemEvent = "network-alone" // R4 (a): no document, processed on the answer alone
	ItemDirect       ItemEvent = "direct"        // R4 (b): facts obtained directly from the body that holds them
	ItemClose        ItemEvent = "close"         // the discrepancy was closed
	ItemFallBack     ItemEvent = "fall-back"     // full operation, no answer in time: the paper is asked for after all
	ItemWaive        ItemEvent = "waive"         // no longer needed after a correction, with the reason
	ItemAskAgain     ItemEvent = "ask-again"     // the reviewer asks for the document anew in a correction
	ItemReread       ItemEvent = "reread"        // a slip of the reader was corrected: what differed is compared again
)

// ItemEvents are all of them.
var ItemEvents = []ItemEvent{ItemReceive, ItemInfected, ItemRead, ItemAsk, ItemAnswer, ItemNoAnswer, ItemAgree, ItemDiffer, ItemNetworkAlone,
	ItemDirect, ItemClose, ItemFallBack, ItemWaive, ItemAskAgain, ItemReread}

// Item is one evidence item with what its guards look at. The guards follow the stored Inquire, not the reason.
type Item struct {
	Document, Subject string
	State             models.ItemState
	Inquire           bool // the network is to be asked: decided at filing
	Omitted           bool // full operation: no document is asked for

	Attached     bool // the document is there
	Readable     bool // it was read: the reviewer typed what it says
	WasRead      bool // a document was read at some time, this one or one before it
	AnswerIn     bool // the network answered
	Suspended    bool // the item was suspended after filing: a problem in the sense of R5
	Paper        bool // the discrepancy reached step (3ii): processed on the attachments
	Explained    bool // R4 (a): when and how the purpose of the trial was explained is recorded
	Direct       bool // R4 (b): from whom and when is recorded, and that no individual number was used
	NeedsConsent bool // asking, the network or directly, needs the person's consent (P6)
	Consent      bool // it is given now; taken back after filing, it is not
	Closed       bool // the discrepancy's file is closed
	Reason       bool // waive: why it is no longer needed
}

// ItemNext is the state to which an event leads an evidence item. Error: not-allowed-now with the reason.
func ItemNext(i Item, event ItemEvent) (models.ItemState, error) {
	to, err := itemNext(i, event)
	if err != nil {
		return i.State, err.With(fault.Detail{
			Code:     fault.CodeNotAllowedNow,
			Reason:   err.Reason,
			Document: i.Document,
			Subject:  i.Subject,
		})
	}
	return to, nil
}

func itemNext(i Item, event ItemEvent) (models.ItemState, *fault.Error) {
	switch event {
	case ItemReceive:
		if i.AnswerIn { // it came while the document was away: compare
			return when(i, models.ItemAnswered, models.ItemAwaiting)
		}
		return when(i, models.ItemReceived, models.ItemAwaiting)
	case ItemInfected, ItemAskAgain:
		if i.Omitted { // a paper that nobody needs: only one asked for after all is awaited again
			return when(i, models.ItemAwaiting, models.ItemReceived)
		}
		return when(i, models.ItemAwaiting, models.ItemReceived, models.ItemInquiring, models.ItemAnswered, models.ItemDiscrepant)
	case ItemWaive:
		if !i.Reason {
			return "", refuse("say-why-waived")
		}
		return when(i, models.ItemWaived, models.ItemAwaiting, models.ItemReceived, models.ItemInquiring, models.ItemAnswered, models.ItemDiscrepant)
	case ItemAsk:
		if !i.Inquire || i.Suspended || i.unconsented() {
			return "", refuse("not-asked-now")
		}
		return when(i, models.ItemInquiring, models.ItemReceived, models.ItemAwaiting, models.ItemDiscrepant, models.ItemInquiring)
	case ItemAnswer, ItemNoAnswer:
		return itemHeard(i, event)
	case ItemFallBack:
		if !i.Omitted {
			return "", refuse("only-omitted")
		}
		return when(i, models.ItemAwaiting, models.ItemInquiring)
	case ItemDiffer:
		if !i.comparable() {
			return "", refuse("read-first")
		}
		return when(i, models.ItemDiscrepant, models.ItemAnswered)
	default:
		return itemSettled(i, event)
	}
}

// itemHeard is what the network's reply leads to. A reply may come late, when the document was put back or asked for
// after all meanwhile: it is never lost, and never takes away that a document is awaited on trial (P7).
func itemHeard(i Item, event ItemEvent) (models.ItemState, *fault.Error) {
	switch {
	case !i.Inquire:
		return "", refuse("not-to-be-asked")
	case i.State == models.ItemAwaiting && !(event == ItemAnswer && i.Omitted):
		return models.ItemAwaiting, nil // kept with the inquiry; receive goes on from there
	case event == ItemAnswer: // from discrepant too: an answer that was only pending, or late
		return when(i, models.ItemAnswered, models.ItemInquiring, models.ItemReceived, models.ItemAwaiting, models.ItemDiscrepant)
	case i.Omitted:
		return when(i, i.State, models.ItemInquiring, models.ItemReceived, models.ItemDiscrepant) // it waits, or falls back to the paper
	}
	return when(i, models.ItemDiscrepant, models.ItemInquiring, models.ItemReceived, models.ItemDiscrepant)
}

// unconsented says whether consent is needed and not there: then no inquiry may be made, and R5 yields (P6).
func (i Item) unconsented() bool { return i.NeedsConsent && !i.Consent }

// paperAllowed says whether a case may be processed on the document alone: the network is not to be asked, or no longer
// may be, or the omitted document had to be asked for after all (R5, P6).
func (i Item) paperAllowed() bool { return !i.Inquire || i.Suspended || i.Omitted || i.unconsented() }

// comparable says whether there is something to lay beside the answer: on trial the document, which was read (R3).
func (i Item) comparable() bool { return i.Omitted || i.Attached && i.Readable }

// itemSettled has the events after which an item may be approved: R3, R4 and R5 are their guards.
func itemSettled(i Item, event ItemEvent) (models.ItemState, *fault.Error) {
	switch event {
	case ItemRead:
		if !i.paperAllowed() {
			return "", refuse("not-on-attachments-alone")
		}
		if !i.Attached || !i.Readable {
			return "", refuse("read-first")
		}
		if !i.Inquire || i.Omitted {
			return when(i, models.ItemMatched, models.ItemReceived)
		}
		return when(i, models.ItemMatched, models.ItemReceived, models.ItemInquiring) // it was asked before the network was closed to it
	case ItemAgree:
		if !i.AnswerIn {
			return "", refuse("no-answer")
		}
		if !i.comparable() {
			return "", refuse("read-first")
		}
		return when(i, models.ItemMatched, models.ItemAnswered)
	case ItemReread:
		if i.Omitted || !i.AnswerIn || !i.comparable() {
			return "", refuse("no-answer")
		}
		return when(i, models.ItemAnswered, models.ItemDiscrepant)
	case ItemNetworkAlone:
		if i.Omitted || !i.Inquire || !i.AnswerIn || i.Attached || i.Readable || i.WasRead || !i.Explained {
			return "", refuse("network-alone-only-on-trial")
		}
		return when(i, models.ItemResolved, models.ItemAnswered, models.ItemAwaiting)
	case ItemDirect:
		if !i.Inquire || i.Omitted || i.Attached || !i.Direct || i.NeedsConsent && !i.Consent {
			return "", refuse("direct-only-on-trial")
		}
		return when(i, models.ItemResolved, models.ItemAwaiting, models.ItemAnswered, models.ItemDiscrepant)
	case ItemClose:
		if !i.Closed {
			return "", refuse("discrepancy-open")
		}
		onPaper := (i.Paper || i.Suspended || i.unconsented()) && i.Attached && i.Readable
		if !onPaper && (i.Paper || !i.AnswerIn) {
			return "", refuse("attachments-without-answer")
		}
		return when(i, models.ItemResolved, models.ItemDiscrepant)
	default: // the others go on below
	}
	return "", refuse("unknown-step")
}

// when allows an event in some states alone.
func when(i Item, to models.ItemState, from ...models.ItemState) (models.ItemState, *fault.Error) {
	for _, s := range from {
		if i.State == s {
			return to, nil
		}
	}
	return "", refuse(whileItem[i.State])
}

// Settled says whether an item allows approval: matched, resolved or waived.
func Settled(s models.ItemState) bool {
	return s == models.ItemMatched || s == models.ItemResolved || s == models.ItemWaived
}

// Blocked names the items that do not allow approval yet.
func Blocked(items []Item) []fault.Detail {
	var out []fault.Detail
	for _, i := range items {
		if !Settled(i.State) {
			out = append(out, fault.Detail{
				Code:     "not-settled",
				Document: i.Document,
				Subject:  i.Subject,
				Reason:   whileItem[i.State],
				Params:   []fault.Param{fault.Ref("state", string(i.State))},
			})
		}
	}
	return out
}

// whileItem says what a document waits for, or why nothing more is done with it.
var whileItem = map[models.ItemState]fault.Reason{
	models.ItemAwaiting: "document-awaited", models.ItemReceived: "document-received", models.ItemInquiring: "document-inquiring",
	models.ItemAnswered: "document-answered",
	models.ItemMatched:  "document-settled", models.ItemDiscrepant: "document-discrepant", models.ItemResolved: "document-settled",
	models.ItemWaived: "document-waived",
}
