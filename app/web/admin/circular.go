package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
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
	Size    string
	Earlier bool // another entry with its number came later, and counts
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
			registered{c, jp.DateOf(c.IssuedOn).String(), present.About(c.Size, r.Lang), counts[c.Number].ID != c.ID},
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

// heldCircular is the document that a form sent, if it sent any.
func (p *pages) heldCircular(r *page.Request) (page.File, error) {
	if r.Gin.ContentType() != gin.MIMEMultipartPOSTForm {
		return page.File{}, nil
	}
	return r.Hold("pdf", circular.MaxSize, r.Invalid("/pdf", "admin.circular-large"))
}

// enter enters a circular into the register, once however often its form is sent, and gives its number.
func (p *pages) enter(r *page.Request, pdf page.File) (string, error) {
	once, err := r.Once("POST /admin/circulars/new", pdf)
	if err != nil {
		return "", err
	}
	in := circular.Entry{Number: r.Value("number"), Issuer: r.Value("issuer"), Title: r.Value("title"),
		IssuedOn: page.DateOf(r.Gin.Request.PostForm, "issued_on"), PDF: pdf.Contents}
	_, err = p.Circulars.Register(r.Ctx, r.Actor, once, in)
	return in.Number, err
}

func (p *pages) registerCircular(r *page.Request) error {
	pdf, err := p.heldCircular(r)
	if err == nil {
		var number string
		if number, err = p.enter(r, pdf); err == nil {
			return r.Redirect("/admin/circulars?added=" + url.QueryEscape(number))
		}
	}
	fields := circularForm(r, r.Gin.Request.PostForm)
	wrong, _ := r.Wrong(err)
	page.Mark(fields, wrong)
	return r.Again("admin/circular-new", fields, err)
}

// registerOnTheWay enters the circular on which a proposal rests, and shows the proposal again as it was, with the circular chosen.
func (p *pages) registerOnTheWay(r *page.Request, n *names, values url.Values, pdf page.File, err error) error {
	if err == nil {
		var number string
		if number, err = p.enter(r, pdf); err == nil {
			values.Set("circular", number)
			for _, name := range []string{"number", "issuer", "title", "issued_on-y", "issued_on-m", "issued_on-d"} {
				values.Del(name)
			}
		}
	}
	form, failed := n.proposal(values)
	switch {
	case failed != nil:
		return failed
	case err == nil:
		return r.Show("admin/proposal", form)
	}
	wrong, _ := r.Wrong(err)
	form.Registering = true
	page.Mark(form.New, wrong)
	return r.Again("admin/proposal", form, err)
}

// unused is the number of the newest circular if no change rests on it yet: an admin who has just registered one means that one.
func (p *pages) unused(r *page.Request) ([]string, error) {
	newest, err := p.Circulars.List(r.Ctx, postgres.Page{Limit: 1})
	if err != nil || len(newest) == 0 {
		return nil, err
	}
	changes, err := p.Operate.List(r.Ctx, r.Actor, postgres.Page{Limit: 100})
	if err != nil || slices.ContainsFunc(changes, func(c operate.Change) bool { return c.Circular == newest[0].Number }) {
		return nil, err
	}
	return []string{newest[0].Number}, nil
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
