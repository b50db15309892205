// Package api is the HTTP API, version 1: the routes of every audience put together, and their description. A folder an audience
// has the routes, each a row of a table with its permission, and the types of requests and answers; nothing here is a rule.
// api.md is the contract; /openapi.json says it in full.
package api

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"kosodate.example/onestop/app/api/admin"
	"kosodate.example/onestop/app/api/core"
	"kosodate.example/onestop/app/api/parent"
	"kosodate.example/onestop/app/api/partner"
	"kosodate.example/onestop/app/api/public"
	"kosodate.example/onestop/app/api/staff"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
)

// Options are what the routes need beside the use cases.
type Options = wire.Options

// Route is one row of the route table.
type Route = wire.Route

// API is the routes on one edge.
type API struct {
	edge   *edge.Edge
	huma   huma.API
	routes []Route
}

// New puts every route on the edge's engine.
func New(e *edge.Edge, s *usecase.Services, opt Options) *API {
	config := edge.HumaConfig("子育てワンストップサービス (child-rearing one-stop e-application)", "1")
	config.OpenAPIPath, config.DocsPath = "", "" // rendered once, and pages of our own without anything from another site
	config.Info.Description = description
	a := &API{edge: e, huma: humagin.New(e.Engine, config)}
	r := wire.NewRegistrar(e, a.huma)
	for _, table := range []wire.Table{
		public.Routes(s), parent.Routes(s, opt), staff.Routes(s, opt), admin.Routes(s), admin.AuditRoutes(s), partner.Routes(s), core.Routes(s, opt),
	} {
		r.Add(table)
	}
	a.routes = r.Routes()
	a.finish()
	a.docsRoute()
	a.descriptionRoute()
	return a
}

// nullableInReview says of which members null means not yet.
func (a *API) nullableInReview(schemas map[string]*huma.Schema) {
	for _, m := range []struct{ of, member string }{{"CaseView", "claim"}, {"CaseItem", "reading"}, {"CaseItem", "answer"}, {"ReadAnswer", "answer"}} {
		nullable(schemas[m.of], m.member)
	}
}

const description = `Parents file applications with attached files to their municipality; admins switch each item from trial operation
(試行運用) to full operation (本格運用), and the documents that the inter-agency network replaces are omitted from that instant on.

Errors are application/problem+json (RFC 9457) with a stable code; texts follow Accept-Language (ja, en). POSTs that need an
Idempotency-Key give the same answer to the same key and body. Instants are RFC 3339 in Japan time.`
