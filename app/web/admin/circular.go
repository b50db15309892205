package admin

import (
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/circular"
	"kosodate.example/onestop/app/fault"
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
	after := r.Query("after")
	if after != "" && !models.ValidID(after) {
		return fault.ErrNotFound
	}
	all, err := p.Circulars.List(r.Ctx, postgres.Page{After: after, Limit: circularsPage + 1})
	if err != nil {
		return err
	}
	out := struct {
		Circulars []registered
		Next      string
		Added     string
	}{Added: r.Query("added")}
	if len(all) > circularsPage {
		all = all[:circularsPage]
		out.Next = "/admin/circulars?after=" + all[circularsPage-1].ID
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

// roomForForm is what a form may have beside its file, in bytes.
const roomForForm = 64 << 10

func (p *pages) registerCircular(r *page.Request) error {
	in, err := readCircular(r)
	if err == nil {
		once, failed := r.Once("POST /admin/circulars/new")
		if failed != nil {
			return failed
		}
		whole := sha256.Sum256(append(once.BodyHash, in.PDF...)) // the same form with another file is another request
		once.BodyHash = whole[:]
		if _, err = p.Circulars.Register(r.Ctx, r.Actor, once, in); err == nil {
			return r.Redirect("/admin/circulars?added=" + url.QueryEscape(in.Number))
		}
	}
	fields := circularForm(r, r.Gin.Request.PostForm)
	wrong, _ := r.Wrong(err)
	page.Mark(fields, wrong)
	return r.Again("admin/circular-new", fields, err)
}

// readCircular reads the form with its file. Errors: malformed; invalid-request at /pdf for a file that is too large.
func readCircular(r *page.Request) (circular.Entry, error) {
	req := r.Gin.Request
	req.Body = http.MaxBytesReader(r.Gin.Writer, req.Body, circular.MaxSize+roomForForm)
	err := req.ParseMultipartForm(circular.MaxSize + roomForForm) // in memory: nothing is left on the disk
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return circular.Entry{}, r.Invalid("/pdf", "admin.circular-large")
	case err != nil:
		return circular.Entry{}, fault.New(fault.Malformed, fault.CodeMalformed, "unreadable").Because(err)
	}
	in := circular.Entry{
		Number:   r.Value("number"),
		Issuer:   r.Value("issuer"),
		Title:    r.Value("title"),
		IssuedOn: page.DateOf(req.PostForm, "issued_on"),
	}
	file, _, err := req.FormFile("pdf")
	if err != nil {
		return in, nil // none was chosen: the register says that it is needed
	}
	defer func() { _ = file.Close() }()
	in.PDF, err = io.ReadAll(file)
	return in, err
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
