package discrepancy

import "slices"

// ProviderStep is a step of what another body asks this municipality, as provider, to confirm (R7, the other side).
type ProviderStep string

// The steps, as the API names them, in the order of R7. ProviderReceived is where every request begins.
const (
	ProviderReceived      ProviderStep = "received"
	ProviderChecked       ProviderStep = "checked"         // the own data were looked at
	ProviderCorrected     ProviderStep = "corrected"       // R7 (3i): they were wrong
	ProviderConfirmed     ProviderStep = "confirmed"       // they are right
	ProviderCannotConfirm ProviderStep = "cannot-confirm"  // R7 (3ii): not quickly
	ProviderSimilar       ProviderStep = "similar-checked" // R7 (3i): other records wrong in the same way, with their count
	ProviderAnswered      ProviderStep = "answered"        // the body that asked was told
	ProviderReported      ProviderStep = "reported"        // 顛末報告
	ProviderClosed        ProviderStep = "closed"
)

// ProviderSteps are all steps that somebody takes, in the order in which a page shows them.
var ProviderSteps = []ProviderStep{ProviderChecked, ProviderCorrected, ProviderConfirmed, ProviderCannotConfirm, ProviderSimilar, ProviderAnswered,
	ProviderReported, ProviderClosed}

// ProviderFile is a request to confirm with what its guards look at.
type ProviderFile struct {
	Step    ProviderStep // the last main step: neither similar-checked nor reported
	Outcome ProviderStep // corrected, confirmed or cannot-confirm; "" before
	Similar bool         // since corrected, similar records were looked for
}

// Taken is the file after a step that was taken already, without asking whether it was allowed: it reads a stored file
// from its steps, oldest first.
func (f ProviderFile) Taken(step ProviderStep) ProviderFile {
	switch step {
	case ProviderReported:
	case ProviderSimilar:
		f.Similar = true
	case ProviderCorrected, ProviderConfirmed, ProviderCannotConfirm:
		f.Step, f.Outcome = step, step
	default:
		f.Step = step
	}
	return f
}

// providerOutcomes are the three ends of checking.
var providerOutcomes = []ProviderStep{ProviderCorrected, ProviderConfirmed, ProviderCannotConfirm}

// ProviderNext is the file after a step. Reporting changes nothing and is possible at any time.
//
// Errors: not-allowed-now with what is missing; invalid-request for a step that does not exist.
func ProviderNext(f ProviderFile, step ProviderStep) (ProviderFile, error) {
	if !slices.Contains(ProviderSteps, step) {
		return f, invalid("/step", "not-a-choice", "unknown-step")
	}
	if err := providerGuard(f, step); err != nil {
		return f, err
	}
	return f.Taken(step), nil
}

func providerGuard(f ProviderFile, step ProviderStep) error {
	switch {
	case step == ProviderReported:
		return nil
	case f.Step == ProviderClosed:
		return refuse("request-closed")
	case step == ProviderChecked && f.Step != ProviderReceived:
		return refuse("own-data-checked")
	case slices.Contains(providerOutcomes, step) && f.Step == ProviderReceived:
		return refuse("own-data-first")
	case slices.Contains(providerOutcomes, step) && f.Step != ProviderChecked:
		return refuse("outcome-recorded")
	case step == ProviderSimilar && f.Outcome != ProviderCorrected:
		return refuse("similar-after-correction")
	case step == ProviderAnswered && f.Step == ProviderAnswered:
		return refuse("told-already")
	case step == ProviderAnswered && f.Outcome == "":
		return refuse("outcome-first")
	case step == ProviderClosed && f.Step != ProviderAnswered:
		return refuse("tell-first")
	case step == ProviderClosed && f.Outcome == ProviderCorrected && !f.Similar:
		return refuse("similar-first")
	}
	return nil
}

// CheckProviderCount is CheckCount for the other side: similar-checked has a count, no other step does. Error:
// invalid-request at /count.
func CheckProviderCount(step ProviderStep, count *int) error {
	if step == ProviderSimilar {
		return CheckCount(StepSimilarChecked, count)
	}
	return CheckCount(StepClosed, count)
}
