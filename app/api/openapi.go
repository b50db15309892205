package api

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
)

// finish completes the description with what no Go type says.
func (a *API) finish() {
	doc := a.huma.OpenAPI()
	a.edgeRoutes(doc)
	problem := doc.Components.Schemas.Map()["Problem"]
	problem.AdditionalProperties = true
	for name, text := range problemMembers {
		problem.Properties[name] = &huma.Schema{Type: huma.TypeString, Description: text}
	}
	nullable(doc.Components.Schemas.Map()["ApplicationView"], "plan")
	a.nullableInReview(doc.Components.Schemas.Map())
	for _, r := range a.routes {
		a.complete(wire.OperationOf(doc.Paths[r.Path], r.Method), r)
	}
}

// descriptionRoute gives the description, made when it is first asked for: writing it takes a fifth of a start.
func (a *API) descriptionRoute() {
	made := sync.OnceValue(func() *fixed { return fix("application/json", []byte(said(a.shared()))) })
	a.edge.Engine.GET("/openapi.json", a.edge.Gin(edge.Route{Operation: "show-openapi", Permission: edge.Public}),
		func(c *gin.Context) { made().serve(c) })
}

// problemMembers are what a problem document can carry beside its standard members, by code.
var problemMembers = map[string]string{
	"id":          "duplicate-application: the application that is there already.",
	"state":       "duplicate-application, not-allowed-now: the state of what is there.",
	"error":       "Of a token that was not given: the code of OAuth 2.0 (RFC 6749, 5.2).",
	"etag":        "stale: the ETag of the newer version.",
	"limit":       "too-large, invalid-file: the limit, in bytes or as a number.",
	"scan":        "not-allowed-now, of a file: its scan.",
	"component":   "unavailable: what is down.",
	"missing":     "not-allowed-now, of an upload: the parts to send first, as numbers.",
	"opens_on":    "procedure-closed: the first day.",
	"closes_on":   "procedure-closed: the last day.",
	"reason":      "Where a code has several causes: which, as a code that is as stable.",
	"retry_after": "too-many-requests: seconds; also the header Retry-After.",
}

// nullable lets a member be null that is an object of its own.
func nullable(s *huma.Schema, member string) {
	old := s.Properties[member]
	s.Properties[member] = &huma.Schema{Description: old.Description, OneOf: []*huma.Schema{{Ref: old.Ref}, {Type: "null"}}}
}

// complete adds to an operation the headers, media types and examples that belong to it.
func (a *API) complete(op *huma.Operation, r Route) {
	for _, p := range op.Parameters {
		switch p.Name {
		case edge.HeaderIdempotencyKey:
			p.Required = r.Idempotent
		case "If-Match":
			p.Required = r.Method == http.MethodPatch
		}
	}
	if r.Method == http.MethodPatch {
		op.RequestBody.Content["application/json"] = op.RequestBody.Content["application/merge-patch+json"]
	}
	for status, answer := range op.Responses {
		number, err := strconv.Atoi(status)
		if err != nil || number < 400 {
			continue
		}
		describeProblem(answer, number)
	}
}

// describeProblem names the codes of a status, shows the first, and the headers that go with it.
func describeProblem(answer *huma.Response, status int) {
	codes := wire.Codes[status]
	answer.Description = http.StatusText(status) + ": " + strings.Join(codes, ", ")
	media := answer.Content[edge.ContentTypeProblem]
	if media == nil || len(codes) == 0 {
		return
	}
	media.Examples = map[string]*huma.Example{}
	for _, code := range codes {
		media.Examples[code] = &huma.Example{Value: map[string]any{"type": "urn:problem-type:onestop:" + code, "title": strings.ReplaceAll(code, "-", " "),
			"status": status, "code": code, "detail": "What happened and what to do.", "request_id": "01920000-0000-7000-8000-000000000000"}}
	}
	text := func(s string) *huma.Param {
		return &huma.Param{Description: s, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		answer.Headers = map[string]*huma.Param{"Retry-After": text("Seconds to wait.")}
	case http.StatusUnauthorized:
		answer.Headers = map[string]*huma.Param{"WWW-Authenticate": text("How to sign in.")}
	}
}

// edgeRoutes describes what app/edge serves for whoever watches over the program.
func (a *API) edgeRoutes(doc *huma.OpenAPI) {
	object := func() *huma.MediaType {
		return &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}
	}
	add := func(path, id, summary, kind string, media *huma.MediaType, statuses ...int) {
		op := &huma.Operation{
			Method:      http.MethodGet,
			Path:        path,
			OperationID: id,
			Summary:     summary,
			Tags:        []string{"Service"},
			Responses:   map[string]*huma.Response{},
		}
		for _, s := range append(statuses, http.StatusOK) {
			op.Responses[strconv.Itoa(s)] = &huma.Response{Description: http.StatusText(s), Content: map[string]*huma.MediaType{kind: media}}
		}
		doc.AddOperation(op)
	}
	add("/healthz", "show-health", "The process serves", "application/json", object())
	add("/readyz", "show-readiness", "The program can do its work; what is down is named", "application/json", object(), http.StatusServiceUnavailable)
	add("/metrics", "show-metrics", "Prometheus metrics, without personal data", "text/plain", &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}})
}
