package staff

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const exportsPath = "/api/v1/review/exports"

func (a *api) exportRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/exports", ID: "request-export", For: edge.Reviewer, Once: true,
			Status: http.StatusAccepted, Fails: []int{409},
			Summary: "Have a file made for the core system (基幹システム), or the report of discrepancies (顛末報告)", Call: wire.JSON(a.requestExport)},
		{Method: http.MethodGet, Path: "/api/v1/review/exports", ID: "list-exports", For: edge.Reviewer, Fails: []int{422},
			Summary: "The municipality's exports, newest first", Call: wire.JSON(a.exports)},
		{Method: http.MethodGet, Path: "/api/v1/review/exports/{id}", ID: "show-export", For: edge.Reviewer, Fails: []int{422},
			Summary: "One export", Call: wire.JSON(a.showExport)},
		{Method: http.MethodGet, Path: "/api/v1/review/exports/{id}/content", ID: "open-export", For: edge.Reviewer, Class: edge.Download,
			Fails: []int{409}, Summary: "The file, for whoever asked for it, for a week",
			Call: wire.Raw{Params: wire.Params("id"), Status: http.StatusOK,
				Text: "CSV as RFC 4180 has it.", Answer: wire.Bytes("text/csv")}.Call(a.exportContent)},
	}
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
		State:      e.State,
		Rows:       e.Rows,
		Size:       e.Size,
		Unfit:      e.Unfit,
		CreatedAt:  e.CreatedAt.In(jp.JST),
		FinishedAt: wire.InJapan(e.FinishedAt),
		ExpiresAt:  e.ExpiresAt.In(jp.JST),
	}
}

func (a *api) requestExport(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Kind      string     `json:"kind" enum:"core-system,discrepancy-report"`
		Encoding  string     `json:"encoding,omitempty" enum:"utf-8,cp932" default:"utf-8"`
		Procedure string     `json:"procedure,omitempty" doc:"Of this procedure alone."`
		From      *time.Time `json:"from,omitempty" doc:"Cases that arrived, or discrepancies that were opened, from this instant on."`
		To        *time.Time `json:"to,omitempty" doc:"And before this one."`
	}
}) (*struct{ Body exportView }, error) {
	req, err := in.Request(ctx, "POST "+exportsPath)
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
	return wire.Answered(exportOf)(a.Exports.Request(ctx, edge.ActorFrom(ctx), req, w))
}

func (a *api) exports(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[exportView], error) {
	return wire.Listed(ctx, in.Paged, a.Exports.List, exportOf, func(v exportView) string { return v.ID })
}

func (a *api) showExport(ctx context.Context, in *struct {
	ID string `path:"id" format:"uuid"`
}) (*struct{ Body exportView }, error) {
	return wire.Answered(exportOf)(a.Exports.Get(ctx, edge.ActorFrom(ctx), in.ID))
}

func (a *api) exportContent(c *gin.Context) error {
	ctx := c.Request.Context()
	e, body, err := a.Exports.Content(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		return err
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
	return nil
}
