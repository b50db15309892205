package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const grantsPath = "/api/v1/admin/protection-grants"

func (a *api) grantRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: grantsPath, ID: "list-grants", For: edge.MunicipalAdmin,
			Summary: "Who was proposed to see protected persons (支援措置), newest first", Call: wire.JSON(listed(grantOf, a.Queue.Grants))},
		{Method: http.MethodPost, Path: grantsPath, ID: "propose-grant", For: edge.MunicipalAdmin, Once: true, Status: http.StatusCreated, Fails: []int{409},
			Summary: "Propose that a member of staff sees protected persons for a time", Call: wire.JSON(a.proposeGrant)},
		{Method: http.MethodPost, Path: grantsPath + "/{id}/approve", ID: "approve-grant", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Approve it, as another admin", Call: wire.JSON(moved(grantOf, a.Queue.ApproveGrant))},
		{Method: http.MethodPost, Path: grantsPath + "/{id}/end", ID: "end-grant", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Take a proposal back, or end at once what was approved", Call: wire.JSON(moved(grantOf, a.Queue.EndGrant))},
	}
}

type grantView struct {
	ID         string     `json:"id" format:"uuid"`
	Person     string     `json:"person" format:"uuid"`
	State      string     `json:"state" enum:"proposed,approved,rejected,ended"`
	Reason     string     `json:"reason"`
	Until      string     `json:"until" format:"date" doc:"The last day."`
	ProposedBy string     `json:"proposed_by" format:"uuid"`
	ProposedAt time.Time  `json:"proposed_at"`
	DecidedBy  *string    `json:"decided_by,omitempty" format:"uuid"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
	EndedBy    *string    `json:"ended_by,omitempty" format:"uuid"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
}

func grantOf(g *models.ProtectionGrant) grantView {
	return grantView{
		ID:         g.ID,
		Person:     g.StaffID,
		State:      string(g.State),
		Reason:     g.Reason,
		Until:      queue.LastDay(g).String(),
		ProposedBy: g.ProposedBy,
		ProposedAt: g.ProposedAt.In(jp.JST),
		DecidedBy:  g.DecidedBy,
		DecidedAt:  wire.InJapan(g.DecidedAt),
		EndedBy:    g.EndedBy,
		EndedAt:    wire.InJapan(g.EndedAt),
	}
}

func (a *api) proposeGrant(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Person string `json:"person" format:"uuid" doc:"A member of the own staff who has signed in."`
		Reason string `json:"reason" maxLength:"500"`
		Until  string `json:"until" format:"date" doc:"The last day, at most a year from now."`
	}
}) (*struct{ Body grantView }, error) {
	req, err := in.Request(ctx, "POST "+grantsPath)
	if err != nil {
		return nil, err
	}
	until, err := jp.ParseDate(in.Body.Until)
	if err != nil {
		until = jp.Date{} // refused as a day that is over
	}
	return wire.Answered(grantOf)(a.Queue.ProposeGrant(ctx, edge.ActorFrom(ctx), req,
		queue.Wanted{Person: in.Body.Person, Reason: in.Body.Reason, Until: until}))
}

// itself names one row of a list.
type itself struct {
	ID string `path:"id" format:"uuid" doc:"Its id."`
}

// moved makes a handler of what is done with one row of a list.
func moved[F, T any](
	view func(F) T,
	move func(ctx context.Context, actor models.Actor, id string) (F, error),
) func(context.Context, *itself) (*struct{ Body T }, error) {
	return func(ctx context.Context, in *itself) (*struct{ Body T }, error) {
		return wire.Answered(view)(move(ctx, edge.ActorFrom(ctx), in.ID))
	}
}

// listed makes a handler of a list that is short enough for one page.
func listed[F, T any](
	view func(*F) T,
	list func(ctx context.Context, actor models.Actor) ([]F, error),
) func(context.Context, *struct{}) (*wire.List[T], error) {
	return func(ctx context.Context, _ *struct{}) (*wire.List[T], error) {
		all, err := list(ctx, edge.ActorFrom(ctx))
		if err != nil {
			return nil, err
		}
		return wire.ListOf(wire.Each(all, func(f F) T { return view(&f) }), ""), nil
	}
}
