// Package staff is the API's routes of reviewers: the queue, the case, the counter (窓口), exports, and what other bodies ask to
// confirm.
package staff

import (
	"slices"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/usecase"
)

// api is the use cases that these routes call.
type api struct {
	*usecase.Services
	wire.Options
}

// Routes is the table of these routes.
func Routes(s *usecase.Services, opt wire.Options) wire.Table {
	a := &api{s, opt}
	return wire.Table{Tag: wire.TagReviewer, Rows: slices.Concat(
		a.queueRoutes(),
		a.reassessRoutes(),
		a.caseRoutes(),
		a.stepRoutes(),
		a.decisionRoutes(),
		a.fileRoutes(),
		a.archiveRoutes(),
		a.linkageRoutes(),
		a.transferRoutes(),
		a.exportRoutes(),
		a.counterRoutes(),
		a.providerRoutes(),
	)}
}
