package webtest

import (
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"kosodate.example/onestop/app/web/page"
)

// Browser is one person's, or a stranger's: it keeps cookies and follows redirects.
type Browser struct {
	t       testing.TB
	site    *Site
	who     Person
	cookies map[string]string
	Lang    string // the language that it asks for: ja, plain, en
}

// Stranger is a browser in which nobody is signed in.
func (s *Site) Stranger() *Browser {
	return &Browser{t: s.t, site: s, cookies: map[string]string{}, Lang: "ja"}
}

// As is a browser in which somebody has signed in.
func (s *Site) As(who Person) *Browser {
	s.t.Helper()
	b := s.Stranger()
	b.SignIn(who)
	return b
}

// Will lets somebody sign in when the provider is next asked.
func (b *Browser) Will(who Person) { b.who = who; b.site.sign.will(who) }

// Ends ends the browser's session as time does: its cookies are worth nothing any more. What it shows stays.
func (b *Browser) Ends() { b.cookies = map[string]string{} }

// SignIn signs somebody in, in another window of the same browser.
func (b *Browser) SignIn(who Person) {
	b.t.Helper()
	b.who = who
	b.site.sign.will(who)
	if p := b.Get("/auth/login?return=/signed-in"); p.Status != http.StatusOK {
		b.t.Fatalf("%s cannot sign in: %d %s", who.Key, p.Status, p.Text())
	}
}

// Get opens a page.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil, nil)
}

// Raw asks for what is no page: a picture, a PDF.
func (b *Browser) Raw(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.once(http.MethodGet, path, nil, nil)
}

// Posted sends a form and gives the answer's status, and where it leads, without going there.
func (b *Browser) Posted(path string, form url.Values) (status int, to string) {
	b.t.Helper()
	w := b.once(http.MethodPost, path, form, nil)
	return w.Code, strings.TrimPrefix(w.Header().Get("Location"), "http://127.0.0.1:1")
}

// Save sends a form as the page's script does while the person goes on typing, and gives the answer's members.
func (b *Browser) Save(path string, form url.Values) (status int, out map[string]any) {
	b.t.Helper()
	w := b.asking("application/json", http.MethodPost, path, form, nil)
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		b.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Code, out
}

// JSON asks the API for the same as the same person, and gives the answer's members.
func (b *Browser) JSON(path string) map[string]any {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", b.Lang)
	if b.who.Key != "" {
		r.Header.Set("Authorization", "Bearer "+b.who.Key)
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		b.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return out
}

const redirects = 10

// files are those that a form sends along, by the names of its fields.
type files map[string]page.File

// send asks for a page, or sends a form: in parts, with or without a file, unless files is nil.
func (b *Browser) send(method, path string, form url.Values, attached files) *Page {
	b.t.Helper()
	for range redirects {
		path, _, _ = strings.Cut(path, "#") // the browser's own business
		w := b.once(method, path, form, attached)
		if w.Code != http.StatusSeeOther {
			doc, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				b.t.Fatalf("%s %s: %v", method, path, err)
			}
			return &Page{Document: doc, b: b, Path: path, Status: w.Code}
		}
		method, path, form = http.MethodGet, strings.TrimPrefix(w.Header().Get("Location"), "http://127.0.0.1:1"), nil
		attached = nil
	}
	b.t.Fatalf("%s: more than %d redirects", path, redirects)
	return nil
}

// once sends one request and keeps its cookies.
func (b *Browser) once(method, path string, form url.Values, attached files) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.asking("text/html", method, path, form, attached)
}

func (b *Browser) asking(accept, method, path string, form url.Values, attached files) *httptest.ResponseRecorder {
	b.t.Helper()
	kind, body := "application/x-www-form-urlencoded", form.Encode()
	if attached != nil {
		kind, body = inParts(form, attached)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Accept", accept)
	if r.Header.Set("Accept-Language", b.Lang); b.Lang == "plain" {
		r.AddCookie(&http.Cookie{Name: "lang", Value: "plain"})
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", kind)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

func inParts(form url.Values, attached files) (kind, body string) {
	var out strings.Builder
	w := multipart.NewWriter(&out)
	for name, values := range form {
		for _, value := range values {
			_ = w.WriteField(name, value) // into memory
		}
	}
	for field, f := range attached {
		if part, err := w.CreateFormFile(field, f.Name); err == nil {
			_, _ = part.Write(f.Contents)
		}
	}
	_ = w.Close()
	return w.FormDataContentType(), out.String()
}
