package core

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *api) backRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPut, Path: casePath + "/acknowledgement", ID: "acknowledge-core-case", For: writes, Status: http.StatusNoContent, Fails: []int{409},
			Summary: "Say that the case was taken, or refused with the reason: its clerk sees it", Call: wire.JSON(a.acknowledge)},
		{Method: http.MethodPost, Path: casePath + "/decision", ID: "decide-core-case", For: writes, Once: true, Fails: []int{409},
			Summary: "Decide, by the rules by which a clerk decides, with the same letter; one that has only arrived is taken into review",
			Call:    wire.JSON(a.decide)},
		{Method: http.MethodPut, Path: casePath + "/payment", ID: "start-core-payment", For: writes, Status: http.StatusNoContent, Fails: []int{409},
			Summary: "Say since when is paid on an approved case: the parent sees it", Call: wire.JSON(a.pay)},
		{Method: http.MethodPut, Path: casePath + "/residents/{subject}", ID: "choose-core-resident", For: writes, Status: http.StatusNoContent,
			Fails: []int{409}, Summary: "Say the resident id (宛名番号) of a person of the case", Call: wire.JSON(a.resident)},
	}
}

func (a *api) acknowledge(ctx context.Context, in *struct {
	wire.One
	Body struct {
		State    string `json:"state" enum:"taken,refused"`
		Reason   string `json:"reason,omitempty" maxLength:"1000" doc:"Required of a refusal; the clerk reads it."`
		Revision int    `json:"revision" minimum:"1" doc:"The revision that was read."`
	}
}) (*wire.Empty, error) {
	return nil, a.Core.Acknowledge(ctx, edge.ActorFrom(ctx), in.ID,
		core.Acknowledgement{State: models.CoreCaseState(in.Body.State), Reason: in.Body.Reason, Revision: in.Body.Revision})
}

func (a *api) decide(ctx context.Context, in *struct {
	wire.One
	wire.Keyed
	Body struct {
		Outcome string `json:"outcome" enum:"approved,rejected"`
		Reason  string `json:"reason,omitempty" doc:"Required of a rejection; the parent reads it."`
		Letter  string `json:"letter,omitempty" doc:"What the letter says besides."`
	}
}) (*struct{ Body coreDecision }, error) {
	req, err := in.Request(ctx, "POST /api/v1/core/cases/"+in.ID+"/decision")
	if err != nil {
		return nil, err
	}
	return wire.Answered(func(d *review.Decision) coreDecision { return decisionOf(*d) })(a.Review.DecideOnce(ctx, edge.ActorFrom(ctx), req, in.ID,
		review.Verdict{Outcome: in.Body.Outcome, Reason: in.Body.Reason, Letter: in.Body.Letter}))
}

func (a *api) pay(ctx context.Context, in *struct {
	wire.One
	Body struct {
		On string `json:"on" format:"date" doc:"The first day."`
	}
}) (*wire.Empty, error) {
	on, err := jp.ParseDate(in.Body.On)
	if err != nil {
		return nil, fault.Detail{Code: "invalid", Reason: "not-a-day", Pointer: "/on"}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	return nil, a.Core.StartPayment(ctx, edge.ActorFrom(ctx), in.ID, on)
}

func (a *api) resident(ctx context.Context, in *struct {
	wire.One
	Subject string `path:"subject" doc:"applicant, child-1 …" maxLength:"40"`
	Body    struct {
		Resident string `json:"resident" maxLength:"40" doc:"The resident id; empty if the register does not have the person."`
	}
}) (*wire.Empty, error) {
	return nil, a.Linkage.ChooseBack(ctx, edge.ActorFrom(ctx), in.ID, in.Subject, in.Body.Resident)
}
