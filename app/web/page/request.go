package page

import (
	"context"
	"crypto/sha256"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Request is one request for a page, or one form that was sent.
type Request struct {
	Gin   *gin.Context
	Ctx   context.Context
	Actor models.Actor
	Lang  string // "ja", "plain", "en"

	site *Site

	typed *answer // what was kept for this page in another language

	refused *fault.Error // what wrong says
	wrong   []Wrong
}

// View is what a page's template gets.
type View struct {
	Lang, HTMLLang string
	Path           string       // of this page with its query, for the links to the other languages
	SignIn         string       // where one signs in for it: the address up to the page to come back to
	Name           string       // the template's
	Who            *Who         // nil: not signed in
	Session        *SessionEnds // nil: not signed in
	Errors         []Wrong      // the summary at the top
	Once           string       // for the form's hidden field: the same form sent twice is done once
	D              any          // the page's own

	typed *answer // what was typed on this page in another language; nil for nothing

	bare bool // without heading and menu, to be shown inside another site's page
}

// Who is the signed-in person, as far as the heading of a page goes.
type Who struct {
	Name                                          string
	Applicant, Reviewer, Admin, National, Auditor bool
	Unread                                        int
	Awaiting                                      int // changes that another admin began and this one has to decide
}

// SessionEnds is when the browser's session ends if nothing is done, and when in any case.
type SessionEnds struct {
	Idle, Latest time.Time
	Staff        bool
}

// Show answers with a page.
func (r *Request) Show(name string, data any) error {
	return r.ShowWith(http.StatusOK, name, data, nil)
}

// ShowWith answers with a page and a status, and what was wrong in what was sent.
func (r *Request) ShowWith(status int, name string, data any, wrong []Wrong) error {
	v, err := r.view(name, data)
	if err != nil {
		return err
	}
	v.Errors = wrong
	return r.site.send(r.Gin, status, name, v)
}

// Again answers a form that was refused with its page again, with what was entered and what is wrong with it (the browser is
// led to it, keep). An error
// that says nothing about the content is returned: it has a page of its own.
func (r *Request) Again(name string, data any, err error) error {
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	return r.ShowWith(r.problem(err).Status, name, data, wrong)
}

// Redirect sends the browser to another page after a form was done (303), so that going back does not send it again.
func (r *Request) Redirect(path string) error {
	r.Gin.Header("Cache-Control", "no-store")
	r.Gin.Redirect(http.StatusSeeOther, path)
	return nil
}

// Public lets the page be kept for a while by the browser: it holds nothing of a person. A page that greets somebody is
// not public.
func (r *Request) Public(keep time.Duration) {
	if p, err := r.site.edge.Identify(r.Ctx); err == nil && p == nil {
		r.Gin.Header("Cache-Control", "private, max-age="+seconds(keep))
		r.Gin.Set(publicKey, keep)
	}
}

// Applicant is who is signed in as an applicant, on a page that everybody may open. ok is false for everybody else.
func (r *Request) Applicant(purpose string) (actor models.Actor, ok bool) {
	p, err := r.site.edge.Identify(r.Ctx)
	if err != nil || p == nil || !p.Session || !slices.Contains(p.Roles, string(models.RoleApplicant)) {
		return models.Actor{}, false
	}
	return models.Actor{Role: models.RoleApplicant, Person: p.Person, Purpose: purpose, Request: edge.RequestID(r.Ctx)}, true
}

// PDF answers with a sheet to be printed, of a person: kept nowhere.
func (r *Request) PDF(name string, pdf []byte) error {
	h := r.Gin.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	r.Gin.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}

// Param is a part of the path.
func (r *Request) Param(name string) string { return r.Gin.Param(name) }

// Query is a parameter of the address, without white space around it.
func (r *Request) Query(name string) string { return strings.TrimSpace(r.Gin.Query(name)) }

// Posted is what the form sent. The edge has bounded it.
func (r *Request) Posted() (url.Values, error) {
	if err := r.Gin.Request.ParseForm(); err != nil {
		return nil, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	return r.Gin.Request.PostForm, nil
}

// Value is one value that the form sent.
func (r *Request) Value(name string) string { return strings.TrimSpace(r.Gin.PostForm(name)) }

// Once is the request for a use case that is done once however often the form is sent: by the hidden field "once" and
// the digest of everything that was sent, of files too: the same form with another file is another request. Errors: malformed
// without one.
func (r *Request) Once(route string, files ...File) (dossier.Request, error) {
	values, err := r.Posted()
	if err != nil {
		return dossier.Request{}, err
	}
	key, err := edge.IdempotencyKey(values.Get("once"))
	sum := sha256.Sum256([]byte(values.Encode()))
	for _, f := range files {
		sum = sha256.Sum256(slices.Concat(sum[:], []byte(f.Name), []byte{0}, f.Contents))
	}
	return dossier.Request{Route: route, Key: key, BodyHash: sum[:]}, err
}

// Text is a text of the pages in the request's language, as characters. A key that does not exist is shown itself; the
// test of the texts finds it.
func (r *Request) Text(key string, values ...any) string {
	out, err := r.site.texts.plainText(r.Lang, key, values...)
	if err != nil {
		return key
	}
	return out
}

// Markup is Text as HTML, with readings in plain Japanese.
func (r *Request) Markup(key string, values ...any) template.HTML {
	out, err := r.site.texts.markup(r.Lang, key, values...)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(key)) //nolint:gosec // escaped
	}
	return out
}

// Read is a text of the catalogue as HTML, with readings in plain Japanese.
func (r *Request) Read(text interface{ In(string) string }) template.HTML {
	return read(r.Lang, text.In(r.Lang))
}

// view fills in what every page shows.
func (r *Request) view(name string, data any) (*View, error) {
	v := &View{
		Lang:     r.Lang,
		HTMLLang: htmlLanguage(r.Lang),
		Path:     r.Gin.Request.URL.Path,
		Name:     name,
		Once:     models.NewID(),
		D:        data,
		typed:    r.typed,
	}
	if r.Gin.Request.Method == http.MethodPost {
		if at := r.site.pageAt(r.Gin); at != "" {
			v.Path = at
		}
	} else if q := r.Gin.Request.URL.Query(); len(q) > 0 {
		q.Del("lang") // the other languages have what was typed too (typedFrom)
		if len(q) > 0 {
			v.Path += "?" + q.Encode()
		}
	}
	v.SignIn = r.site.signInAt(v.Path)
	p, err := r.site.edge.Identify(r.Ctx)
	if err != nil || p == nil || !p.Session {
		return v, nil // nobody, or nobody can say: the page is shown all the same
	}
	v.Who = r.who(p)
	if idle, latest, ok := r.site.edge.SessionEnds(r.Ctx); ok {
		v.Session = &SessionEnds{Idle: idle, Latest: latest, Staff: p.Staff()}
	}
	return v, nil
}

func (r *Request) who(p *edge.Principal) *Who {
	w := &Who{Name: p.Name}
	for _, role := range p.Roles {
		kind, place, _ := strings.Cut(role, "@")
		switch kind {
		case string(models.RoleApplicant):
			w.Applicant = true
		case string(models.RoleReviewer):
			w.Reviewer = true
		case "admin":
			w.Admin, w.National = true, w.National || place == edge.National
		case string(models.RoleAuditor):
			w.Auditor = true
		}
	}
	if w.Applicant && r.site.opt.Unread != nil {
		if n, err := r.site.opt.Unread(r); err == nil {
			w.Unread = n
		}
	}
	if w.Admin && r.site.opt.Awaiting != nil {
		if n, err := r.site.opt.Awaiting(r); err == nil {
			w.Awaiting = n
		}
	}
	return w
}
