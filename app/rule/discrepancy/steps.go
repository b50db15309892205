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
var before = map[Step]string{
	StepOperationChecked: "The own operation was checked already.",
	StepSystemChecked:    "The own system is checked once, after the own operation.",
	StepOwnCorrected:     "An own fault is corrected when the own system was checked and the provider was not asked yet. Check the own operation, then the own system.",
	StepProviderAsked:    "Before the provider is asked, check the own operation, then the own system.",
	StepCorrected:        "The provider corrects its data after it was asked. Ask the provider first.",
	StepConfirmed:        "The provider confirms its data after it was asked. Ask the provider first.",
	StepCannotConfirm:    "The provider says that it cannot confirm after it was asked. Ask the provider first.",
}

// Next is the file after a step. For a side step it is the file as it was. After own-fault-corrected and provider-corrected
// AskedAgain is false: what the network said before the correction no longer counts.
//
// Errors: not-allowed-now with what is missing; invalid-request for a step or, on closing, a cause that does not exist.
func Next(f File, step Step) (File, error) {
	if !slices.Contains(Steps, step) {
		return f, invalid("/step", "not-a-choice", "There is no such step.")
	}
	switch step {
	case StepSimilarChecked, StepMinistryAsked, StepMinistryTold, StepReported:
		return f, beside(f, step)
	}
	if f.Closed {
		return f, refuse("The file is closed. It can still be reported, and the ministry told.")
	}
	if step == StepClosed {
		return closed(f)
	}
	if !slices.Contains(after[f.Step], step) {
		return f, refuse("%s (R7) %s", before[step], standing(f.Step))
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
		return refuse("Check the own operation first (R7).")
	case f.Closed && step == StepSimilarChecked:
		return refuse("The file is closed. Similar records are looked for before that.")
	case f.Closed && step == StepMinistryAsked:
		return refuse("The file is closed. The ministry is asked before that; afterwards it can be told.")
	}
	return nil
}

// closed guards the end: what the case is processed on has to be settled (R5, R7).
func closed(f File) (File, error) {
	if f.Cause != "" && !slices.Contains(Causes, f.Cause) {
		return f, invalid("/cause", "not-a-choice", "There is no such cause.")
	}
	if Basis(f) == "" {
		return f, refuse("%s", unsettled(f))
	}
	f.Closed = true
	if f.Cause == "" {
		f.Cause = causeOf(f.Step)
	}
	return f, nil
}

// unsettled says what is missing before a file can be closed.
func unsettled(f File) string {
	text := "The provider has not answered. Record what it says: corrected, confirmed, or cannot confirm (R7)."
	switch f.Step {
	case "":
		return "Check the own operation first (R7)."
	case StepOperationChecked:
		text = "Only the own operation was checked. Check the own system, then ask the provider (R7)."
	case StepSystemChecked:
		text = "The own side was checked, the provider not asked. Correct the own fault, or ask the provider (R7)."
	case StepOwnCorrected:
		text = "Ask the network again after the correction. The file can be closed when its answer agrees with the reading; if it does not, ask the provider (R7)."
	case StepCorrected:
		text = "The provider corrected its data. Ask the network again; the file can be closed when its answer agrees with the reading. If it does not, ask the provider again (R7)."
	case StepConfirmed:
		text = "The provider confirmed its data, but there is no answer of the network on which the case can be processed. Ask the network (R7)."
	case StepCannotConfirm:
		text = "The case is processed on the attachments, but the document was not read. Read it first (R5, R7)."
	}
	if f.paper() && !f.DocumentRead {
		text += " As the network is closed to this item now, the file can also be closed on the document: read it first."
	}
	return text
}

// standing says where a file stands.
func standing(s Step) string {
	if s == "" {
		return "No step was taken yet."
	}
	return "The last step was " + string(s) + "."
}

// maxSimilar bounds the count of similar records: more is a mistake in typing.
const maxSimilar = 10_000_000

// CheckCount refuses a step whose count of similar records is missing, impossible or out of place: similar-checked has one,
// no other step does. Error: invalid-request at /count.
func CheckCount(step Step, count *int) error {
	switch {
	case step != StepSimilarChecked && count != nil:
		return invalid("/count", "not-wanted", "Only "+string(StepSimilarChecked)+" has a count. Leave it out.")
	case step == StepSimilarChecked && count == nil:
		return invalid("/count", "required", "Say how many similar records were found; 0 if none.")
	case count != nil && (*count < 0 || *count > maxSimilar):
		return invalid("/count", "out-of-range", "Write how many similar records were found, from 0 on.")
	}
	return nil
}

func refuse(format string, args ...any) *fault.Error {
	return fault.Newf(fault.Conflict, fault.CodeNotAllowedNow, format, args...)
}

func invalid(pointer, code, text string) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, text).With(fault.Detail{Code: code, Text: text, Pointer: pointer})
}
