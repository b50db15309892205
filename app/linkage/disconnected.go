package linkage

import (
	"context"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/gateway/nws"
)

// The names of what is asked, as /readyz and a 503 say them.
const (
	ComponentNetwork   = "inter-agency-network"
	ComponentDirectory = "resident-directory"
)

// disconnected stands for a network or a directory that is not configured: nothing is asked, and it says so.
type disconnected struct{}

func (disconnected) Submit(context.Context, nws.Inquiry) (nws.Ticket, error) {
	return nws.Ticket{}, without(ComponentNetwork)
}

func (disconnected) Poll(context.Context, string) (nws.Outcome, error) {
	return nws.Outcome{}, without(ComponentNetwork)
}

func (disconnected) Own(context.Context, nws.OwnRequest) (nws.Ticket, error) {
	return nws.Ticket{}, without(ComponentNetwork)
}

func (disconnected) Find(context.Context, directory.Query) ([]directory.Candidate, error) {
	return nil, without(ComponentDirectory)
}

func without(component string) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "not-connected").Note("component", component)
}
