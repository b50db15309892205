package staff

import (
	"net/http"
	"net/url"
	"time"

	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// exportsPage lists the files made for other systems, and asks for another.
type exportsPage struct {
	Exports []export.Export
	Next    string
	Fields  []page.Field
	Waiting bool // one is being made: the page is loaded again to see it
}

// The kinds and encodings in the order in which the form offers them.
var (
	exportKinds     = []string{models.ExportCoreSystem, models.ExportDiscrepancyReport}
	exportEncodings = []string{models.EncodingUTF8, models.EncodingCP932}
)

func (p *pages) exports(r *page.Request) error {
	out, err := p.exportsPage(r, url.Values{"kind": {exportKinds[0]}, "encoding": {exportEncodings[0]}}, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/exports", out)
}

func (p *pages) exportsPage(r *page.Request, typed url.Values, wrong []page.Wrong) (*exportsPage, error) {
	out := &exportsPage{Fields: page.Mark(p.exportFields(r, typed), wrong)}
	rows, next, err := paged(r, "/staff/exports", func(at postgres.Page) ([]export.Export, error) { return p.Exports.List(r.Ctx, r.Actor, at) },
		func(e export.Export) string { return e.ID })
	if err != nil {
		return nil, err
	}
	out.Exports, out.Next = rows, next
	for _, e := range rows {
		out.Waiting = out.Waiting || e.State == models.ExportQueued
	}
	return out, nil
}

func (p *pages) exportFields(r *page.Request, typed url.Values) []page.Field {
	kind, encoding := r.Field(page.FieldRadio, "kind", "exports.kind"), r.Field(page.FieldRadio, "encoding", "exports.encoding")
	for _, k := range exportKinds {
		kind.Choices = append(kind.Choices, page.Choice{Value: k, Label: r.Markup("exports.kind-" + k), Help: r.Markup("exports.about-" + k)})
	}
	for _, e := range exportEncodings {
		encoding.Choices = append(encoding.Choices, page.Choice{Value: e, Label: r.Markup("exports.encoding-" + e)})
	}
	procedure := r.Field(page.FieldSelect, "procedure", "queue.procedure")
	procedure.Choices = []page.Choice{{Label: r.Markup("queue.all")}}
	for _, one := range p.Editions().Procedures(r.Actor.Municipality) {
		procedure.Choices = append(procedure.Choices, page.Choice{Value: one.Code, Label: page.Plaintext(one.Latest().Name.In(r.Lang))})
	}
	from, to := r.Field(page.FieldDate, "from", "exports.from"), r.Field(page.FieldDate, "to", "exports.to")
	kind.Need, encoding.Need = true, true
	out := []page.Field{kind, encoding, procedure, from, to}
	for i := range out {
		out[i].Value, out[i].Parts = typed.Get(out[i].Name), page.DateParts("", typed, out[i].Name)
	}
	return out
}

// requestExport queues a file. Its days are whole ones in Japan, the last included.
func (p *pages) requestExport(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /staff/exports")
	if err != nil {
		return err
	}
	w := export.Wish{Kind: values.Get("kind"), Encoding: values.Get("encoding"), Procedure: values.Get("procedure")}
	w.From, err = midnight(r, values, "from", 0)
	if err == nil {
		w.To, err = midnight(r, values, "to", 1)
	}
	if err == nil {
		_, err = p.Exports.Request(r.Ctx, r.Actor, req, w)
	}
	if err == nil {
		return r.Redirect("/staff/exports#list")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, openErr := p.exportsPage(r, values, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "staff/exports", out, wrong)
}

// midnight is when the day that three fields name begins in Japan, and so many days later; zero for no day. Error: at the
// field if it is none.
func midnight(r *page.Request, values url.Values, name string, later int) (time.Time, error) {
	text := page.DateOf(values, name)
	if text == "" {
		return time.Time{}, nil
	}
	day, err := jp.ParseDate(text)
	if err != nil {
		return time.Time{}, r.Invalid("/"+name, "staff.no-day")
	}
	return day.Start().AddDate(0, 0, later), nil
}

// perPage is how many rows a list shows at once.
const perPage = 20

// paged gives one page of a list by the key in the address, and the address of the next one, empty on the last.
func paged[T any](r *page.Request, path string, list func(postgres.Page) ([]T, error), id func(T) string) ([]T, string, error) {
	after := r.Query("after")
	if after != "" && !models.ValidID(after) {
		after = ""
	}
	rows, err := list(postgres.Page{After: after, Limit: perPage + 1})
	if err != nil || len(rows) <= perPage {
		return rows, "", err
	}
	q := r.Gin.Request.URL.Query()
	q.Set("after", id(rows[perPage-1]))
	return rows[:perPage], path + "?" + q.Encode(), nil
}
