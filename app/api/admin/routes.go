// Package admin is the API's routes of operations admins (運用管理者), and of the auditor who watches over them.
package admin

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
	return wire.Table{Tag: wire.TagAdmin, Rows: slices.Concat(
		a.phaseRoutes(),
		a.editionRoutes(),
		a.checkRoutes(),
		a.readinessRoutes(),
		a.settingsRoutes(),
		a.letterRoutes(),
		a.broadcastRoutes(),
		a.memberRoutes(),
		a.grantRoutes(),
		a.coreSystemRoutes(),
		a.sessionRoutes(),
	)}
}

// AuditRoutes is the table of the auditor.
func AuditRoutes(s *usecase.Services) wire.Table {
	return wire.Table{Tag: wire.TagAuditor, Rows: (&api{s}).auditRoutes()}
}
