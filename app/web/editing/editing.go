// Package editing is the pages on which an admin changes an edition without a file: a municipality's own documents and what it looks
// up itself, tried on invented people before it is proposed; and, in the national edition, texts and case tables.
package editing

import (
	"embed"
	"html/template"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "editing", Files: files}

type pages struct{ *usecase.Services }

// Own is where a municipality's admin changes its edition.
const Own = "/admin/editions/own"

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s}
	site.Get(Own, municipal("show-own-papers"), p.list)
	site.Get(Own+"/papers/new", municipal("show-new-paper"), p.newPaper)
	site.Post(Own+"/papers/new", municipal("add-own-paper"), p.savePaper)
	site.Get(Own+"/papers/:paper", municipal("show-own-paper"), p.paper)
	site.Post(Own+"/papers/:paper", municipal("change-own-paper"), p.savePaper)
	site.Post(Own+"/papers/:paper/remove", municipal("remove-own-paper"), p.removePaper, Own)
	site.Get(Own+"/look-ups", municipal("show-look-up"), p.lookUp)
	site.Post(Own+"/look-ups", municipal("set-look-up"), p.saveLookUp)
	site.Post(Own+"/look-ups/ask-again", municipal("ask-again"), p.askAgain, Own)
	site.Get(Own+"/preview", municipal("preview-own-papers"), p.preview)
	site.Get(Own+"/try", municipal("show-trial-of-own-papers"), p.trial)
	site.Post(Own+"/try", municipal("try-own-papers"), p.try)
	site.Get("/admin/editions/:id/texts", national("list-edition-texts"), p.texts)
	site.Get("/admin/editions/:id/texts/documents/:document", national("show-document-texts"), p.documentTexts)
	site.Post("/admin/editions/:id/texts/documents/:document", national("correct-document-texts"), p.saveDocumentTexts)
	site.Get("/admin/editions/:id/texts/procedures/:procedure/:from", national("show-procedure-texts"), p.procedureTexts)
	site.Post("/admin/editions/:id/texts/procedures/:procedure/:from", national("correct-procedure-texts"), p.saveProcedureTexts)
	site.Get("/admin/editions/:id/cases", national("list-case-tables"), p.tables)
	table := national("show-case-table")
	site.Get("/admin/editions/:id/cases/:table", table, p.table)
	change := national("change-case-table")
	change.Class = edge.Upload
	site.Post("/admin/editions/:id/cases/:table", change, p.saveTable)
}

// municipal is for what a municipality says itself.
func municipal(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.MunicipalAdmin}
}

// national is for what is said for the country.
func national(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.NationalAdmin}
}

// work opens the municipality's edition.
func (p *pages) work(r *page.Request) (*publish.Work, error) {
	return p.Publish.Work(r.Ctx, r.Actor, "")
}

// label is a text as an option or a label shows it.
func label(text string) template.HTML {
	return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // escaped
}
