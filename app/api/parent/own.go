package parent

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *API) ownRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/me", ID: "show-me", For: edge.SignedIn, Fails: []int{422}, Summary: "Who one is signed in as",
			Call: wire.JSON(a.me)},
		{Method: http.MethodGet, Path: "/api/v1/me/accesses", ID: "list-accesses", For: edge.Applicant, Fails: []int{422},
			Summary: "Who opened one's applications", Call: wire.JSON(a.accesses)},
	}
}

type meView struct {
	ID           string     `json:"id" format:"uuid"`
	Name         string     `json:"name"`
	Roles        []roleView `json:"roles" nullable:"false"`
	Scopes       []string   `json:"scopes" nullable:"false"`
	SecondFactor bool       `json:"second_factor" doc:"Signed in with two factors."`
	NeedsSecond  bool       `json:"needs_second_factor" doc:"Has a role that asks for two, and signed in with one."`
}

type roleView struct {
	Role         string `json:"role"`
	Municipality string `json:"municipality,omitempty"`
	Name         string `json:"municipality_name,omitempty"`
}

func (a *API) me(ctx context.Context, in *struct{ wire.Speaks }) (*struct{ Body meView }, error) {
	who, _ := edge.PrincipalFrom(ctx)
	p, err := a.Accounts.Me(ctx, edge.ActorFrom(ctx), account.Holder{
		Name:         who.Name,
		Roles:        who.Roles,
		Scopes:       who.Scopes,
		SecondFactor: who.SecondFactor,
	})
	if err != nil {
		return nil, err
	}
	out := meView{
		ID:           p.Person,
		Name:         p.Name,
		Roles:        []roleView{},
		Scopes:       append([]string{}, p.Scopes...),
		SecondFactor: p.SecondFactor,
		NeedsSecond:  p.NeedsSecond,
	}
	for _, r := range p.Roles {
		name := r.NameJa
		if in.Lang() == edge.English {
			name = r.NameEn
		}
		out.Roles = append(out.Roles, roleView{Role: string(r.Role), Municipality: r.Municipality, Name: name})
	}
	return &struct{ Body meView }{out}, nil
}

type accessView struct {
	ID           string    `json:"id" format:"uuid"`
	At           time.Time `json:"at"`
	Role         string    `json:"role"`
	Municipality string    `json:"municipality"`
	Action       string    `json:"action"`
	ObjectKind   string    `json:"object_kind"`
	Object       string    `json:"object"`
}

func (a *API) accesses(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[accessView], error) {
	return wire.Listed(ctx, in.Paged, a.Audit.Accesses, accessOf, func(v accessView) string { return v.ID })
}

func accessOf(r *models.AuditEntry) accessView {
	return accessView{
		ID:           r.ID,
		At:           r.At.In(jp.JST),
		Role:         string(r.Role),
		Municipality: r.Municipality,
		Action:       r.Action,
		ObjectKind:   r.ObjectKind,
		Object:       r.ObjectID,
	}
}
