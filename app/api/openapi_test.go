package api_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

func init() {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.PlainBodyDecoder)
}

// contract is the description as a client reads it.
type contract struct {
	doc    *openapi3.T
	router routers.Router
	// mu: kin-openapi compiles schemas as they are used.
	mu sync.Mutex
}

// described is read once: every world has the same routes.
var described struct {
	sync.Once
	contract *contract
}

func (w *world) describe() *contract {
	w.T.Helper()
	described.Do(func() {
		doc, err := openapi3.NewLoader().LoadFromData(w.call("", http.MethodGet, "/openapi.json", nil).Body)
		if err != nil {
			w.T.Fatal(err)
		}
		// The examples of what is shared are looked at once, not for each of the 1,500 places that refer to it.
		parts := *doc
		parts.Paths = openapi3.NewPaths()
		err = errors.Join(doc.Validate(w.T.Context(), openapi3.DisableExamplesValidation()), parts.Validate(w.T.Context()))
		if err != nil {
			w.T.Fatalf("/openapi.json is not valid: %v", err)
		}
		router, err := legacy.NewRouter(doc)
		if err != nil {
			w.T.Fatal(err)
		}
		described.contract = &contract{doc: doc, router: router}
	})
	if described.contract == nil {
		w.T.Fatal("the description could not be read")
	}
	return described.contract
}

// holds checks an answer against the description: its status, headers, media type and every member of its body.
func (c *contract) holds(t testing.TB, r *http.Request, got answer) {
	t.Helper()
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return // a path that is not ours, on purpose
	}
	if route.Operation.Responses.Status(got.Status) == nil {
		t.Errorf("%s: the status %d is not described: %s", got.asked, got.Status, got.Body)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 got.Status, Header: got.Header, Body: io.NopCloser(strings.NewReader(string(got.Body))),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		t.Errorf("%s: %d is not as described: %v\n%s", got.asked, got.Status, err, got.Body)
	}
}

func TestTheDescriptionIsCompleteAndValid(t *testing.T) {
	w := newWorld(t)
	doc := w.contract.doc
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	paths := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			paths[method+" "+path] = true
			if op.Summary == "" || op.OperationID == "" || len(op.Tags) == 0 {
				t.Errorf("%s %s has no summary, id or tag", method, path)
			}
		}
	}
	for _, r := range w.api.Routes() {
		if !paths[r.Method+" "+r.Path] {
			t.Errorf("%s %s is not described", r.Method, r.Path)
			continue
		}
		op := doc.Paths.Find(r.Path).GetOperation(r.Method)
		if public := op.Security == nil || len(*op.Security) == 0; public != r.Permission.IsPublic() {
			t.Errorf("%s: the way to sign in is not described", r.Operation)
		}
		for _, status := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
			if op.Responses.Status(status) == nil {
				t.Errorf("%s does not describe %d", r.Operation, status)
			}
		}
		key := op.Parameters.GetByInAndName("header", "Idempotency-Key")
		if r.Idempotent && (key == nil || !key.Required) {
			t.Errorf("%s does not ask for an Idempotency-Key", r.Operation)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if !paths["GET "+path] {
			t.Errorf("%s is not described", path)
		}
	}
}

// Every code that the program can give is in the description, with its status.
func TestEveryCodeIsDescribed(t *testing.T) {
	w := newWorld(t)
	named := map[string]bool{}
	for _, item := range w.contract.doc.Paths.Map() {
		for _, op := range item.Operations() {
			for status, answer := range op.Responses.Map() {
				media := answer.Value.Content["application/problem+json"]
				if number, err := strconv.Atoi(status); err != nil || number < 400 || media == nil {
					continue
				}
				for code := range media.Examples {
					named[code] = true
				}
			}
		}
	}
	tree, err := parser.ParseFile(token.NewFileSet(), "../fault/codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(tree, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		n++
		if code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value); err != nil || !named[code] {
			t.Errorf("the code %s is not described", code)
		}
		return true
	})
	if n < 20 {
		t.Errorf("only %d codes were found", n)
	}
}

func TestTheDocsAreReadableWithoutAnythingElse(t *testing.T) {
	w := newWorld(t)
	got := w.call("", http.MethodGet, "/docs", nil)
	page := string(got.Body)
	if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", got.Status, got.Header.Get("Content-Type"))
	}
	for _, r := range w.api.Routes() {
		if !strings.Contains(page, r.Path) {
			t.Errorf("/docs does not show %s", r.Path)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "src=") || strings.Contains(page, "https://") && strings.Contains(page, "stylesheet") {
		t.Error("/docs takes something from elsewhere")
	}
	if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "style-src 'sha256-") {
		t.Errorf("policy %q", policy)
	}
}

// A client loads the description often, and on a slow line: it is small, packed, and not sent again to who has it.
func TestTheDescriptionIsSmall(t *testing.T) {
	w := newWorld(t)
	whole := w.call("", http.MethodGet, "/openapi.json", nil, "Accept-Encoding", "identity")
	if n := len(whole.Body); whole.Status != http.StatusOK || n > 300<<10 {
		t.Errorf("%d, %d bytes", whole.Status, n)
	}
	packed := w.call("", http.MethodGet, "/openapi.json", nil, "Accept-Encoding", "gzip")
	t.Logf("openapi.json: %d bytes, packed %d", len(whole.Body), len(packed.Body))
	varies := strings.Contains(packed.Header.Get("Vary"), "Accept-Encoding")
	if n := len(packed.Body); packed.Header.Get("Content-Encoding") != "gzip" || n > 40_000 || !varies {
		t.Errorf("%d bytes, %v", n, packed.Header)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed.Body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(text, whole.Body) {
		t.Errorf("packed, it says something else: %v", err)
	}
	tag := whole.Header.Get("ETag")
	if again := w.call("", http.MethodGet, "/openapi.json", nil, "If-None-Match", tag); tag == "" || again.Status != http.StatusNotModified ||
		len(again.Body) > 0 {
		t.Errorf("with the tag %s: %d, %d bytes", tag, again.Status, len(again.Body))
	}
}

// What is shared in the description of one program is not taken away from the next one of the same process.
func TestTwoProgramsDescribeTheSame(t *testing.T) {
	one, two := newWorld(t), newWorld(t)
	first := one.call("", http.MethodGet, "/openapi.json", nil).Body
	if second := two.call("", http.MethodGet, "/openapi.json", nil).Body; !bytes.Equal(first, second) {
		t.Errorf("%d bytes of description, then %d", len(first), len(second))
	}
}
