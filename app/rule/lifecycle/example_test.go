package lifecycle_test

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/rule/lifecycle"
)

// One event leads a case on, the next is refused with what stands in the way.
func ExampleNext() {
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	state, err := lifecycle.Next(lifecycle.Arrived, lifecycle.EventAccept, lifecycle.Facts{}, now)
	fmt.Println(state, err)

	open := lifecycle.Item{Document: "income-certificate", Subject: "applicant", State: lifecycle.AwaitingDocument}
	state, err = lifecycle.Next(state, lifecycle.EventDecide, lifecycle.Facts{Approve: true, Items: []lifecycle.Item{open}}, now)
	fmt.Println(state, err != nil)

	open.State = lifecycle.Matched
	state, err = lifecycle.Next(state, lifecycle.EventDecide, lifecycle.Facts{Approve: true, Items: []lifecycle.Item{open}}, now)
	fmt.Println(state, err)
	// Output:
	// in-review <nil>
	// in-review true
	// decided <nil>
}

// On trial, a document that is there settles nothing by itself: the network is asked, and the results are compared.
func ExampleItemNext() {
	item := lifecycle.Item{Document: "income-certificate", Subject: "applicant", State: lifecycle.Received, Inquire: true, Attached: true, Readable: true}
	_, err := lifecycle.ItemNext(item, lifecycle.ItemRead)
	fmt.Println("read alone is refused:", err != nil)
	for _, event := range []lifecycle.ItemEvent{lifecycle.ItemAsk, lifecycle.ItemAnswer, lifecycle.ItemAgree} {
		if item.State, err = lifecycle.ItemNext(item, event); err != nil {
			fmt.Println(err)
			return
		}
		item.AnswerIn = item.AnswerIn || event == lifecycle.ItemAnswer
		fmt.Println(event, "→", item.State)
	}
	// Output:
	// read alone is refused: true
	// ask → inquiring
	// answer → answered
	// agree → matched
}
