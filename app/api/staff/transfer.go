package staff

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/models"
)

func (a *api) transferRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/transfer", ID: "transfer-case", For: edge.Reviewer, Fails: []int{409},
			Summary: "Pass a case on to the right municipality (移送); it keeps its date", Call: wire.JSON(a.transferCase)},
	}
}

type transferredView struct {
	State     string `json:"state"`
	StateText string `json:"state_text"`
}

func (a *api) transferCase(ctx context.Context, in *struct {
	wire.One
	wire.Speaks
	wire.Fenced
	Body struct {
		Municipality string `json:"municipality" doc:"The right one." example:"998010"`
		Reason       string `json:"reason" doc:"For the colleagues; never an individual number."`
	}
}) (*struct{ Body transferredView }, error) {
	if err := a.Transfer.PassOn(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Body.Municipality, in.Body.Reason); err != nil {
		return nil, err
	}
	return &struct{ Body transferredView }{transferredView{State: models.StateTransferred, StateText: present.State(models.StateTransferred, in.Lang())}}, nil
}
