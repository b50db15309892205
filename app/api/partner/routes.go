// Package partner is the API's routes of other sites' programs: hand-overs and what a person consented to share.
package partner

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
	return wire.Table{Tag: wire.TagPartner, Rows: slices.Concat(
		a.handoverRoutes(),
		a.shareRoutes(),
	)}
}
