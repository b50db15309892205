package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const exportsPath = "/api/v1/review/exports"

func (a *API) exportRoutes() {
	request := operation1(once(reviewer(http.MethodPost, exportsPath, "request-export")), tagReviewer,
		"Have a file made for the core system (基幹システム), or the report of discrepancies (顛末報告)", 409, 422)
	request.status = http.StatusAccepted
	handle(a, request, a.requestExport)
	handle(a, operation1(reviewer(http.MethodGet, exportsPath, "list-exports"), tagReviewer, "The municipality's exports, newest first", 422), a.exports)
	handle(a, operation1(reviewer(http.MethodGet, exportsPath+"/{id}", "show-export"), tagReviewer, "One export", 404), a.showExport)
	content := operation1(
		reviewer(http.MethodGet, exportsPath+"/{id}/content", "open-export"),
		tagReviewer,
		"The file, for whoever asked for it, for a week",
		404,
		409,
	)
	content.Class = edge.Download
	text := map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	a.plain(
		content,
		huma.Operation{Parameters: params("id"), Responses: map[string]*huma.Response{"200": {Description: "CSV as RFC 4180 has it.", Content: text}}},
		a.exportContent,
	)
}

type exportView struct {
	ID         string     `json:"id" format:"uuid"`
	Kind       string     `json:"kind" enum:"core-system,discrepancy-report"`
	Encoding   string     `json:"encoding" enum:"utf-8,cp932"`
	State      string     `json:"state" enum:"queued,done,failed"`
	Rows       int        `json:"rows" doc:"Without the header."`
	Size       int64      `json:"size"`
	Unfit      string     `json:"unfit" doc:"Characters that the encoding does not have; each is 〓 in the file."`
	CreatedAt  time.Time  `json:"created_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	ExpiresAt  time.Time  `json:"expires_at"`
}

func exportOf(e *export.Export) exportView {
	return exportView{
		ID:         e.ID,
		Kind:       e.Kind,
		Encoding:   e.Encoding,
		State:      string(e.State),
		Rows:       e.Rows,
		Size:       e.Size,
		Unfit:      e.Unfit,
		CreatedAt:  e.CreatedAt.In(jp.JST),
		FinishedAt: inJapan(e.FinishedAt),
		ExpiresAt:  e.ExpiresAt.In(jp.JST),
	}
}

func (a *API) requestExport(ctx context.Context, in *struct {
	Keyed
	Body struct {
		Kind      string     `json:"kind" enum:"core-system,discrepancy-report"`
		Encoding  string     `json:"encoding,omitempty" enum:"utf-8,cp932" default:"utf-8"`
		Procedure string     `json:"procedure,omitempty" doc:"Of this procedure alone."`
		From      *time.Time `json:"from,omitempty" doc:"Cases that arrived, or discrepancies that were opened, from this instant on."`
		To        *time.Time `json:"to,omitempty" doc:"And before this one."`
	}
}) (*struct{ Body exportView }, error) {
	req, err := in.request(ctx, "POST "+exportsPath)
	if err != nil {
		return nil, err
	}
	w := export.Wish{Kind: in.Body.Kind, Encoding: in.Body.Encoding, Procedure: in.Body.Procedure}
	if in.Body.From != nil {
		w.From = *in.Body.From
	}
	if in.Body.To != nil {
		w.To = *in.Body.To
	}
	e, err := a.Exports.Request(ctx, edge.ActorFrom(ctx), req, w)
	if err != nil {
		return nil, err
	}
	return &struct{ Body exportView }{exportOf(e)}, nil
}

func (a *API) exports(ctx context.Context, in *struct{ Paged }) (*list[exportView], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Exports.List(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	var out []exportView
	for i := range rows {
		out = append(out, exportOf(&rows[i]))
	}
	return pageOf(out, in.Limit, func(v exportView) string { return v.ID }), nil
}

func (a *API) showExport(ctx context.Context, in *struct {
	ID string `path:"id" format:"uuid"`
}) (*struct{ Body exportView }, error) {
	e, err := a.Exports.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body exportView }{exportOf(e)}, nil
}

func (a *API) exportContent(c *gin.Context) {
	ctx := c.Request.Context()
	e, body, err := a.Exports.Content(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	defer func() { _ = body.Close() }()
	charset := map[string]string{models.EncodingUTF8: "utf-8", models.EncodingCP932: "windows-31j"}[e.Encoding]
	c.Header("Content-Type", "text/csv; charset="+charset)
	c.Header("Content-Length", strconv.FormatInt(e.Size, 10))
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, e.Kind, e.CreatedAt.In(jp.JST).Format("20060102")))
	c.Header("Cache-Control", "private, no-store")
	c.Status(http.StatusOK)
	if _, err := io.Copy(c.Writer, body); err != nil {
		_ = c.Error(err)
		panic(http.ErrAbortHandler)
	}
}
