package parent

import (
	"strconv"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/page"
)

// filePage shows every page of one file large, as pictures of the safe copy: what arrived, whatever the person's own
// browser can show.
type filePage struct {
	*document.Pages
	Application, ID string
}

func (p *pages) showFile(r *page.Request) error {
	found, err := p.Documents.Pages(r.Ctx, r.Actor, r.Param("id"), r.Param("file"))
	if err != nil {
		return err
	}
	return r.Show("parent/file", &filePage{Pages: found, Application: r.Param("id"), ID: r.Param("file")})
}

// picture gives one page of a file as a picture, 0 for the small one.
func (p *pages) picture(r *page.Request) error {
	number, err := strconv.Atoi(r.Param("page"))
	if err != nil || number < 0 {
		return fault.ErrNotFound
	}
	d, err := p.Documents.Page(r.Ctx, r.Actor, r.Param("id"), r.Param("file"), number)
	if err != nil {
		return err
	}
	edge.Send(r.Gin, edge.Attachment{MediaType: d.MediaType, Size: d.Size, Body: d.Body, Inline: true})
	return nil
}
