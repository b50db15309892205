package apply

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Why a correction is not handed in any more, by how it ended.
var (
	errHandedIn  = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "correction-done")
	errLapsed    = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "correction-lapsed-already")
	errTakenBack = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "correction-taken-back")
)

// Why what is done to a draft is not done to an application that the municipality has.
var (
	errFiled       = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "filed-already")
	errChangeFiled = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "change-filed")
	errDeleteFiled = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "delete-filed")
)

// ended are the states after which an application does not change any more, as its owner is told.
var ended = map[string]*fault.Error{
	models.StateExpired:     fault.New(fault.Conflict, fault.CodeNotAllowedNow, "while-expired"),
	models.StateWithdrawn:   fault.New(fault.Conflict, fault.CodeNotAllowedNow, "over-withdrawn"),
	models.StateTransferred: fault.New(fault.Conflict, fault.CodeNotAllowedNow, "over-passed-on"),
	models.StateDecided:     fault.New(fault.Conflict, fault.CodeNotAllowedNow, "over-decided"),
}

// notDraft refuses what is done to drafts alone, by what became of the application: one that expired was never filed, and
// one that is over cannot be withdrawn or corrected. filed is the refusal while the municipality has it.
func notDraft(app *models.Application, filed *fault.Error) error {
	if over := ended[app.State]; over != nil {
		filed = over
	}
	return filed.Note("state", app.State)
}
