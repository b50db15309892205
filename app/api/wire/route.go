// Package wire is what every route of the API is made with: how a row of a route table becomes a route with its description, and
// the parts of requests and answers that all audiences share.
package wire

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
)

// Options are what the routes need beside the use cases.
type Options struct {
	// PublicURL names the service in what it signs.
	PublicURL string
	// MaxFileSize is the limit of one file in bytes, as OpenAPI states it.
	MaxFileSize int64
}

// The tags of the API's parts.
const (
	TagPublic    = "Open to all"
	TagApplicant = "Applicant"
	TagReviewer  = "Reviewer"
	TagAdmin     = "Admin"
	TagAuditor   = "Auditor"
	TagPartner   = "Other sites"
	TagCore      = "Core systems"
)

// Table is the routes of one part of the API.
type Table struct {
	Tag  string
	Rows []Operation
}

// Operation says everything of one route: where it is, for whom, what it answers beside what every route may answer, and what it calls.
type Operation struct {
	Method, Path string
	ID           string // of the operation, as OpenAPI and the log name it
	For          edge.Permission
	Class        edge.Class // edge.JSON if it is left out
	Files        bool       // the body may be a form too: the JSON, and files behind it
	Once         bool       // needs an Idempotency-Key
	Status       int        // of success; 200 if it is left out
	Fails        []int      // statuses of failures beside those that every such route may give (see expected)
	Summary      string
	About        string // more than the summary; may be empty
	Call         Call
}

func (r Operation) route() Route {
	return Route{Method: r.Method, Path: r.Path, Idempotent: r.Once, Route: edge.Route{Operation: r.ID, Permission: r.For, Class: r.Class, Files: r.Files}}
}

// Route is a row as it was registered, for tests that try every route as everybody.
type Route struct {
	Method, Path string
	edge.Route
	Idempotent bool // needs an Idempotency-Key
}

// Registrar puts rows on an edge and into a description.
type Registrar struct {
	edge   *edge.Edge
	huma   huma.API
	routes []Route
}

// NewRegistrar makes one for an edge.
func NewRegistrar(e *edge.Edge, h huma.API) *Registrar { return &Registrar{edge: e, huma: h} }

// Routes is what was registered so far.
func (r *Registrar) Routes() []Route { return r.routes }

// Add registers the rows of a table.
func (r *Registrar) Add(t Table) {
	for _, row := range t.Rows {
		route := row.route()
		r.routes = append(r.routes, route)
		row.Call(r, route, huma.Operation{
			OperationID:   row.ID,
			Method:        row.Method,
			Path:          row.Path,
			Summary:       row.Summary,
			Description:   row.About,
			Tags:          []string{t.Tag},
			DefaultStatus: row.Status,
			Errors:        expected(row),
		})
	}
}

// Call registers what a row calls: JSON or Raw.
type Call func(r *Registrar, route Route, op huma.Operation)

// JSON calls a handler whose request and answer are described by their types.
func JSON[I, O any](handler func(context.Context, *I) (*O, error)) Call {
	return func(r *Registrar, route Route, op huma.Operation) {
		var known []string
		op.Middlewares = huma.Middlewares{r.refuseUnknown(&known)}
		if op.Method == http.MethodPost || op.Method == http.MethodPatch {
			op.Middlewares = append(op.Middlewares, keepBody)
		}
		huma.Register(r.huma, r.edge.Huma(op, route.Route), handler)
		known = queryNames(OperationOf(r.huma.OpenAPI().Paths[op.Path], op.Method))
		if route.Files {
			content := r.huma.OpenAPI().Paths[op.Path].Post.RequestBody.Content
			content["multipart/form-data"] = formOf(content["application/json"])
		}
	}
}

// formOf describes a form of that JSON and of files behind it, each called by its document and whom it is about.
func formOf(json *huma.MediaType) *huma.MediaType {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return &huma.MediaType{Schema: &huma.Schema{
		Type:                 huma.TypeObject,
		Required:             []string{edge.FormJSON},
		Properties:           map[string]*huma.Schema{edge.FormJSON: json.Schema},
		AdditionalProperties: file,
		Description:          "The JSON as the first part; behind it each file in a part called document/subject, with its file name.",
	}}
}

// Raw describes a route whose body or answer is no JSON.
type Raw struct {
	Params []*huma.Param
	Body   map[string]*huma.MediaType // nil: no body is taken
	Status int
	Text   string                     // what the answer is
	Answer map[string]*huma.MediaType // nil: none, or JSON
	JSON   any                        // a value of the answer's type, if that is JSON
}

// Call calls a handler that reads the request and writes the answer itself; the edge writes the error that it returns.
func (d Raw) Call(handler func(*gin.Context) error) Call {
	return func(r *Registrar, route Route, op huma.Operation) {
		schemas := r.huma.OpenAPI().Components.Schemas
		if d.JSON != nil {
			d.Answer = map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(reflect.TypeOf(d.JSON), true, "")}}
		}
		op.Parameters = d.Params
		if d.Body != nil {
			op.RequestBody = &huma.RequestBody{Required: true, Content: d.Body}
		}
		op.Responses = map[string]*huma.Response{strconv.Itoa(d.Status): {Description: d.Text, Content: d.Answer}}
		problem := schemas.Schema(reflect.TypeFor[edge.Problem](), true, "")
		for _, status := range op.Errors { // as huma does for the others
			op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status),
				Content: map[string]*huma.MediaType{edge.ContentTypeProblem: {Schema: problem}}}
		}
		op.Errors = nil
		op.Security = r.edge.Huma(op, route.Route).Security
		r.huma.OpenAPI().AddOperation(&op)
		known := queryNames(&op)
		r.edge.Engine.Handle(op.Method, ginPath(op.Path), r.edge.Gin(route.Route), func(c *gin.Context) {
			err := onlyKnown(c.Request.URL.Query(), known)
			if err == nil {
				err = handler(c)
			}
			if err != nil {
				r.edge.Fail(c, err)
			}
		})
	}
}

// Bytes describes a body of one of these media types.
func Bytes(mediaTypes ...string) map[string]*huma.MediaType {
	out := map[string]*huma.MediaType{}
	for _, t := range mediaTypes {
		out[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return out
}

// Params describes path parameters.
func Params(names ...string) []*huma.Param {
	var out []*huma.Param
	for _, n := range names {
		out = append(out, &huma.Param{Name: n, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	return out
}

// ginPath writes {name} as :name.
func ginPath(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

// keepBody keeps the body as it was sent beside the decoded one: a merge patch and the digest of a repeated request need
// every byte. The edge has read and bounded it before.
func keepBody(ctx huma.Context, next func(huma.Context)) {
	r := humagin.Unwrap(ctx).Request
	var raw []byte
	if r.Body != nil {
		raw, _ = io.ReadAll(r.Body) // from memory
		r.Body = io.NopCloser(bytes.NewReader(raw))
	}
	next(huma.WithValue(ctx, sentKey{}, raw))
}
