package page

import (
	"bytes"
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
)

// keptKey is the parameter of an address that names the answer to a form that its page shows: nothing else of the form is in it.
const keptKey = "kept"

// answer is what a form was answered with, when that is a page: a refusal with everything that was typed, another entry of a list,
// what is to be confirmed. The browser is sent to the form's page, which shows it, so that going back or loading
// again never sends the form again.
type answer struct {
	Path, Lang, Name string
	Status           int
	Title            template.HTML
	Scripts, Main    template.HTML
	Once             string  // of the form in it; each showing is a form of its own
	Wrong            []Wrong // what the refusal said, to be said in another language
}

// keep keeps the answer to a form and gives the address where it is shown; empty where it has to be given at once: to a script, which
// asks for the page with what is typed, and to a browser without a session, which keeps it itself (ended).
func (s *Site) keep(c *gin.Context, t document, status int, v *View) (string, error) {
	at := s.pageAt(c)
	if at == "" || c.Request.PostForm.Has("again") {
		return "", nil
	}
	parts := map[string]template.HTML{}
	for _, name := range []string{"title", "scripts", "error-summary", "main"} {
		var out bytes.Buffer
		if err := t.ExecuteTemplate(&out, name, v); err != nil {
			return "", err
		}
		parts[name] = template.HTML(out.String()) //nolint:gosec // a template's
	}
	if len(v.Errors) > 0 {
		prefix, err := s.texts.plainText(v.Lang, "frame.error-prefix")
		if err != nil {
			return "", err
		}
		parts["title"] = template.HTML(template.HTMLEscapeString(prefix)) + parts["title"] //nolint:gosec // escaped
	}
	path, _, _ := strings.Cut(at, "?")
	raw, err := json.Marshal(answer{path, v.Lang, v.Name, status, parts["title"], parts["scripts"], parts["error-summary"] + parts["main"], v.Once,
		v.Errors})
	if err != nil {
		return "", err
	}
	id, ok := s.edge.Keep(c.Request.Context(), packed(raw))
	if !ok {
		return "", nil
	}
	return at + map[bool]string{true: "&", false: "?"}[strings.Contains(at, "?")] + keptKey + "=" + id, nil
}

// shown answers with what was kept for the page that is asked for, and says whether it did: in the language in which it was answered. In
// another one the page is made as it stands, and filled in (refilled), with what was wrong (retell); where a field is missing on
// it, what was answered is shown as it is.
func (s *Site) shown(r *Request) bool {
	id := r.Query(keptKey)
	if id == "" {
		return false
	}
	if _, err := s.edge.Identify(r.Ctx); err != nil {
		return false
	}
	var a answer
	if json.Unmarshal(unpacked(s.edge.Kept(r.Ctx, id)), &a) != nil || a.Path != r.Gin.Request.URL.Path {
		return false
	}
	if a.Lang != r.Lang { // the page is made anew in this language, with what was typed in the other
		r.typed = &a
		return false
	}
	v, err := r.view("page/kept", nil)
	if err != nil {
		return false
	}
	a.on(v)
	return s.send(r.Gin, a.Status, "page/kept", v) == nil
}

// on puts an answer on a page.
func (a answer) on(v *View) {
	a.Main = template.HTML(strings.ReplaceAll(string(a.Main), a.Once, v.Once)) //nolint:gosec // a template's
	v.D, v.typed = a, nil
}

// pageAt is the page to which what a form is sent to belongs, with the query that the form was sent with: its own address if that is
// a page, else the one that its route names, else the nearest page above; empty if there is no such route.
func (s *Site) pageAt(c *gin.Context) string {
	on := s.pageOf(c.FullPath())
	parts := strings.Split(on, "/")
	for i, part := range parts {
		if name, isParam := strings.CutPrefix(part, ":"); isParam {
			parts[i] = url.PathEscape(c.Param(name))
		}
	}
	query := c.Request.URL.Query()
	query.Del(keptKey)
	if on != c.FullPath() || len(query) == 0 {
		return strings.Join(parts, "/")
	}
	return strings.Join(parts, "/") + "?" + query.Encode()
}

func (s *Site) pageOf(path string) string {
	if on := s.belongs[path]; on != "" || path == "" {
		return on
	}
	for !s.gets[path] && path != "/" {
		path = path[:max(strings.LastIndexByte(path, '/'), 0)]
		if path == "" {
			path = "/"
		}
	}
	return path
}

// Complete ends the table of pages: whoever opens by address what only a form is sent to is led to the form's page.
func (s *Site) Complete() {
	for _, r := range s.routes {
		if r.Method == http.MethodPost && !s.gets[r.Path] {
			s.edge.Engine.GET(r.Path, func(c *gin.Context) { c.Redirect(http.StatusSeeOther, s.pageAt(c)) })
		}
	}
}

func packed(raw []byte) []byte {
	var out bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	_, _ = w.Write(raw) // into memory
	_ = w.Close()
	return out.Bytes()
}

// unpacked is what packed packed; nil for anything else.
func unpacked(data []byte) []byte {
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(in)
	if err != nil {
		return nil
	}
	return out
}
