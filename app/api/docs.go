package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
)

var (
	//go:embed docs.html
	docsSource string
	docsPage   = template.Must(template.New("docs").Parse(docsSource))
)

// docsRoute gives the API as a page to read, made from the same document as /openapi.json and without anything from
// another site.
func (a *API) docsRoute() {
	page := sync.OnceValue(func() []byte {
		var out bytes.Buffer
		if err := docsPage.Execute(&out, a.docs()); err != nil {
			panic("api: docs: " + err.Error()) // the template and the document are ours
		}
		return out.Bytes()
	})
	a.edge.Engine.GET("/docs", a.edge.Gin(edge.Route{Operation: "show-docs", Permission: edge.Public}), func(c *gin.Context) {
		wire.WritePage(c, page())
	})
}

type docsData struct {
	Style       template.CSS
	Title, Text string
	Groups      []docsGroup
}

type docsGroup struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	Method, Path, Summary, Text, Who string
	Idempotent                       bool
	Params                           []*huma.Param
	Statuses                         []string
}

func (a *API) docs() docsData {
	d := docsData{Style: template.CSS(wire.PageStyle), Title: a.huma.OpenAPI().Info.Title, Text: a.huma.OpenAPI().Info.Description} //nolint:gosec // our own file
	for _, tag := range []string{wire.TagPublic, wire.TagApplicant, wire.TagReviewer, wire.TagAdmin, wire.TagAuditor, wire.TagPartner, wire.TagCore} {
		g := docsGroup{Name: tag}
		for _, r := range a.routes {
			op := wire.OperationOf(a.huma.OpenAPI().Paths[r.Path], r.Method)
			if op == nil || !slices.Contains(op.Tags, tag) {
				continue
			}
			entry := docsOperation{
				Method:     r.Method,
				Path:       r.Path,
				Summary:    op.Summary,
				Text:       op.Description,
				Who:        r.Permission.String(),
				Idempotent: r.Idempotent,
				Params:     op.Parameters,
			}
			for status := range op.Responses {
				entry.Statuses = append(entry.Statuses, status)
			}
			slices.Sort(entry.Statuses)
			g.Operations = append(g.Operations, entry)
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}
