// Package core is the API's routes of a municipality's core system (基幹システム): the token, the feed of events, the cases, and what it writes back.
package core

import (
	"slices"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/models"
)

var (
	reads  = edge.Core(models.ScopeCoreRead)
	writes = edge.Core(models.ScopeCoreWrite)
)

// api is the use cases that these routes call.
type api struct {
	*usecase.Services
	wire.Options
}

// Routes is the table of these routes.
func Routes(s *usecase.Services, opt wire.Options) wire.Table {
	a := &api{s, opt}
	return wire.Table{Tag: wire.TagCore, Rows: slices.Concat(
		a.tokenRoutes(),
		a.feedRoutes(),
		a.caseRoutes(),
		a.backRoutes(),
		a.intakeRoutes(),
	)}
}
