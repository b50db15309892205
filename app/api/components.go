package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
)

// shared is the description that says once, in the components, what several operations say in the same words: their parameters and
// the answers to what fails. Without it nine tenths of the document are repetition. The description itself stays as it is.
func (a *API) shared() *huma.OpenAPI {
	doc := *a.huma.OpenAPI()
	components := *doc.Components
	doc.Components, doc.Paths = &components, maps.Clone(doc.Paths)
	var operations []*huma.Operation
	for path, item := range doc.Paths {
		one := *item
		doc.Paths[path] = &one
		for _, at := range []**huma.Operation{&one.Get, &one.Post, &one.Put, &one.Patch, &one.Delete} {
			if *at != nil {
				op := **at
				op.Parameters, op.Responses = slices.Clone(op.Parameters), maps.Clone(op.Responses)
				*at = &op
			}
		}
	}
	for _, r := range a.routes { // in their order, by which what is shared gets its name
		operations = append(operations, wire.OperationOf(doc.Paths[r.Path], r.Method))
	}
	parameters, responses := newPool[huma.Param]("parameters"), newPool[huma.Response]("responses")
	for _, op := range operations {
		parameters.count(op.Parameters...)
		for _, failure := range failures(op) {
			responses.count(op.Responses[failure])
		}
	}
	for _, op := range operations {
		for i, p := range op.Parameters {
			if ref := parameters.ref(p, p.Name); ref != "" {
				op.Parameters[i] = &huma.Param{Ref: ref}
			}
		}
		for _, failure := range failures(op) {
			if ref := responses.ref(op.Responses[failure], "E"+failure); ref != "" { // short: it stands there some 1,500 times
				op.Responses[failure] = &huma.Response{Ref: ref}
			}
		}
	}
	components.Parameters, components.Responses = parameters.parts, responses.parts
	return &doc
}

// failures are the statuses of an operation that say what failed.
func failures(op *huma.Operation) (out []string) {
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if number, err := strconv.Atoi(status); err == nil && number >= http.StatusBadRequest {
			out = append(out, status)
		}
	}
	return out
}

// pool is the components of one kind.
type pool[T any] struct {
	kind  string
	uses  map[string]int    // by what a part says, as JSON
	names map[string]string // of those that are used more than once
	parts map[string]*T     // by their names
}

func newPool[T any](kind string) *pool[T] {
	return &pool[T]{kind: kind, uses: map[string]int{}, names: map[string]string{}, parts: map[string]*T{}}
}

func said(part any) string {
	raw, err := json.Marshal(part)
	if err != nil {
		panic("api: openapi: " + err.Error()) // the document is ours
	}
	return string(raw)
}

func (p *pool[T]) count(parts ...*T) {
	for _, part := range parts {
		p.uses[said(part)]++
	}
}

// ref is where a part is found in the components; empty if it is used only once. A second part that goes by the same name
// and says something else gets a number.
func (p *pool[T]) ref(part *T, name string) string {
	text := said(part)
	if p.uses[text] < 2 {
		return ""
	}
	if p.names[text] == "" {
		free := name
		for n := 2; p.parts[free] != nil; n++ {
			free = name + "-" + strconv.Itoa(n)
		}
		p.names[text], p.parts[free] = free, part
	}
	return "#/components/" + p.kind + "/" + p.names[text]
}

// fixed is an answer that stays the same while the program runs.
type fixed struct {
	kind          string
	plain, packed []byte // packed by gzip
	tag           string
}

func fix(kind string, body []byte) *fixed {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("api: " + err.Error()) // a buffer takes everything
	}
	sum := sha256.Sum256(body)
	return &fixed{kind: kind, plain: body, packed: packed.Bytes(), tag: `"` + hex.EncodeToString(sum[:12]) + `"`}
}

// serve answers with it, or with 304 to who has it. The tag is weak: packed or not, it says the same.
func (f *fixed) serve(c *gin.Context) {
	c.Header("Cache-Control", "no-cache")
	c.Header("ETag", "W/"+f.tag)
	c.Writer.Header().Add("Vary", "Accept-Encoding")
	if edge.NotModified(c.GetHeader("If-None-Match"), f.tag) {
		c.Status(http.StatusNotModified)
		return
	}
	body := f.plain
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		body = f.packed
	}
	c.Data(http.StatusOK, f.kind, body)
}
