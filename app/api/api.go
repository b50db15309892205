// Package api is the HTTP API, version 1: routes with the permission of each, request and response types, and nothing
// that is a rule. api.md is the contract; /openapi.json says it in full.
package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/transfer"
)

// Services are the use cases that routes call.
type Services struct {
	Catalogue *catalogue.Catalogue
	Apply     *apply.Service
	Documents *document.Service
	Operate   *operate.Service
	Circulars *circular.Service
	Guide     *guide.Service
	Accounts  *account.Accounts
	Notify    *notify.Service
	Audit     *audit.Service
	Linkage   *linkage.Service
	Exports   *export.Service
	Transfer  *transfer.Service
	Queue     *queue.Service
	Review    *review.Service
	Provider  *provider.Service
	Partner   *partner.Service
	Receipts  *receipt.Keys // nil if receipts are not signed
	// PublicURL names the service in what it signs.
	PublicURL string
	// MaxFileSize is the limit of one file in bytes, as OpenAPI states it.
	MaxFileSize int64
}

// API is the routes on one edge.
type API struct {
	Services
	edge   *edge.Edge
	huma   huma.API
	routes []Route
}

// Route is one row of the route table.
type Route struct {
	Method, Path string
	edge.Route
	Idempotent bool // needs an Idempotency-Key
}

// New puts every route on the edge's engine.
func New(e *edge.Edge, s Services) *API {
	config := edge.HumaConfig("子育てワンストップサービス (child-rearing one-stop e-application)", "1")
	config.OpenAPIPath, config.DocsPath = "", "" // rendered once, and pages of our own without anything from another site
	config.Info.Description = description
	a := &API{Services: s, edge: e, huma: humagin.New(e.Engine, config)}
	a.publicRoutes()
	a.receiptKeyRoutes()
	a.applicationRoutes()
	a.filingRoutes()
	a.fileRoutes()
	a.uploadRoutes()
	a.ownRoutes()
	a.messageRoutes()
	a.broadcastRoutes()
	a.linkageRoutes()
	a.exportRoutes()
	a.transferRoutes()
	a.partnerRoutes()
	a.counterRoutes()
	a.queueRoutes()
	a.reviewRoutes()
	a.providerRoutes()
	a.phaseRoutes()
	a.readinessRoutes()
	a.circularRoutes()
	a.settingsRoutes()
	a.auditRoutes()
	a.finish()
	a.docsRoute()
	a.descriptionRoute()
	return a
}

// OpenAPI is the document that /openapi.json gives.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// operation is what a route says of itself beside its types.
type operation struct {
	Route
	tag, summary, about string
	status              int   // of success; 200 if it is 0
	errors              []int // statuses beside those that every route may give
}

// handle registers a typed route.
func handle[I, O any](a *API, op operation, fn func(context.Context, *I) (*O, error)) {
	a.routes = append(a.routes, op.Route)
	described := a.describe(op)
	if op.Method == http.MethodPost || op.Method == http.MethodPatch {
		described.Middlewares = huma.Middlewares{keepBody}
	}
	huma.Register(a.huma, a.edge.Huma(described, op.Route.Route), fn)
}

// plain registers a route whose body or answer is no JSON, and describes it.
func (a *API) plain(op operation, described huma.Operation, fn gin.HandlerFunc) {
	a.routes = append(a.routes, op.Route)
	full := a.describe(op)
	full.Parameters, full.RequestBody, full.Responses = described.Parameters, described.RequestBody, described.Responses
	a.problems(&full)
	full.Security = a.edge.Huma(full, op.Route.Route).Security
	a.huma.OpenAPI().AddOperation(&full)
	a.edge.Engine.Handle(op.Method, ginPath(op.Path), a.edge.Gin(op.Route.Route), fn)
}

// describe makes the OpenAPI operation.
func (a *API) describe(op operation) huma.Operation {
	return huma.Operation{
		OperationID:   op.Operation,
		Method:        op.Method,
		Path:          op.Path,
		Summary:       op.summary,
		Description:   op.about,
		Tags:          []string{op.tag},
		DefaultStatus: op.status,
		Errors:        expected(op),
	}
}

// problems describes the failures of a plain route, as huma does those of typed ones.
func (a *API) problems(op *huma.Operation) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(problemType, true, "")
	for _, status := range op.Errors {
		op.Responses[statusText(status)] = &huma.Response{Description: http.StatusText(status),
			Content: map[string]*huma.MediaType{edge.ContentTypeProblem: {Schema: schema}}}
	}
	op.Errors = nil
}

// The tags of the API's parts.
const (
	tagPublic    = "Open to all"
	tagApplicant = "Applicant"
	tagReviewer  = "Reviewer"
	tagAdmin     = "Admin"
	tagAuditor   = "Auditor"
	tagPartner   = "Other sites"
	tagService   = "Service"
)

const description = `Parents file applications with attached files to their municipality; admins switch each item from trial operation
(試行運用) to full operation (本格運用), and the documents that the inter-agency network replaces are omitted from that instant on.

Errors are application/problem+json (RFC 9457) with a stable code; texts follow Accept-Language (ja, en). POSTs that need an
Idempotency-Key give the same answer to the same key and body. Instants are RFC 3339 in Japan time.`
