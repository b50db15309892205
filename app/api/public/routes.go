// Package public is the API's routes that are open to all: municipalities, procedures, plans, the history of phases.
package public

import (
	"slices"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/usecase"
)

// api is the use cases that these routes call.
type api struct{ *usecase.Services }

// Routes is the table of these routes.
func Routes(s *usecase.Services) wire.Table {
	a := &api{s}
	return wire.Table{Tag: wire.TagPublic, Rows: slices.Concat(
		a.searchRoutes(),
		a.procedureRoutes(),
		a.circularRoutes(),
		a.notAskedRoutes(),
		a.editionRoutes(),
		a.receiptKeyRoutes(),
	)}
}
