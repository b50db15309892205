package faulttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// The claim that tests file: a child allowance for a child who lives elsewhere. On trial it needs both documents; in full
// operation the network replaces the record, and the statement is still needed.
const (
	procedure = "child-allowance-claim"
	record    = "household-resident-record"
	statement = "separate-custody-statement"
)

// claim is the body of a draft or of a whole filing.
type claim struct {
	Procedure    string         `json:"procedure"`
	Municipality string         `json:"municipality"`
	Facts        map[string]any `json:"facts"`
	Form         map[string]any `json:"form"`
	Consents     []string       `json:"consents"`
	Declarations []declaration  `json:"declarations,omitempty"`
}

type declaration struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Kind     string `json:"kind"`
	Reason   string `json:"reason"`
}

func willFollow(documents ...string) []declaration {
	var out []declaration
	for _, d := range documents {
		out = append(out, declaration{d, "child-1", "will-follow", "勤務先に発行を頼んでいます"})
	}
	return out
}

var examples sync.Map // municipality → the body of GET /procedures/{code}

// exampleClaim is the procedure's own example with a child who lives elsewhere.
func exampleClaim(t testing.TB, base, municipality string) claim {
	t.Helper()
	body, ok := examples.Load(municipality)
	if !ok {
		a := (&person{t: t}).get(base, "/api/v1/procedures/"+procedure+"?municipality="+municipality)
		a.want(t, http.StatusOK, nil)
		examples.Store(municipality, a.body)
		body = a.body
	}
	var shown struct {
		Example struct{ Facts, Form map[string]any }
	}
	if err := json.Unmarshal(body.([]byte), &shown); err != nil {
		t.Fatal(err)
	}
	c := claim{Procedure: procedure, Municipality: municipality, Facts: shown.Example.Facts, Form: shown.Example.Form, Consents: []string{}}
	children, _ := c.Facts["children"].([]any)
	if len(children) == 0 {
		t.Fatalf("the example of %s has no children: %v", procedure, c.Facts)
	}
	first := children[0].(map[string]any)
	first["lives_with_applicant"], first["studying_abroad"], first["municipality"] = false, false, "131016"
	return c
}

// view is what GET /applications/{id} gives, as far as tests look at it.
type view struct {
	ID            string         `json:"id"`
	State         string         `json:"state"`
	Form          map[string]any `json:"form"`
	Declarations  []declaration  `json:"declarations"`
	Plan          *plan          `json:"plan"`
	PlanChanges   []any          `json:"plan_changes"`
	Files         []fileView     `json:"files"`
	ReceiptNumber string         `json:"receipt_number"`
	ArrivedAt     time.Time      `json:"arrived_at"`

	etag string
}

type plan struct {
	Documents []requirement `json:"documents"`
}

type requirement struct {
	Document, Subject, Item, Decision, Reason string
}

type fileView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Size   int    `json:"size"`
	Sha256 string `json:"sha256"`
	Scan   string `json:"scan"`
}

// filed is the answer to a filing.
type filed struct {
	ID            string    `json:"id"`
	ReceiptNumber string    `json:"receipt_number"`
	ArrivedAt     time.Time `json:"arrived_at"`
	Plan          plan      `json:"plan"`
}

// draft begins an application in みなと町, on trial.
func (p *person) draft(base string, declarations ...declaration) view {
	p.t.Helper()
	c := exampleClaim(p.t, base, minato)
	c.Declarations = declarations
	var v view
	p.post(base, "/api/v1/applications", newKey(), c).want(p.t, http.StatusCreated, &v)
	return v
}

// show reads an application.
func (p *person) show(base, id string) view {
	p.t.Helper()
	var v view
	a := p.get(base, "/api/v1/applications/"+id)
	a.want(p.t, http.StatusOK, &v)
	v.etag = a.header.Get("ETag")
	return v
}

// all lists the person's applications.
func (p *person) all(base string) []view {
	p.t.Helper()
	var list struct{ Items []view }
	p.get(base, "/api/v1/applications?limit=100").want(p.t, http.StatusOK, &list)
	return list.Items
}

// attach uploads a file and gives it as acknowledged.
func (p *person) attach(base, application, document, name string, body []byte) fileView {
	p.t.Helper()
	var f fileView
	p.put(base, filePath(application, document, name), bytes.NewReader(body), len(body)).want(p.t, http.StatusCreated, &f)
	return f
}

// pdf is a document of so many bytes, which differ with the seed.
func pdf(size, seed int) []byte {
	head := []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n")
	tail := []byte("\n%%EOF\n")
	filler := bytes.Repeat(fmt.Appendf(nil, "%% filler %06d\n", seed), size/16+1)
	body := append(head, filler...)[:size-len(tail)]
	return append(body, tail...)
}
