package page

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"html/template"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
	nethtml "golang.org/x/net/html"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/models"
)

//go:embed all:templates texts
var ownFiles embed.FS

// own are the pages that every area has: errors, signing in, the end of a session.
var own = Area{Name: "page", Files: ownFiles}

// funcs are the functions of templates in a language.
func (s *Site) funcs(lang string) template.FuncMap {
	out := template.FuncMap{
		"t":     func(key string, values ...any) (template.HTML, error) { return s.texts.markup(lang, key, values...) },
		"s":     func(key string, values ...any) (string, error) { return s.texts.plainText(lang, key, values...) },
		"said":  func(text interface{ In(string) string }) template.HTML { return read(lang, text.In(lang)) },
		"plain": func(text interface{ In(string) string }) string { return text.In(lang) },
		"read":  func(text string) template.HTML { return read(lang, text) },
		"wrong": func(label template.HTML, kind string, w Wrong) (template.HTML, error) {
			return s.texts.wrong(lang, label, kind, w)
		},
		"asset": s.Asset,
		"place": func(m models.Municipality) string { return present.Municipality(&m, lang) },
		"pagesOf": func(n int) []int { // 1 to n, 100 at most
			var out []int
			for i := 1; i <= min(n, 100); i++ {
				out = append(out, i)
			}
			return out
		},
		"unseen":     func(s models.Seen) string { return present.View(s, lang) },
		"kb":         func(bytes int64) int64 { return (bytes + 1023) / 1024 },
		"uploadText": func(state string) (template.HTMLAttr, error) { return s.uploadText(lang, state) },
		"dict":       dict,
		"list":       func(v ...any) []any { return v },
		"join": func(path string) string {
			if strings.Contains(path, "?") {
				return "&"
			}
			return "?"
		},
		"add": func(a, b int) int { return a + b },
	}
	maps.Copy(out, dates(lang))
	return out
}

// uploadText is one text of static/upload.js as an attribute of the form, in which {name}, {percent}, {detail} and
// {limit} stand for what the script puts in.
func (s *Site) uploadText(lang, state string) (template.HTMLAttr, error) {
	text, err := s.texts.find("upload." + state)
	if err != nil {
		return "", err
	}
	return template.HTMLAttr("data-text-" + state + `="` + html.EscapeString(text.In(lang)) + `"`), nil //nolint:gosec // escaped
}

// dict makes the argument of a part: {{template "part" (dict "Field" .F "Open" true)}}.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("page: dict with a name without a value")
	}
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("page: dict: %v is no name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// send writes a page whole or not at all: it is made in memory first.
func (s *Site) send(c *gin.Context, status int, name string, v *View) error {
	t, ok := s.pages[v.Lang][name]
	if !ok {
		return fmt.Errorf("page: no template %q", name)
	}
	if c.Request.Method == http.MethodPost {
		at, err := s.keep(c, t, status, v)
		if err != nil {
			return fmt.Errorf("page %s: %w", name, err)
		}
		if at != "" {
			c.Writer.Header().Set("Cache-Control", "no-store")
			c.Redirect(http.StatusSeeOther, at)
			return nil
		}
	}
	frame := "frame"
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", s.policy)
	if v.bare {
		frame = "bare"
		h.Set("Content-Security-Policy", barePolicy)
	}
	var body bytes.Buffer
	if err := t.ExecuteTemplate(&body, frame, v); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if v.typed != nil {
		filled, whole, err := refilled(body.Bytes(), string(v.typed.Main), func(page *nethtml.Node) error { return s.retell(t, v.Lang, page, v.typed.Wrong) })
		switch {
		case err != nil:
			return fmt.Errorf("page %s: %w", name, err)
		case !whole:
			status := v.typed.Status
			v.typed.on(v)
			return s.send(c, status, "page/kept", v)
		}
		status, body = v.typed.Status, *bytes.NewBuffer(filled)
	}
	h.Set("Content-Language", htmlLanguage(v.Lang))
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if s.remember(c, status, body.Bytes(), v.bare) {
		return nil
	}
	if !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Data(status, "text/html; charset=utf-8", body.Bytes())
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	if c.Request.Method == http.MethodHead {
		body.Reset()
	}
	c.Data(status, "text/html; charset=utf-8", packed(body.Bytes()))
	return nil
}
