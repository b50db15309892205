// Package staff is the API's routes of reviewers: the queue, the case, the counter (窓口), exports, and what other bodies ask to
// confirm.
package staff

import (
	"slices"

	"github.com/gin-gonic/gin"

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

// ForMachines are the two answers of bytes that a core system (基幹システム) is given as a reviewer is: a case as one zip, and a file as it was sent.
func ForMachines(s *usecase.Services, opt wire.Options) (archive, original func(*gin.Context) error) {
	a := &api{s, opt}
	return a.zipCase, a.original
}
