package discrepancy

import (
	"slices"

	"kosodate.example/onestop/app/fault"
)

// Step is a step of the file of a discrepancy (R7, review.md "Discrepancy").
type Step string

// The steps, as the API names them, in the order of R7. Main steps first, then the side steps, then the end.
const (
	StepOperationChecked Step = "operation-checked" // R7 (1): the own operation
	StepSystemChecked    Step = "system-checked"    // R7 (1): the own system
	StepOwnCorrected     Step = "own-fault-corrected"
	StepProviderAsked    Step = "provider-asked"          // R7 (2)
	StepCorrected        Step = "provider-corrected"      // R7 (3i)
	StepConfirmed        Step = "provider-confirmed"      // the provider's data are right: the document was wrong or old
	StepCannotConfirm    Step = "provider-cannot-confirm" // R7 (3ii)

	StepSimilarChecked Step = "similar-checked" // other records wrong in the same way were looked for; with their count
	StepMinistryAsked  Step = "ministry-asked"
	StepMinistryTold   Step = "ministry-told" // other bodies may be affected
	StepReported       Step = "reported"      // 顛末報告

	StepClosed Step = "closed"

	// StepSlip stands in a file when a slip of the reader was found by a second look and corrected. It is none of Steps: it is taken by
	// reading anew, never by itself.
	StepSlip Step = "slip-corrected"
)

// Steps are all of them, in the order in which a page shows them.
var Steps = []Step{StepOperationChecked, StepSystemChecked, StepOwnCorrected, StepProviderAsked, StepCorrected, StepConfirmed, StepCannotConfirm,
	StepSimilarChecked, StepMinistryAsked, StepMinistryTold, StepReported, StepClosed}

// File is the file of a discrepancy with what its guards look at.
type File struct {
	Step   Step  // the last main step; "" at first. Closing leaves it: it says how the file ended
	Closed bool  // nothing but reporting and telling the ministry is left to do
	Cause  Cause // given by the reviewer; closing derives it where it is ""

	AskedAgain   bool // since own-fault-corrected or provider-corrected the network was asked again, and its answer agrees with the reading
	AnswerIn     bool // the network has answered
	DocumentRead bool // the document is there and was read
	Suspended    bool // the item was suspended after filing: a problem in the sense of R5, paper is allowed
	Unconsented  bool // the consent that asking needs was taken back: R5 yields (P6)
}

// after says which main steps may follow which.
var after = map[Step][]Step{
	"":                   {StepOperationChecked},
	StepOperationChecked: {StepSystemChecked},
	StepSystemChecked:    {StepOwnCorrected, StepProviderAsked},
	StepOwnCorrected:     {StepProviderAsked}, // asked again, and it still differs
	StepProviderAsked:    {StepProviderAsked, StepCorrected, StepConfirmed, StepCannotConfirm},
	StepCorrected:        {StepProviderAsked},
	StepConfirmed:        {StepProviderAsked, StepCorrected}, // the provider may find the fault after all
	StepCannotConfirm:    {StepProviderAsked, StepCorrected},
}

// before says, for a main step that is not its turn yet, what has to come before it.
var before = map[Step]fault.Reason{
	StepOperationChecked: "operation-checked",
	StepSystemChecked:    "system-checked",
	StepOwnCorrected:     "own-side-first",
	StepProviderAsked:    "own-side-before-provider",
	StepCorrected:        "provider-unasked",
	StepConfirmed:        "provider-unasked",
	StepCannotConfirm:    "provider-unasked",
}

// Next is the file after a step. For a side step it is the file as it was. After own-fault-corrected and provider-corrected
// AskedAgain is false: what the network said before the correction no longer counts.
//
// Errors: not-allowed-now with what is missing; invalid-request for a step or, on closing, a cause that does not exist.
func Next(f File, step Step) (File, error) {
	if !slices.Contains(Steps, step) {
		return f, invalid("/step", "not-a-choice", "unknown-step")
	}
	switch step {
	case StepSimilarChecked, StepMinistryAsked, StepMinistryTold, StepReported:
		return f, beside(f, step)
	default: // the others go on below
	}
	if f.Closed {
		return f, refuse("file-closed")
	}
	if step == StepClosed {
		return closed(f)
	}
	if !slices.Contains(after[f.Step], step) {
		return f, refuse(before[step])
	}
	f.Step = step
	if step == StepOwnCorrected || step == StepCorrected {
		f.AskedAgain = false
	}
	return f, nil
}

// beside guards the side steps: at any time once the own operation was checked; reporting and telling the ministry also
// after closing, since both may take longer than the case.
func beside(f File, step Step) error {
	switch {
	case f.Step == "":
		return refuse("own-operation-first")
	case f.Closed && step == StepSimilarChecked:
		return refuse("closed-before-similar")
	case f.Closed && step == StepMinistryAsked:
		return refuse("closed-before-ministry")
	}
	return nil
}

// closed guards the end: what the case is processed on has to be settled (R5, R7).
func closed(f File) (File, error) {
	if f.Cause != "" && !slices.Contains(Causes, f.Cause) {
		return f, invalid("/cause", "not-a-choice", "unknown-cause")
	}
	if Basis(f) == "" {
		return f, refuse(unsettled(f))
	}
	f.Closed = true
	if f.Cause == "" {
		f.Cause = causeOf(f.Step)
	}
	return f, nil
}

// unsettled says what is missing before a file can be closed. Where the network is closed to the item meanwhile, the
// document will do too.
func unsettled(f File) fault.Reason {
	if f.paper() && !f.DocumentRead && f.Step != "" {
		return "close-after-reading"
	}
	switch f.Step {
	case "":
		return "own-operation-first"
	case StepOperationChecked:
		return "own-system-first"
	case StepSystemChecked:
		return "correct-or-ask"
	case StepOwnCorrected:
		return "ask-again-after-own"
	case StepCorrected:
		return "ask-again-after-provider"
	case StepConfirmed:
		return "confirmed-without-answer"
	case StepCannotConfirm:
		return "read-before-closing"
	default: // the others go on below
	}
	return "provider-unanswered"
}

// maxSimilar bounds the count of similar records: more is a mistake in typing.
const maxSimilar = 10_000_000

// CheckCount refuses a step whose count of similar records is missing, impossible or out of place: similar-checked has one,
// no other step does. Error: invalid-request at /count.
func CheckCount(step Step, count *int) error {
	switch {
	case step != StepSimilarChecked && count != nil:
		return invalid("/count", "not-wanted", "count-misplaced")
	case step == StepSimilarChecked && count == nil:
		return invalid("/count", "required", "similar-count")
	case count != nil && (*count < 0 || *count > maxSimilar):
		return invalid("/count", "out-of-range", "similar-count-range")
	}
	return nil
}

func refuse(reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason)
}

func invalid(pointer, code string, reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, reason).With(fault.Detail{Code: code, Reason: reason, Pointer: pointer})
}
