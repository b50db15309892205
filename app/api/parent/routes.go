// Package parent is the API's routes of applicants: drafts, files, filings, messages, and what other offices and sites do with
// their data.
package parent

import (
	"slices"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/usecase"
)

// API is the handlers. Those that a clerk at the counter has too (app/api/staff) are exported.
type API struct {
	*usecase.Services
	wire.Options
}

// Routes is the table of these routes.
func Routes(s *usecase.Services, opt wire.Options) wire.Table {
	a := &API{s, opt}
	return wire.Table{Tag: wire.TagApplicant, Rows: slices.Concat(
		a.applicationRoutes(),
		a.filingRoutes(),
		a.fileRoutes(),
		a.statementRoutes(),
		a.uploadRoutes(),
		a.receiptRoutes(),
		a.decisionRoutes(),
		a.messageRoutes(),
		a.ownRoutes(),
		a.recordRoutes(),
		a.linkRoutes(),
		a.consentRoutes(),
	)}
}
