package edge

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/wording"
)

// Problem is an error as it leaves the program: RFC 9457, application/problem+json, in the reader's language. Members of
// fault.Extra stand beside the ones here.
type Problem struct {
	Type      string          `json:"type" doc:"A name for the kind of problem." example:"urn:problem-type:onestop:missing-documents"`
	Title     string          `json:"title" doc:"The kind of problem in a few words."`
	Status    int             `json:"status" doc:"The HTTP status."`
	Code      string          `json:"code" doc:"Stable: decide by this one." example:"missing-documents"`
	Detail    string          `json:"detail,omitempty" doc:"What happened and what to do, for people."`
	RequestID string          `json:"request_id,omitempty" doc:"Name it when you ask for help."`
	Errors    []ProblemDetail `json:"errors,omitempty" doc:"What is wrong, one entry each."`

	Lang   string            `json:"-"` // of the texts
	Extra  map[string]string `json:"-"`
	Header http.Header       `json:"-"`

	fault *fault.Error
	edge  *Edge
}

// ProblemDetail is one thing wrong with a request: at a member (pointer), with a parameter, or about a document.
type ProblemDetail struct {
	Code      string `json:"code" doc:"Stable: decide by this one." example:"required"`
	Detail    string `json:"detail" doc:"What is wrong and what to do, for people."`
	Pointer   string `json:"pointer,omitempty" doc:"JSON Pointer to the member at fault." example:"/form/applicant/family_name"`
	Parameter string `json:"parameter,omitempty" doc:"Name of the query parameter or header at fault."`
	Document  string `json:"document,omitempty" doc:"The document that it is about."`
	Subject   string `json:"subject,omitempty" doc:"Whose document: applicant, spouse, child-1 …"`
}

// ContentTypeProblem is the media type of problem documents.
const ContentTypeProblem = "application/problem+json"

// typePrefix makes a URI of a code. It names and is not fetched.
const typePrefix = "urn:problem-type:onestop:"

// Error is the code, so that a Problem can travel as an error.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that go with the problem: Retry-After, WWW-Authenticate.
func (p *Problem) GetHeaders() http.Header { return p.Header }

// ContentType is ContentTypeProblem, whatever the client would rather have.
func (p *Problem) ContentType(string) string { return ContentTypeProblem }

// plainProblem has Problem's members without its MarshalJSON.
type plainProblem Problem

// MarshalJSON adds the extra members; none can replace a standard one.
func (p *Problem) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal((*plainProblem)(p))
	if err != nil || len(p.Extra) == 0 {
		return body, err
	}
	extra := map[string]string{}
	for k, v := range p.Extra {
		switch k {
		case "type", "title", "status", "code", "detail", "request_id", "errors", "instance", "retry_after":
		default:
			extra[k] = v
		}
	}
	if len(extra) == 0 {
		return body, nil
	}
	more, err := json.Marshal(extra)
	if err != nil {
		return nil, err
	}
	return append(append(body[:len(body)-1], ','), more[1:]...), nil
}

// Fail answers a request with an error and ends it. It is the one place where an error becomes an HTTP answer
// (house.md); an answer that has begun is cut off instead.
func (e *Edge) Fail(c *gin.Context, err error) {
	c.Abort()
	if c.Writer.Written() {
		e.logFailure(c, err)
		panic(http.ErrAbortHandler)
	}
	p := e.Problem(c, err)
	page := e.opt.ErrorPage != nil && wantsPage(c.Request)
	if page {
		p = p.In(PageLanguage(c.Request))
	}
	h := c.Writer.Header()
	for _, gone := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "ETag", "Last-Modified"} {
		h.Del(gone)
	}
	h.Set("Cache-Control", "no-store")
	for k, v := range p.Header {
		h[k] = v
	}
	if page && e.opt.ErrorPage(c, p) {
		return
	}
	body, jsonErr := json.Marshal(p)
	if jsonErr != nil { // strings always marshal
		c.Status(http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", ContentTypeProblem)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Status(p.Status)
	_, _ = c.Writer.Write(body) // the client is gone if this fails
}

// Problem says how an error looks from outside, notes it for the request's log line and counts it; failures of our own
// are logged with their cause. It answers nothing.
func (e *Edge) Problem(c *gin.Context, err error) *Problem {
	rec := recordFrom(c.Request.Context())
	f, status := classify(c.Request, rec, err)
	lang := Language(c.Request)
	p := &Problem{
		Type:      typePrefix + f.Code,
		Status:    status,
		Code:      f.Code,
		RequestID: rec.id,
		Extra:     membersOf(f),
		Header:    headersOf(f, status, lang),
		fault:     f,
		edge:      e,
	}
	p.say(lang)
	rec.code = f.Code
	e.tellRefused(c, rec, f)
	e.metrics.problems.WithLabelValues(codeLabel(f.Code)).Inc()
	if status >= 500 {
		e.logFailure(c, err)
	}
	return p
}

// In is the same problem in "ja", "plain" or "en", for a page in that language; p stays as it is.
func (p *Problem) In(lang string) *Problem {
	if p.fault == nil { // not made by Edge.Problem
		return p
	}
	said := *p
	said.Header = p.Header.Clone()
	said.Header.Set("Vary", "Accept-Language, Cookie")
	said.Header.Set("Content-Language", lang)
	if lang == wording.Plain {
		said.Header.Set("Content-Language", Japanese)
	}
	said.say(lang)
	return &said
}

// say writes the texts in a language.
func (p *Problem) say(lang string) {
	p.Lang, p.Title, p.Detail, p.Errors = lang, present.Title(p.Code, lang), present.Fault(p.fault, lang), nil
	for _, d := range p.fault.Details {
		p.Errors = append(p.Errors, ProblemDetail{
			Code:      d.Code,
			Detail:    p.edge.DetailText(lang, d),
			Pointer:   d.Pointer,
			Parameter: d.Parameter,
			Document:  d.Document,
			Subject:   d.Subject,
		})
	}
}

// codeLabel bounds the label to the codes of the table.
func codeLabel(code string) string {
	if _, known := wording.Of("title-" + code); known {
		return code
	}
	return "other"
}

// membersOf are the members beside the standard ones. The reason is among them: what was noted, else the name of the sentence.
func membersOf(f *fault.Error) map[string]string {
	if f.Reason == "" || f.Extra["reason"] != "" {
		return f.Extra
	}
	return f.Note("reason", string(f.Reason)).Extra
}

// DetailText is one thing wrong with a request in "ja", "plain" or "en": by Options.DetailText, which knows the documents' names,
// else by its sentence alone.
func (e *Edge) DetailText(lang string, d fault.Detail) string {
	if e.opt.DetailText != nil {
		if t := e.opt.DetailText(lang, d); t != "" {
			return t
		}
	}
	return present.Detail(nil, d, lang)
}
