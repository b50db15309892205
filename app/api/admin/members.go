package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/queue"
)

func (a *api) memberRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/admin/staff", ID: "list-staff", For: edge.Admin,
			Summary: "What the members of the own municipality's staff work on", Call: wire.JSON(a.staff)},
		{Method: http.MethodPut, Path: "/api/v1/admin/staff/{person}", ID: "put-staff", For: edge.Admin, Fails: []int{412},
			Summary: "Set what a member of staff works on", Call: wire.JSON(a.putStaff)},
	}
}

type memberView struct {
	Person        string     `json:"person,omitempty" format:"uuid"`
	Categories    []string   `json:"categories" nullable:"false" doc:"Codes of categories of procedures; empty for all."`
	SeesProtected bool       `json:"sees_protected" doc:"Sees protected persons (支援措置) and works on their cases."`
	SeesUntil     *time.Time `json:"sees_until,omitempty" doc:"Until when."`
	UpdatedAt     time.Time  `json:"updated_at,omitzero"`
}

func memberOf(m *queue.Member) memberView {
	v := memberView{Person: m.Person, Categories: m.Categories, SeesProtected: m.SeesProtected, SeesUntil: m.SeesUntil, UpdatedAt: m.UpdatedAt}
	if v.Categories == nil {
		v.Categories = []string{}
	}
	return v
}

func (a *api) staff(ctx context.Context, _ *struct{}) (*wire.List[memberView], error) {
	all, err := a.Queue.Staff(ctx, edge.ActorFrom(ctx))
	if err != nil {
		return nil, err
	}
	var out []memberView
	for i := range all {
		out = append(out, memberOf(&all[i]))
	}
	return wire.ListOf(out, ""), nil
}

func (a *api) putStaff(ctx context.Context, in *struct {
	wire.Guarded
	Person string `path:"person" format:"uuid" doc:"Id of a person who has signed in."`
	Body   struct {
		Categories    []string `json:"categories" maxItems:"50" nullable:"false" doc:"Codes of categories of procedures; empty for all."`
		SeesProtected bool     `json:"sees_protected" doc:"Takes the right away, or leaves it; two admins give it, as a grant."`
	}
}) (*wire.Versioned[memberView], error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	m, err := a.Queue.PutStaff(
		ctx,
		edge.ActorFrom(ctx),
		version,
		queue.Member{Person: in.Person, Categories: in.Body.Categories, SeesProtected: in.Body.SeesProtected},
	)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(m.Version, memberOf(m)), nil
}
