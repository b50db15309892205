package lifecycle

import (
	"testing"

	"kosodate.example/onestop/app/fault"
)

// itemAllowed is the diagram of README.md, written down once more by hand, for the four kinds of item. Facts are such
// that every guard that does not belong to the kind lets pass.
var itemAllowed = map[string]struct {
	item  Item
	moves map[ItemState]map[ItemEvent]ItemState
}{
	"not asked of the network": {Item{Attached: true, Readable: true, Closed: true, Reason: true}, map[ItemState]map[ItemEvent]ItemState{
		AwaitingDocument: {ItemReceive: Received, ItemWaive: Waived},
		Received:         {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemRead: Matched, ItemWaive: Waived},
		Inquiring:        {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemWaive: Waived},
		Answered:         {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemWaive: Waived, ItemDiffer: Discrepant},
		Discrepant:       {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemWaive: Waived},
	}},
	"on trial, with the document": {
		Item{Inquire: true, Attached: true, Readable: true, Explained: true, Direct: true, Reason: true},
		map[ItemState]map[ItemEvent]ItemState{
			AwaitingDocument: {ItemReceive: Received, ItemAsk: Inquiring, ItemAnswer: AwaitingDocument, ItemNoAnswer: AwaitingDocument, ItemWaive: Waived},
			Received: {
				ItemInfected: AwaitingDocument,
				ItemAskAgain: AwaitingDocument,
				ItemAsk:      Inquiring,
				ItemAnswer:   Answered,
				ItemNoAnswer: Discrepant,
				ItemWaive:    Waived,
			},
			Inquiring: {
				ItemInfected: AwaitingDocument,
				ItemAskAgain: AwaitingDocument,
				ItemAsk:      Inquiring,
				ItemAnswer:   Answered,
				ItemNoAnswer: Discrepant,
				ItemWaive:    Waived,
			},
			Answered: {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemDiffer: Discrepant, ItemWaive: Waived},
			Discrepant: {
				ItemInfected: AwaitingDocument,
				ItemAskAgain: AwaitingDocument,
				ItemAsk:      Inquiring,
				ItemAnswer:   Answered,
				ItemNoAnswer: Discrepant,
				ItemWaive:    Waived,
			},
		},
	},
	"on trial, answered without the document": {
		Item{Inquire: true, AnswerIn: true, Explained: true, Direct: true, Closed: true},
		map[ItemState]map[ItemEvent]ItemState{
			AwaitingDocument: {
				ItemReceive:      Answered,
				ItemAsk:          Inquiring,
				ItemAnswer:       AwaitingDocument,
				ItemNoAnswer:     AwaitingDocument,
				ItemNetworkAlone: Resolved,
				ItemDirect:       Resolved,
			},
			Received:  {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemAsk: Inquiring, ItemAnswer: Answered, ItemNoAnswer: Discrepant},
			Inquiring: {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemAsk: Inquiring, ItemAnswer: Answered, ItemNoAnswer: Discrepant},
			Answered:  {ItemInfected: AwaitingDocument, ItemAskAgain: AwaitingDocument, ItemNetworkAlone: Resolved, ItemDirect: Resolved},
			Discrepant: {
				ItemInfected: AwaitingDocument,
				ItemAskAgain: AwaitingDocument,
				ItemAsk:      Inquiring,
				ItemAnswer:   Answered,
				ItemNoAnswer: Discrepant,
				ItemDirect:   Resolved,
				ItemClose:    Resolved,
			},
		},
	},
	"omitted in full operation": {
		Item{Inquire: true, Omitted: true, AnswerIn: true, Attached: true, Readable: true, Explained: true, Direct: true, Closed: true},
		map[ItemState]map[ItemEvent]ItemState{
			AwaitingDocument: {ItemReceive: Answered, ItemAsk: Inquiring, ItemAnswer: Answered, ItemNoAnswer: AwaitingDocument},
			Received: {
				ItemInfected: AwaitingDocument,
				ItemAskAgain: AwaitingDocument,
				ItemRead:     Matched,
				ItemAsk:      Inquiring,
				ItemAnswer:   Answered,
				ItemNoAnswer: Received,
			},
			Inquiring:  {ItemAsk: Inquiring, ItemAnswer: Answered, ItemNoAnswer: Inquiring, ItemFallBack: AwaitingDocument},
			Answered:   {ItemAgree: Matched, ItemDiffer: Discrepant},
			Discrepant: {ItemAsk: Inquiring, ItemAnswer: Answered, ItemNoAnswer: Discrepant, ItemClose: Resolved},
		},
	},
}

func TestEveryItemStateAndEvent(t *testing.T) {
	for kind, c := range itemAllowed {
		for _, s := range ItemStates {
			for _, e := range ItemEvents {
				i := c.item
				i.State = s
				want, ok := c.moves[s][e]
				got, err := ItemNext(i, e)
				if ok && (err != nil || got != want) {
					t.Errorf("%s: %s, %s: %s %v, want %s", kind, s, e, got, err, want)
				}
				if f := fault.As(err); !ok && (f == nil || got != s || f.Code != fault.CodeNotAllowedNow || f.Kind != fault.Conflict || f.Reason == "") {
					t.Errorf("%s: %s, %s: %s %v, want a refusal that says why", kind, s, e, got, err)
				}
			}
		}
	}
	if got, err := ItemNext(Item{State: Received}, "forget"); err == nil {
		t.Errorf("an event that does not exist leads to %s", got)
	}
}
