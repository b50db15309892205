// Package public is the pages that everybody may see without signing in: search, what a procedure needs, the history of
// the phases, help.
package public

import (
	"embed"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "public", Files: files}

// Services are the use cases that these pages call.
type Services struct {
	Catalogue *catalogue.Catalogue
	Guide     *guide.Service
	Personas  []Persona // whom one can be in the demo; none in a deployment
}

// Persona is somebody whom one can be in the demo.
type Persona struct{ Key, Name, Latin, Kind string }

type pages struct {
	Services
	site *page.Site
}

// Mount adds the pages.
func Mount(site *page.Site, s Services) {
	p := &pages{s, site}
	site.Get("/", open("show-home"), p.home)
}

func open(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Public, Class: edge.Form}
}
