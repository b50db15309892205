package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const circularsPage = 50

// registered is one entry of the register.
type registered struct {
	models.Circular
	Day     string
	Size    string // in MB
	Earlier bool   // another entry with its number came later, and counts
}

func (p *pages) circulars(r *page.Request) error {
	list := func(at postgres.Page) ([]models.Circular, error) { return p.Circulars.List(r.Ctx, at) }
	all, next, err := page.Paged(r, circularsPage, list, func(c models.Circular) string { return c.ID })
	if err != nil {
		return err
	}
	out := struct {
		Circulars []registered
		Next      string
		Added     string
	}{Added: r.Query("added")}
	if next != "" {
		out.Next = "/admin/circulars?after=" + next
	}
	var numbers []string
	for _, c := range all {
		numbers = append(numbers, c.Number)
	}
	counts, err := p.Circulars.Numbered(r.Ctx, numbers...)
	if err != nil {
		return err
	}
	for _, c := range all {
		out.Circulars = append(
			out.Circulars,
			registered{c, jp.DateOf(c.IssuedOn).String(), strconv.FormatFloat(float64(c.Size)/1e6, 'f', 1, 64), counts[c.Number].ID != c.ID},
		)
	}
	return r.Show("admin/circulars", out)
}

// circularForm are the questions about a circular, with what was entered; the file has to be chosen again.
func circularForm(r *page.Request, values url.Values) []page.Field {
	field := func(kind, name, key string) page.Field {
		f := r.Field(kind, name, key)
		f.Need, f.Value, f.MaxLength = true, values.Get(name), 300
		return f
	}
	day := field(page.FieldDate, "issued_on", "admin.circular-day")
	day.Parts = page.DateParts("", values, "issued_on")
	pdf := field(page.FieldFile, "pdf", "admin.circular-pdf")
	pdf.Accept = "application/pdf,.pdf"
	number := field(page.FieldText, "number", "admin.circular-number")
	number.MaxLength = 100
	return []page.Field{number, day, field(page.FieldText, "issuer", "admin.circular-issuer"), field(page.FieldText, "title", "admin.circular-title"), pdf}
}

func (p *pages) newCircular(r *page.Request) error {
	return r.Show("admin/circular-new", circularForm(r, nil))
}

func (p *pages) registerCircular(r *page.Request) error {
	pdf, err := r.Hold("pdf", circular.MaxSize, r.Invalid("/pdf", "admin.circular-large"))
	if err == nil {
		once, failed := r.Once("POST /admin/circulars/new", pdf)
		if failed != nil {
			return failed
		}
		in := circular.Entry{Number: r.Value("number"), Issuer: r.Value("issuer"), Title: r.Value("title"),
			IssuedOn: page.DateOf(r.Gin.Request.PostForm, "issued_on"), PDF: pdf.Contents}
		if _, err = p.Circulars.Register(r.Ctx, r.Actor, once, in); err == nil {
			return r.Redirect("/admin/circulars?added=" + url.QueryEscape(in.Number))
		}
	}
	fields := circularForm(r, r.Gin.Request.PostForm)
	wrong, _ := r.Wrong(err)
	page.Mark(fields, wrong)
	return r.Again("admin/circular-new", fields, err)
}

// openCircular gives the document. It is public, and never changes.
func (p *pages) openCircular(r *page.Request) error {
	row, body, err := p.Circulars.Document(r.Ctx, r.Param("id"))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '-'
		}
		return c
	}, row.Number)
	h := r.Gin.Writer.Header()
	h.Set("Content-Disposition", `attachment; filename="circular.pdf"; filename*=UTF-8''`+url.PathEscape(name)+".pdf")
	h.Set("Cache-Control", "public, max-age=86400, immutable")
	r.Gin.DataFromReader(http.StatusOK, row.Size, "application/pdf", body, nil)
	return nil
}
