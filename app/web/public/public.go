// Package public is the pages that everybody may see without signing in: search, what a procedure needs, the history of
// the phases and of the editions of the catalogue, help.
package public

import (
	"embed"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "public", Files: files}

// Persona is somebody whom one can be in the demo.
type Persona struct{ Key, Name, Latin, Kind string }

type pages struct {
	*usecase.Services
	personas []Persona // whom one can be in the demo; none in a deployment
}

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services, personas []Persona) {
	p := &pages{s, personas}
	site.Get("/", open("show-home"), p.home)
	site.Get("/procedures", open("search-procedures-page"), p.found)
	site.Get("/procedures/:code/forms/:document", edge.Route{Operation: "print-empty-blank", Permission: edge.Public, Class: edge.Download}, p.blank)
	site.Get("/edition-history", open("show-edition-history"), p.editions)
	site.Get("/procedures/:code", open("show-procedure-page"), p.procedure)
	site.Post("/procedures/:code", open("ask-own-documents"), p.tell)
	site.Get("/phase-history", open("show-phase-history"), p.history)
	site.Get("/help", open("show-help"), p.help)
	site.Get("/help/:guide", open("show-guide"), p.written)
	site.Get("/postal-codes/:code", open("find-address"), p.address)
	site.Get("/municipalities.json", open("list-municipality-names"), p.municipalities)
}

func open(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Public, Class: edge.Form}
}

// places are the municipalities by their codes.
func (p *pages) places(r *page.Request) (map[string]models.Municipality, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities})
	out := map[string]models.Municipality{}
	for _, m := range all {
		out[m.Code] = m
	}
	return out, err
}

// help answers what people ask, names the offices, and leads staff to their guides.
func (p *pages) help(r *page.Request) error {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities})
	if err != nil {
		return err
	}
	type office struct {
		models.Municipality
		Office said
	}
	var out []office
	for _, m := range all {
		out = append(out, office{m, said{m.OfficeJa, m.OfficePlain, m.OfficeEn}})
	}
	written, err := guides()
	if err != nil {
		return err
	}
	return r.Show("public/help", map[string]any{"Offices": out, "Guides": written})
}
