package api

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

func (a *API) transferRoutes() {
	handle(a, operation1(reviewer(http.MethodPost, casePath+"/transfer", "transfer-case"), tagReviewer,
		"Pass a case on to the right municipality (移送); it keeps its date", 404, 409, 422), a.transferCase)
}

type transferredView struct {
	State     string `json:"state"`
	StateText string `json:"state_text"`
}

func (a *API) transferCase(ctx context.Context, in *struct {
	One
	Speaks
	Fenced
	Body struct {
		Municipality string `json:"municipality" doc:"The right one." example:"998010"`
		Reason       string `json:"reason" doc:"For the colleagues; never an individual number."`
	}
}) (*struct{ Body transferredView }, error) {
	if err := a.Transfer.PassOn(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Body.Municipality, in.Body.Reason); err != nil {
		return nil, err
	}
	state := string(models.StateTransferred)
	return &struct{ Body transferredView }{transferredView{State: state, StateText: wording.State(state, in.lang())}}, nil
}
