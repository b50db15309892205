package wire

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"kosodate.example/onestop/app/fault"
)

// OperationOf is the operation of a path with a method; nil if there is none.
func OperationOf(item *huma.PathItem, method string) *huma.Operation {
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
		http.MethodPatch: item.Patch, http.MethodDelete: item.Delete}[method]
}

// queryNames are the query parameters that an operation describes, sorted. They are read once, when the route is registered:
// the description is rewritten later, while requests are served.
func queryNames(op *huma.Operation) []string {
	var out []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

// maxNamed is how many unknown parameters a refusal names: a client that sends more has another fault.
const maxNamed = 10

// tellable is a name that a refusal repeats and the log keeps: what else stands before an equals sign may be anybody's data.
var tellable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.\-\[\]]{0,39}$`)

// onlyKnown refuses a query with a parameter that the operation does not have: a misspelt filter that is passed over answers a
// question that nobody asked. Fault: malformed, with a detail "unknown" for each, in the order of their names; the detail of
// one whose name is not tellable has no parameter.
func onlyKnown(query url.Values, known []string) error {
	var unknown []string
	for name := range query {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	var details []fault.Detail
	for _, name := range unknown[:min(len(unknown), maxNamed)] {
		if !tellable.MatchString(name) {
			name = ""
		}
		details = append(details, fault.Detail{Code: "unknown", Reason: "unknown-parameter", Parameter: name})
	}
	return fault.New(fault.Malformed, fault.CodeMalformed, "unknown-parameter").With(details...)
}

// refuseUnknown is onlyKnown before a handler of huma; known is filled once the operation is described.
func (r *Registrar) refuseUnknown(known *[]string) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := humagin.Unwrap(ctx)
		if err := onlyKnown(c.Request.URL.Query(), *known); err != nil {
			r.edge.Fail(c, err)
			return
		}
		next(ctx)
	}
}
