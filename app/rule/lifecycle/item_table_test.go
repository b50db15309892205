package lifecycle

import (
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// itemAllowed is the diagram of README.md, written down once more by hand, for the four kinds of item. Facts are such
// that every guard that does not belong to the kind lets pass.
var itemAllowed = map[string]struct {
	item  Item
	moves map[models.ItemState]map[ItemEvent]models.ItemState
}{
	"not asked of the network": {Item{Attached: true, Readable: true, Closed: true, Reason: true}, map[models.ItemState]map[ItemEvent]models.ItemState{
		models.ItemAwaiting:  {ItemReceive: models.ItemReceived, ItemWaive: models.ItemWaived},
		models.ItemReceived:  {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemRead: models.ItemMatched, ItemWaive: models.ItemWaived},
		models.ItemInquiring: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemWaive: models.ItemWaived},
		models.ItemAnswered: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemWaive: models.ItemWaived,
			ItemDiffer: models.ItemDiscrepant},
		models.ItemDiscrepant: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemWaive: models.ItemWaived},
	}},
	"on trial, with the document": {
		Item{Inquire: true, Attached: true, Readable: true, Explained: true, Direct: true, Reason: true},
		map[models.ItemState]map[ItemEvent]models.ItemState{
			models.ItemAwaiting: {ItemReceive: models.ItemReceived, ItemAsk: models.ItemInquiring, ItemAnswer: models.ItemAwaiting,
				ItemNoAnswer: models.ItemAwaiting, ItemWaive: models.ItemWaived},
			models.ItemReceived: {
				ItemInfected: models.ItemAwaiting,
				ItemAskAgain: models.ItemAwaiting,
				ItemAsk:      models.ItemInquiring,
				ItemAnswer:   models.ItemAnswered,
				ItemNoAnswer: models.ItemDiscrepant,
				ItemWaive:    models.ItemWaived,
			},
			models.ItemInquiring: {
				ItemInfected: models.ItemAwaiting,
				ItemAskAgain: models.ItemAwaiting,
				ItemAsk:      models.ItemInquiring,
				ItemAnswer:   models.ItemAnswered,
				ItemNoAnswer: models.ItemDiscrepant,
				ItemWaive:    models.ItemWaived,
			},
			models.ItemAnswered: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemDiffer: models.ItemDiscrepant,
				ItemWaive: models.ItemWaived},
			models.ItemDiscrepant: {
				ItemInfected: models.ItemAwaiting,
				ItemAskAgain: models.ItemAwaiting,
				ItemAsk:      models.ItemInquiring,
				ItemAnswer:   models.ItemAnswered,
				ItemNoAnswer: models.ItemDiscrepant,
				ItemWaive:    models.ItemWaived,
			},
		},
	},
	"on trial, answered without the document": {
		Item{Inquire: true, AnswerIn: true, Explained: true, Direct: true, Closed: true},
		map[models.ItemState]map[ItemEvent]models.ItemState{
			models.ItemAwaiting: {
				ItemReceive:      models.ItemAnswered,
				ItemAsk:          models.ItemInquiring,
				ItemAnswer:       models.ItemAwaiting,
				ItemNoAnswer:     models.ItemAwaiting,
				ItemNetworkAlone: models.ItemResolved,
				ItemDirect:       models.ItemResolved,
			},
			models.ItemReceived: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemAsk: models.ItemInquiring,
				ItemAnswer: models.ItemAnswered, ItemNoAnswer: models.ItemDiscrepant},
			models.ItemInquiring: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemAsk: models.ItemInquiring,
				ItemAnswer: models.ItemAnswered, ItemNoAnswer: models.ItemDiscrepant},
			models.ItemAnswered: {ItemInfected: models.ItemAwaiting, ItemAskAgain: models.ItemAwaiting, ItemNetworkAlone: models.ItemResolved,
				ItemDirect: models.ItemResolved},
			models.ItemDiscrepant: {
				ItemInfected: models.ItemAwaiting,
				ItemAskAgain: models.ItemAwaiting,
				ItemAsk:      models.ItemInquiring,
				ItemAnswer:   models.ItemAnswered,
				ItemNoAnswer: models.ItemDiscrepant,
				ItemDirect:   models.ItemResolved,
				ItemClose:    models.ItemResolved,
			},
		},
	},
	"omitted in full operation": {
		Item{Inquire: true, Omitted: true, AnswerIn: true, Attached: true, Readable: true, Explained: true, Direct: true, Closed: true},
		map[models.ItemState]map[ItemEvent]models.ItemState{
			models.ItemAwaiting: {ItemReceive: models.ItemAnswered, ItemAsk: models.ItemInquiring, ItemAnswer: models.ItemAnswered,
				ItemNoAnswer: models.ItemAwaiting},
			models.ItemReceived: {
				ItemInfected: models.ItemAwaiting,
				ItemAskAgain: models.ItemAwaiting,
				ItemRead:     models.ItemMatched,
				ItemAsk:      models.ItemInquiring,
				ItemAnswer:   models.ItemAnswered,
				ItemNoAnswer: models.ItemReceived,
			},
			models.ItemInquiring: {ItemAsk: models.ItemInquiring, ItemAnswer: models.ItemAnswered, ItemNoAnswer: models.ItemInquiring,
				ItemFallBack: models.ItemAwaiting},
			models.ItemAnswered: {ItemAgree: models.ItemMatched, ItemDiffer: models.ItemDiscrepant},
			models.ItemDiscrepant: {ItemAsk: models.ItemInquiring, ItemAnswer: models.ItemAnswered, ItemNoAnswer: models.ItemDiscrepant,
				ItemClose: models.ItemResolved},
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
	if got, err := ItemNext(Item{State: models.ItemReceived}, "forget"); err == nil {
		t.Errorf("an event that does not exist leads to %s", got)
	}
}
