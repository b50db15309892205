package public

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *api) circularRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/circulars", ID: "list-circulars", For: edge.Public, Fails: []int{422},
			Summary: "The circulars (通知) on which changes of phase rest, newest entry first", Call: wire.JSON(a.circulars)},
	}
}

// circularView is one entry of the register of circulars (通知, R17).
type circularView struct {
	ID           string    `json:"id" format:"uuid"`
	Number       string    `json:"number" example:"府番第1号" doc:"What a change of phase names as its circular. Of one number the newest counts."`
	IssuedOn     string    `json:"issued_on" format:"date"`
	Issuer       string    `json:"issuer"`
	Title        string    `json:"title"`
	RegisteredAt time.Time `json:"registered_at"`
	Size         int64     `json:"size" doc:"Bytes of the PDF."`
	PDF          string    `json:"pdf" doc:"Where the PDF is, on this site."`
}

func (a *api) circulars(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[circularView], error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Circulars.List(ctx, page)
	if err != nil {
		return nil, err
	}
	return wire.PageOf(wire.Each(rows, circularOf), in.Limit, func(v circularView) string { return v.ID }), nil
}

func circularOf(c models.Circular) circularView {
	return circularView{
		ID:           c.ID,
		Number:       c.Number,
		IssuedOn:     jp.DateOf(c.IssuedOn).String(),
		Issuer:       c.Issuer,
		Title:        c.Title,
		RegisteredAt: c.RegisteredAt.In(jp.JST),
		Size:         c.Size,
		PDF:          "/circulars/" + c.ID,
	}
}
