// Package web is the pages for people. For now it has the start page alone, which says where everything is.
package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
)

// Start is what the start page tells beside the links. In a deployment it is empty.
type Start struct {
	Demo     bool
	Issuer   string // the demo's identity provider
	Personas []Persona
}

// Persona is somebody whom one can be in the demo.
type Persona struct{ Key, Name, Latin, Kind string }

var (
	//go:embed start.html
	startSource string
	startPage   = template.Must(template.New("start").Parse(startSource))

	//go:embed start.css
	startStyle string
)

// Mount puts the start page on the edge's engine. It does not change while the program runs, so it is made once.
func Mount(e *edge.Edge, s Start) error {
	sum := sha256.Sum256([]byte(startStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	pages := map[string][]byte{}
	for _, lang := range []string{edge.Japanese, edge.English} {
		var out bytes.Buffer
		data := struct {
			Start
			Lang  string
			Style template.CSS
		}{s, lang, template.CSS(startStyle)} //nolint:gosec // our own file
		if err := startPage.Execute(&out, data); err != nil {
			return err
		}
		pages[lang] = out.Bytes()
	}
	e.Engine.GET("/", e.Gin(edge.Route{Operation: "show-start", Permission: edge.Public, Class: edge.Form}), func(c *gin.Context) {
		c.Header("Content-Security-Policy", policy)
		c.Header("Cache-Control", "no-cache")
		c.Header("Vary", "Accept-Language")
		lang := c.Query("lang")
		if pages[lang] == nil {
			lang = edge.Language(c.Request)
		}
		c.Data(http.StatusOK, "text/html; charset=utf-8", pages[lang])
	})
	return nil
}
