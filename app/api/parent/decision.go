package parent

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

func (a *API) decisionRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/decision", ID: "show-decision", For: edge.Applicant, Fails: []int{422},
			Summary: "The decision on one's application, with its letter", Call: wire.JSON(a.decisionLetter)},
	}
}

// letterView is a decision as its parent sees it: who decided stays with the municipality.
type letterView struct {
	Outcome    string     `json:"outcome" enum:"approved,rejected"`
	DecidedAt  time.Time  `json:"decided_at"`
	Reason     string     `json:"reason"`
	Letter     string     `json:"letter" doc:"The decision letter (決定通知書)."`
	ReopenedAt *time.Time `json:"reopened_at,omitempty" doc:"The decision is looked at again since."`
}

// letterFor is the decision on a decided application, for its owner; nil if it was decided without a letter.
func (a *API) letterFor(ctx context.Context, state, id string) (*letterView, error) {
	if state != models.StateDecided {
		return nil, nil
	}
	d, err := a.Review.Letter(ctx, edge.ActorFrom(ctx), id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &letterView{
		Outcome:    d.Outcome,
		DecidedAt:  d.At,
		Reason:     d.Reason,
		Letter:     d.Letter,
		ReopenedAt: d.ReopenedAt,
	}, nil
}

func (a *API) decisionLetter(ctx context.Context, in *wire.One) (*struct{ Body letterView }, error) {
	d, err := a.Review.Letter(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body letterView }{letterView{
		Outcome:    d.Outcome,
		DecidedAt:  d.At,
		Reason:     d.Reason,
		Letter:     d.Letter,
		ReopenedAt: d.ReopenedAt,
	}}, nil
}
