package api

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

// viewRoute gives a reviewer a page of a file as a picture: what is looked at, instead of what was sent.
func (a *API) viewRoute() {
	op := operation1(reviewer(http.MethodGet, casePath+"/files/{file}/pages/{page}", "open-view"), tagReviewer,
		"One page of a file as a picture without metadata or script; page 0 is a thumbnail", 403, 404, 409)
	op.Class = edge.Download
	picture := map[string]*huma.MediaType{"image/jpeg": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	a.plain(
		op,
		huma.Operation{Parameters: params("id", "file", "page"), Responses: map[string]*huma.Response{"200": {Description: "The page.", Content: picture}}},
		a.viewPage,
	)
}

func (a *API) viewPage(c *gin.Context) {
	ctx, actor := c.Request.Context(), edge.ActorFrom(c.Request.Context())
	page, err := strconv.Atoi(c.Param("page"))
	if err != nil || page < 0 {
		a.edge.Fail(c, fault.ErrNotFound)
		return
	}
	if err := a.Review.MayLook(ctx, actor, c.Param("id"), c.Param("file")); err != nil {
		a.edge.Fail(c, err)
		return
	}
	d, err := a.Documents.Page(ctx, actor, c.Param("id"), c.Param("file"), page)
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	download(c, d)
}

// viewState is the state of a view copy as the API names it.
func viewState(view string) string {
	if view == "" {
		return "pending"
	}
	return view
}
