// Package guidance is the guidance by phase (R8): which documents each procedure needs in a municipality now, and from
// which date fewer. There is a page, JSON, and a part to show inside the municipality's own site. Nobody edits it: it is
// made from the phase rows in force each time it is asked for.
package guidance

import (
	"embed"
	"net/http"
	"strings"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "guidance", Files: files}

type pages struct{ *usecase.Services }

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s}
	site.Get("/guide/:municipality", open("list-guidance-pages"), p.all)
	site.Get("/guide/:municipality/:code", open("show-guidance-page"), p.one)
	site.Get("/guide/:municipality/forms/:name", edge.Route{Operation: "print-form", Permission: edge.Public, Class: edge.Download}, p.print)
	site.Get("/embed/:municipality/:code", open("embed-guidance"), p.embed)
}

func open(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Public, Class: edge.Form}
}

// longest is how long an answer may be kept; it ends at the latest when a switch that is known already changes it.
const longest = time.Minute

// guidance is what one procedure needs in one municipality.
type guidance struct {
	*guide.ProcedurePage
	Code     string
	Office   catalogue.Text
	Guidance catalogue.Text
	Needed   []document
	Omitted  []document
	Next     *time.Time // when a switch that is known changes it
}

// document is one document with its names.
type document struct {
	*guide.PageDocument
	Definition *catalogue.Document
	Item       *catalogue.Item // nil: nothing replaces it
	Suspended  bool
}

// read makes the guidance as it is now. Errors: not-found for a municipality or a procedure that there is not.
func (p *pages) read(r *page.Request, municipality, code string) (*guidance, error) {
	found, err := p.Guide.Procedure(r.Ctx, code, municipality, time.Time{})
	if fault.KindOf(err) == fault.Refused {
		return nil, fault.ErrNotFound // the address names a municipality that does not use the service
	}
	if err != nil {
		return nil, err
	}
	m := found.Municipality
	out := &guidance{ProcedurePage: found, Code: code, Office: catalogue.Text{Ja: m.OfficeJa, Plain: m.OfficePlain, En: m.OfficeEn}}
	if o := found.Offering; o != nil {
		out.Guidance = catalogue.Text{Ja: o.GuidanceJa, Plain: first(o.GuidancePlain, o.GuidanceJa), En: first(o.GuidanceEn, o.GuidanceJa)}
	}
	for i := range found.Documents {
		one := &found.Documents[i]
		d := document{
			PageDocument: one,
			Definition:   one.Rule.Definition(),
			Item:         found.Catalogue.Item(one.Rule.Item),
			Suspended:    one.Phase == phase.Suspended,
		}
		if one.ChangesAt != nil && (out.Next == nil || one.ChangesAt.Before(*out.Next)) {
			out.Next = one.ChangesAt
		}
		if d.Needed {
			out.Needed = append(out.Needed, d)
		} else {
			out.Omitted = append(out.Omitted, d)
		}
	}
	return out, nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// keep is how long the guidance may be kept by whoever asked for it.
func (g *guidance) keep() time.Duration { return g.Keep(longest) }

// one is the page of one procedure, or its JSON at the same address with ".json".
func (p *pages) one(r *page.Request) error {
	code, json := strings.CutSuffix(r.Param("code"), ".json")
	g, err := p.read(r, r.Param("municipality"), code)
	if err != nil {
		return err
	}
	if json {
		return p.json(r, g)
	}
	r.Public(g.keep())
	return r.Show("guidance/procedure", g)
}

// embed is the part to show inside the municipality's own site.
func (p *pages) embed(r *page.Request) error {
	g, err := p.read(r, r.Param("municipality"), r.Param("code"))
	if err != nil {
		return err
	}
	return r.ShowBare("guidance/embed", g, g.keep())
}

// print is a form that somebody else fills in on paper (様式). It is an official's file: nothing in it runs here.
func (p *pages) print(r *page.Request) error {
	pdf, err := p.Editions().Print(r.Param("municipality"), r.Param("name"))
	if err != nil {
		return err
	}
	r.Public(longest)
	r.Gin.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.Gin.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}

// all lists the procedures of a municipality, with how many documents each may need.
func (p *pages) all(r *page.Request) error {
	m, err := p.Guide.Municipality(r.Ctx, r.Param("municipality"))
	if err != nil {
		return err
	}
	out := struct {
		Municipality *models.Municipality
		Office       catalogue.Text
		Procedures   []*guidance
		TrialNote    bool
	}{Municipality: m, Office: catalogue.Text{Ja: m.OfficeJa, Plain: m.OfficePlain, En: m.OfficeEn}}
	keep := longest
	for _, one := range p.Editions().Now(m.Code).Procedures() {
		if one.At(jp.DateIn(time.Now())) == nil {
			continue
		}
		g, err := p.read(r, m.Code, one.Code)
		if err != nil {
			return err
		}
		if g.Offering == nil {
			continue
		}
		out.Procedures = append(out.Procedures, g)
		out.TrialNote = out.TrialNote || g.TrialNote
		keep = min(keep, g.keep())
	}
	r.Public(keep)
	return r.Show("guidance/all", out)
}

// jsonHeaders let every site's program read the JSON: it is public, and says nothing of who asks.
func jsonHeaders(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
