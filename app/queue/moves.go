package queue

import (
	"slices"

	"kosodate.example/onestop/models"
)

// Who has to do something next about a case.
const (
	MovesOffice  = "office"
	MovesParent  = "parent"
	MovesNetwork = "network"
)

// What keeps a case from going on, in the order in which it is named: the first that holds.
const (
	BlockAccept     = "accept"     // it is not accepted yet
	BlockSignature  = "signature"  // it has to be signed anew
	BlockCorrection = "correction" // a correction was asked for
	BlockDispute    = "dispute"    // a discrepancy's file is open
	BlockTask       = "task"       // something waits for a person
	BlockRead       = "read"       // a document is to be read, or an answer to be looked at
	BlockNetwork    = "network"    // an answer of the network is awaited
	BlockDocument   = "document"   // a document is still to come
	BlockDecide     = "decide"     // nothing: it can be decided
)

// standing says what keeps an open case from going on, and who moves next; nothing of both for one that is over.
func standing(state models.ApplicationState, items []string, task bool) (block, mover string) {
	has := func(state models.ItemState) bool { return slices.Contains(items, string(state)) }
	switch {
	case state == models.StateArrived:
		return BlockAccept, MovesOffice
	case state == models.StateSignatureInvalid:
		return BlockSignature, MovesParent
	case state == models.StateCorrectionRequested:
		return BlockCorrection, MovesParent
	case state != models.StateInReview:
		return "", ""
	case has(models.ItemDiscrepant):
		return BlockDispute, MovesOffice
	case task:
		return BlockTask, MovesOffice
	case has(models.ItemReceived), has(models.ItemAnswered):
		return BlockRead, MovesOffice
	case has(models.ItemInquiring):
		return BlockNetwork, MovesNetwork
	case has(models.ItemAwaiting):
		return BlockDocument, MovesParent
	}
	return BlockDecide, MovesOffice
}
