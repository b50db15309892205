package staff

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

func (a *api) fileRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/files/{file}/original", ID: "open-original", For: edge.Reviewer,
			Class: edge.Download, Fails: []int{409},
			Summary: "A file of a case as it was sent, once a scan has found it clean: an act that is recorded; of a protected person for named staff alone",
			Call: wire.Raw{Params: wire.Params("id", "file"), Status: http.StatusOK,
				Text: "The bytes as they were sent, with their own media type.", Answer: wire.Bytes("*/*")}.Call(a.original)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/files/{file}/pages/{page}", ID: "open-view", For: edge.Reviewer,
			Class: edge.Download, Fails: []int{409}, Summary: "One page of a file as a picture without metadata or script; page 0 is a thumbnail",
			Call: wire.Raw{Params: wire.Params("id", "file", "page"), Status: http.StatusOK,
				Text: "The page.", Answer: wire.Bytes("image/jpeg")}.Call(a.viewPage)},
	}
}

func (a *api) original(c *gin.Context) error {
	ctx, actor := c.Request.Context(), edge.ActorFrom(c.Request.Context())
	if err := a.Review.Original(ctx, actor, c.Param("id"), c.Param("file")); err != nil {
		return err
	}
	d, err := a.Documents.Content(ctx, actor, c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	wire.Download(c, d)
	return nil
}

func (a *api) viewPage(c *gin.Context) error {
	ctx, actor := c.Request.Context(), edge.ActorFrom(c.Request.Context())
	page, err := strconv.Atoi(c.Param("page"))
	if err != nil || page < 0 {
		return fault.ErrNotFound
	}
	if err := a.Review.MayLook(ctx, actor, c.Param("id"), c.Param("file")); err != nil {
		return err
	}
	d, err := a.Documents.Page(ctx, actor, c.Param("id"), c.Param("file"), page)
	if err != nil {
		return err
	}
	wire.Download(c, d)
	return nil
}

// viewState is the state of a view copy as the API names it.
func viewState(view string) string {
	if view == "" {
		return "pending"
	}
	return view
}
