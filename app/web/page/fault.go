package page

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

// Wrong is one thing wrong with what was sent.
type Wrong struct {
	Field    string // the id of the field, for the link in the summary; empty if it concerns no field of the page
	Link     string // another page where it is put right
	Pointer  string // JSON Pointer to the member: "/form/applicant/family_name"
	Document string // what a missing document is about
	Subject  string
	Code     string
	Text     string            // what is wrong and what to do, in the reader's language
	Texts    map[string]string // the same in every language, for who changes it on the page of a refusal
	Label    template.HTML     // of the field, once Mark has found it: the summary says what is meant
}

// Wrong says what is wrong with what was sent, one entry each; ok is false for an error that is not about its content
// (not found, not allowed, out of order), which has a page of its own. Asked again for one error it gives the same
// entries, with the labels that Mark has put to them meanwhile.
func (r *Request) Wrong(err error) (wrong []Wrong, ok bool) {
	f := fault.As(err)
	if f != nil && r.refused == f {
		return r.wrong, true
	}
	if wrong, ok = r.wrongOf(err); ok && f != nil {
		r.refused, r.wrong = f, wrong
	}
	return wrong, ok
}

func (r *Request) wrongOf(err error) (wrong []Wrong, ok bool) {
	var own invalid
	if errors.As(err, &own) {
		return []Wrong{own.wrong}, true
	}
	switch fault.KindOf(err) {
	case fault.Refused, fault.Malformed, fault.Stale, fault.Conflict, fault.TooLarge, fault.Unsupported:
	default:
		return nil, false
	}
	p := r.site.edge.Problem(r.Gin, err)
	said := map[string]*edge.Problem{}
	for _, lang := range Languages {
		said[lang] = p.In(lang)
	}
	p = said[r.Lang]
	for i, d := range p.Errors {
		field := FieldID(d.Pointer)
		if d.Document != "" {
			field = FieldID("/documents/" + d.Document + "/" + d.Subject)
		}
		if d.Parameter != "" {
			field = FieldID("/" + d.Parameter)
		}
		wrong = append(wrong, Wrong{
			Field:    field,
			Pointer:  d.Pointer,
			Document: d.Document,
			Subject:  d.Subject,
			Code:     d.Code,
			Text:     d.Detail,
			Texts:    inEach(func(lang string) string { return said[lang].Errors[i].Detail }),
		})
	}
	if len(wrong) == 0 {
		wrong = []Wrong{{Code: p.Code, Text: p.Detail, Texts: inEach(func(lang string) string { return said[lang].Detail })}}
	}
	return wrong, true
}

// inEach is what is said in each language.
func inEach(say func(lang string) string) map[string]string {
	out := map[string]string{}
	for _, lang := range Languages {
		out[lang] = say(lang)
	}
	return out
}

// Status is the HTTP status of an error.
func (r *Request) Status(err error) int { return r.problem(err).Status }

func (r *Request) problem(err error) *edge.Problem { return r.site.edge.Problem(r.Gin, err).In(r.Lang) }

// invalid is what a page finds wrong itself, in the pages' own words.
type invalid struct {
	fault *fault.Error
	wrong Wrong
}

func (i invalid) Error() string { return i.fault.Error() }

func (i invalid) Unwrap() error { return i.fault }

// Invalid is the error of a page that finds something wrong itself, at the field of a pointer: texts are the pages' own.
func (r *Request) Invalid(pointer, key string, values ...any) error {
	texts := inEach(func(lang string) string {
		text, _ := r.site.texts.plainText(lang, key, values...) // r.Text names a key that is missing
		return text
	})
	return invalid{
		fault: fault.New(fault.Refused, fault.CodeInvalidRequest, ""),
		wrong: Wrong{Field: FieldID(pointer), Pointer: pointer, Code: "page", Text: r.Text(key, values...), Texts: texts},
	}
}

// FieldID makes the id of a field of its pointer: "/form/applicant/family_name" → "form-applicant-family_name".
func FieldID(pointer string) string {
	return strings.ReplaceAll(strings.Trim(pointer, "/"), "/", "-")
}

// failure is the data of the page of an error.
type failure struct {
	Status                  int
	Title, Detail, Code, ID string
	Wrong                   []Wrong
	Again                   *kept  // the form that was sent, to be sent again as it is
	Stronger                string // where staff sign in again with what was missing
}

// readyKey is the parameter of an address whose link has said what signing in needs: the page that says it is spared.
const readyKey = "ready"

// signInFor is where somebody who is not signed in goes to see a page.
func (s *Site) signInFor(wanted *url.URL) string {
	to, values := *wanted, wanted.Query()
	ready := values.Has(readyKey)
	if ready {
		values.Del(readyKey)
		to.RawQuery = values.Encode()
	}
	if ready {
		return "/auth/login?return=" + url.QueryEscape(to.RequestURI())
	}
	return s.signInAt(wanted.Path) + url.QueryEscape(to.RequestURI())
}

// Fault is the page of an error (edge.Options.ErrorPage): what happened and what to do, and, for a session that is over,
// the way to sign in with everything that was entered. It returns false to let the edge answer.
func (s *Site) Fault(c *gin.Context, p *edge.Problem) bool {
	r := &Request{Gin: c, Ctx: c.Request.Context(), Lang: edge.PageLanguage(c.Request), site: s}
	if p.Status == http.StatusUnauthorized && !strings.HasPrefix(c.Request.URL.Path, "/auth/") {
		if c.Request.Method == http.MethodGet {
			c.Redirect(http.StatusSeeOther, s.signInFor(c.Request.URL))
			return true
		}
		return s.ended(r)
	}
	out := failure{
		Status: p.Status,
		Title:  p.Title,
		Detail: p.Detail,
		Code:   p.Code,
		ID:     reference(p.RequestID),
		Wrong:  wrongs(p),
	}
	if c.Request.Method == http.MethodPost && (passes(p.Status) || p.Code == fault.CodeSecondFactor) {
		out.Again = r.held()
	}
	if p.Code == fault.CodeSecondFactor {
		out.Stronger = s.stronger(c)
	}
	v, err := r.view("page/fault", out)
	if err != nil {
		return false
	}
	return s.send(c, p.Status, "page/fault", v) == nil
}

// stronger is where who signed in with one factor does so with two, at the same provider.
func (s *Site) stronger(c *gin.Context) string {
	back := c.Request.URL.RequestURI()
	if c.Request.Method != http.MethodGet { // in another window: the form that was sent stays in this one
		back = "/signed-in"
	}
	to := "/auth/login?anew=1&return=" + url.QueryEscape(back)
	if who, ok := edge.PrincipalFrom(c.Request.Context()); ok {
		to += "&by=" + url.QueryEscape(who.Provider)
	}
	return to
}

// reference is the end of a request's id, which a person can read out on the telephone: the log's lines are found by it.
func reference(id string) string {
	const shown = 8
	if len(id) <= shown {
		return id
	}
	return id[len(id)-shown:]
}

func wrongs(p *edge.Problem) []Wrong {
	var out []Wrong
	for _, d := range p.Errors {
		out = append(out, Wrong{Code: d.Code, Text: d.Detail})
	}
	return out
}

// mostKept bounds what a page keeps of a form whose session was over.
const mostKept = 256 << 10

// kept is a form that could not be taken: it came after the session's end, or while the service could not.
type kept struct {
	Action string
	Values []keptValue
	Files  bool // it had files, which a page cannot keep
	Begins bool // nobody was signed in yet: an application is to begin
	SignIn string
}

// Begin is what a form sends as "again" with which an application begins after questions that were answered before signing in.
const Begin = "begin"

type keptValue struct{ Name, Value string }

// passes says of a status that the same form may be taken a little later.
func passes(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

// held is the form that was sent, with everything that was entered; nil if it cannot be read.
func (r *Request) held() *kept {
	req := r.Gin.Request
	k := &kept{Action: req.URL.RequestURI()}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/") {
		k.Files = true
		return k
	}
	req.Body = http.MaxBytesReader(r.Gin.Writer, req.Body, mostKept)
	if err := req.ParseForm(); err != nil {
		return nil
	}
	for name, values := range req.PostForm {
		for _, v := range values {
			k.Values = append(k.Values, keptValue{name, v})
		}
	}
	sort.SliceStable(k.Values, func(i, j int) bool { return k.Values[i].Name < k.Values[j].Name })
	return k
}

// ended answers a form that came after the session's end: the page holds everything that was entered, the person signs in
// in another window and sends it again (security.md: a session ends without losing a draft).
func (s *Site) ended(r *Request) bool {
	k := r.held()
	if k == nil {
		return false
	}
	k.SignIn = s.signInAt(r.Gin.Request.URL.Path) + url.QueryEscape("/signed-in")
	k.Begins = r.Gin.Request.PostForm.Get("again") == Begin
	v, err := r.view("page/ended", k)
	if err != nil {
		return false
	}
	return s.send(r.Gin, http.StatusUnauthorized, "page/ended", v) == nil
}

// WrongAt gives what is wrong at a member, or below it.
func WrongAt(wrong []Wrong, pointer string) []Wrong {
	return slices.DeleteFunc(slices.Clone(wrong), func(w Wrong) bool {
		return w.Pointer != pointer && !strings.HasPrefix(w.Pointer, pointer+"/")
	})
}
