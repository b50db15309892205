package public

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *api) notAskedRoutes() []wire.Operation {
	return []wire.Operation{{Method: http.MethodGet, Path: "/api/v1/papers-not-asked", ID: "count-papers-not-asked", For: edge.Public, Fails: []int{404},
		Summary: "How many documents nobody was asked for since the switch to full operation, by pair and in total",
		About:   "Counted from filed plans, of days that are over; every number is cut down to tens, so that nobody can be recognised.",
		Call:    wire.JSON(a.notAsked)}}
}

type notAskedView struct {
	Municipality string         `json:"municipality" doc:"Code; * for the whole country."`
	Until        string         `json:"until,omitempty" format:"date" doc:"The last day that was counted; missing while none was."`
	AtLeast      int64          `json:"at_least" multipleOf:"10" doc:"In total; 0 is fewer than ten."`
	Items        []notAskedPair `json:"items" nullable:"false" doc:"Pairs that are or were in full operation."`
}

type notAskedPair struct {
	Procedure     string    `json:"procedure"`
	ProcedureName string    `json:"procedure_name"`
	Item          string    `json:"item"`
	ItemName      string    `json:"item_name"`
	AtLeast       int64     `json:"at_least" multipleOf:"10" doc:"0 is fewer than ten."`
	Since         time.Time `json:"since" doc:"When the pair first was in full operation."`
}

func (a *api) notAsked(ctx context.Context, in *struct {
	wire.Speaks
	Municipality string `query:"municipality" maxLength:"6" doc:"Code; the whole country if missing." example:"998010"`
}) (*struct{ Body notAskedView }, error) {
	found, err := a.Operate.PapersNotAsked(ctx, in.Municipality)
	if err != nil {
		return nil, err
	}
	lang := in.Lang()
	pair := func(p operate.PairNotAsked) notAskedPair {
		return notAskedPair{
			Procedure:     p.Procedure,
			ProcedureName: present.Procedure(a.Editions().ForProcedure(operate.All, p.Procedure), p.Procedure, lang),
			Item:          p.Item,
			ItemName:      present.Item(a.Editions().ForItem(p.Item), p.Item, lang),
			AtLeast:       p.Papers,
			Since:         p.Since.In(jp.JST),
		}
	}
	return &struct{ Body notAskedView }{notAskedView{found.Municipality, found.Until, found.Total, wire.Each(found.Pairs, pair)}}, nil
}
