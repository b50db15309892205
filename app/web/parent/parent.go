// Package parent is a parent's way from the first question to the receipt: the questions that decide which documents are
// needed, the form, the documents, consents, check, signature, filing; and corrections, which go the same way.
package parent

import (
	"embed"
	"net/http"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "parent", Files: files}

type pages struct {
	*usecase.Services
	opt page.Options
}

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s, site.Options()}
	get := func(path, operation string, h page.Handler) { site.Get(path, route(operation, edge.Form), h) }
	post := func(path, operation string, h page.Handler, on ...string) {
		site.Post(path, route(operation, edge.Form), h, on...)
	}
	const documents = "/applications/:id/documents"

	get("/apply/:code", "begin-application-page", p.begin)
	post("/apply/:code", "begin-application", p.create)
	get("/applications/:id/form", "show-next-step", p.next)
	get("/applications/:id/form/:step", "show-step", p.step)
	post("/applications/:id/form/:step", "save-step", p.saveStep)
	get(documents, "show-documents-page", p.documents)
	post(documents, "save-documents-page", p.onward)
	site.Post(documents+"/:document/:subject", route("attach-files", edge.Upload), p.attach)
	get("/applications/:id/documents/:document/:subject/write", "show-statement-page", p.statement)
	post("/applications/:id/documents/:document/:subject/write", "write-statement", p.writeStatement)
	site.Get("/applications/:id/documents/:document/:subject/blank.pdf", route("print-blank", edge.Download), p.blank)
	get("/applications/:id/files/:file", "show-file-page", p.showFile)
	site.Get("/applications/:id/files/:file/pages/:page", route("show-own-view", edge.Download), p.picture)
	post("/applications/:id/files/:file/delete", "delete-file-page", p.moveFile((*document.Service).PutAside), documents)
	post("/applications/:id/files/:file/put-back", "put-file-back-page", p.moveFile((*document.Service).PutBack), documents)
	post("/applications/:id/declarations/:document/:subject", "declare-document", p.declare, documents)
	get("/applications/:id/check", "show-check-page", p.check)
	post("/applications/:id/file", "file-application-page", p.file, "/applications/:id/check")
	get("/applications/:id/sign", "show-sign-page", p.sign)
	site.Post("/applications/:id/sign", route("file-signed-page", edge.Upload), p.fileSigned)
	get("/applications/:id/sent", "show-sent-page", p.sent)
	get("/applications/:id/receipt", "show-receipt-page", p.receipt)
	get("/applications/:id/qr.svg", "show-qr-code", p.code)
	get("/applications/:id/corrections/:n", "show-correction-page", p.correction)
	post("/applications/:id/corrections/:n", "submit-correction-page", p.correct)
}

func route(operation string, class edge.Class) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Applicant, Class: class}
}

// wantsJSON says whether the request is a script's that saves while the person goes on typing.
func wantsJSON(r *page.Request) bool { return r.Gin.GetHeader("Accept") == "application/json" }

// answerJSON tells the script what became of a save.
func answerJSON(r *page.Request, status int, v any) error {
	r.Gin.Header("Cache-Control", "no-store")
	r.Gin.JSON(status, v)
	return nil
}

// refuseJSON tells the script what is wrong, field by field; anything else is an error as everywhere.
func refuseJSON(r *page.Request, err error) error {
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	type fault struct {
		Field string `json:"field"`
		Text  string `json:"text"`
	}
	out := []fault{}
	for _, w := range wrong {
		out = append(out, fault{w.Field, w.Text})
	}
	return answerJSON(r, http.StatusUnprocessableEntity, map[string]any{"wrong": out})
}
