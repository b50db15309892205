package apply

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Why a correction is not handed in any more, by how it ended.
var (
	errHandedIn = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "This correction was handed in already.")
	errLapsed   = fault.New(fault.Conflict, fault.CodeNotAllowedNow,
		"The time for this correction has passed. The municipality goes on with what was filed.")
	errTakenBack = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "This request for a correction was taken back. There is nothing to hand in.")
)

// Why what is done to a draft is not done to an application that the municipality has.
var (
	errFiled       = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "It was filed already.")
	errChangeFiled = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "It was filed. It can be changed when the municipality asks for a correction.")
	errDeleteFiled = fault.New(fault.Conflict, fault.CodeNotAllowedNow, "Only a draft can be deleted. A filed application can be withdrawn.")
)

// ended are the states after which an application does not change any more, as its owner is told.
var ended = map[string]*fault.Error{
	models.StateExpired:   fault.New(fault.Conflict, fault.CodeNotAllowedNow, "The draft has expired. Begin a new one."),
	models.StateWithdrawn: fault.New(fault.Conflict, fault.CodeNotAllowedNow, "The application was withdrawn. It cannot be changed any more."),
	models.StateTransferred: fault.New(fault.Conflict, fault.CodeNotAllowedNow,
		"The application was passed on to another municipality. It cannot be changed here any more."),
	models.StateDecided: fault.New(fault.Conflict, fault.CodeNotAllowedNow, "The application is decided. It cannot be changed any more."),
}

// notDraft refuses what is done to drafts alone, by what became of the application: one that expired was never filed, and
// one that is over cannot be withdrawn or corrected. filed is the refusal while the municipality has it.
func notDraft(app *models.Application, filed *fault.Error) error {
	if over := ended[app.State]; over != nil {
		filed = over
	}
	return filed.Note("state", app.State)
}
