package parent

import (
	"context"
	"io"
	"net/http"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// attach takes files in from a form of a browser without scripts: one after the other, none kept in memory. Other bytes under a
// name that is taken are another file; what replaces one says so.
func (p *pages) attach(r *page.Request) error {
	id, subject := r.Param("id"), r.Param("subject")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	in := document.Upload{Application: id, Document: r.Param("document"), Subject: subject, Naming: document.Naming{KeepBoth: true}}
	in.Replaces = r.Gin.Query("replaces")
	at := in.Document + "/" + subject
	taken, err := r.EachFile("files", func(name string, body io.Reader) error {
		in.Name, in.Body = name, body
		_, err := p.Documents.ReceiveStream(r.Ctx, r.Actor, in)
		in.Replaces = "" // it is gone
		return err
	})
	if err != nil {
		return p.notAttached(r, at, err)
	}
	if taken == 0 {
		return p.notAttached(r, at, r.Invalid("/documents/"+at, "documents.no-file"))
	}
	return r.Redirect("/applications/" + id + "/documents#" + page.FieldID("/documents/"+at))
}

func (p *pages) notAttached(r *page.Request, at string, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	for i := range wrong {
		wrong[i].Field = page.FieldID("/documents/" + at)
	}
	out, err := p.documentsPage(r, at, wrong)
	if err != nil {
		return err
	}
	if err := p.papers(r, out, nil, nil); err != nil {
		return err
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "parent/documents", out, wrong)
}

// moveFile deletes a file, or undoes that.
func (p *pages) moveFile(move func(s *document.Service, ctx context.Context, actor models.Actor, application, file string) error) page.Handler {
	return func(r *page.Request) error {
		id, file := r.Param("id"), r.Param("file")
		if !models.ValidID(id) || !models.ValidID(file) {
			return fault.ErrNotFound
		}
		if err := move(p.Documents, r.Ctx, r.Actor, id, file); err != nil {
			return err
		}
		return r.Redirect("/applications/" + id + "/documents")
	}
}
