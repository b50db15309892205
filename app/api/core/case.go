package core

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/staff"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

const casePath = "/api/v1/core/cases/{id}"

// mostCases are taken in one request.
const mostCases = 100

func (a *api) caseRoutes() []wire.Operation {
	archive, original := staff.ForMachines(a.Services, a.Options)
	lines := map[string]*huma.MediaType{"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString}}}
	ids := &huma.Param{Name: "ids", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
		Description: "Up to 100 ids of cases, separated by commas."}
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/core/cases", ID: "list-core-cases", For: reads, Class: edge.Download, Fails: []int{422},
			Summary: "Up to 100 cases in one answer, streamed: each line a case as show-core-case gives it, or id and status 404; each is recorded",
			Call:    wire.Raw{Params: []*huma.Param{ids}, Status: http.StatusOK, Text: "One JSON object a line, in the order asked.", Answer: lines}.Call(a.cases)},
		{Method: http.MethodGet, Path: casePath, ID: "show-core-case", For: reads,
			Summary: "A case by its id or its receipt number, as it is now: every answer, the resident ids (宛名番号), documents, decisions; recorded",
			Call:    wire.JSON(a.showCase)},
		{Method: http.MethodGet, Path: casePath + "/archive", ID: "export-core-case", For: reads, Class: edge.Download,
			Summary: "A case as one zip, as export-case gives it; recorded",
			Call: wire.Raw{Params: wire.Params("id"), Status: http.StatusOK, Answer: wire.Bytes("application/zip"),
				Text: "The archive. Its last entry is manifest.json: an archive without it is not whole."}.Call(archive)},
		{Method: http.MethodGet, Path: casePath + "/files/{file}/content", ID: "open-core-file", For: reads, Class: edge.Download, Fails: []int{409},
			Summary: "A file of a case as it was sent; recorded",
			Call: wire.Raw{Params: wire.Params("id", "file"), Status: http.StatusOK, Text: "The bytes, with their own media type.",
				Answer: wire.Bytes("*/*")}.Call(original)},
	}
}

// oneCase names a case.
type oneCase struct {
	ID string `path:"id" doc:"Id or receipt number of the case." maxLength:"100"`
}

func (a *api) showCase(ctx context.Context, in *oneCase) (*struct{ Body coreCase }, error) {
	view, err := a.caseOf(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body coreCase }{*view}, nil
}

// caseOf reads a case whole.
func (a *api) caseOf(ctx context.Context, actor models.Actor, idOrNumber string) (*coreCase, error) {
	id, err := a.Core.Case(ctx, actor, idOrNumber)
	if err != nil {
		return nil, err
	}
	found, err := a.Review.Open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	var residents map[string]string
	if found.State != models.StateTransferred { // of which this office knows nothing more
		if residents, err = a.Core.Residents(ctx, actor, id); err != nil {
			return nil, err
		}
	}
	view := viewOf(found, residents)
	return &view, nil
}

// missing stands for a case that is not there, or not to be seen.
type missing struct {
	ID     string `json:"id"`
	Status int    `json:"status"`
}

func (a *api) cases(c *gin.Context) error {
	ctx, actor := c.Request.Context(), edge.ActorFrom(c.Request.Context())
	ids := strings.Split(c.Query("ids"), ",")
	if len(ids) > mostCases || ids[0] == "" {
		return wire.BadParameter("ids", "core-ids")
	}
	c.Header("Content-Type", "application/x-ndjson")
	c.Header("Cache-Control", "private, no-store")
	out := json.NewEncoder(c.Writer)
	for _, id := range ids {
		var line any
		view, err := a.caseOf(ctx, actor, id)
		switch {
		case err == nil:
			line = view
		case fault.KindOf(err) == fault.NotFound:
			line = missing{ID: id, Status: http.StatusNotFound}
		case !c.Writer.Written():
			return err
		default: // only a connection that is cut says that the rest is missing
			_ = c.Error(err)
			panic(http.ErrAbortHandler)
		}
		if err := out.Encode(line); err != nil {
			_ = c.Error(err)
			panic(http.ErrAbortHandler)
		}
		c.Writer.Flush()
	}
	return nil
}
