package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const coreSystemsPath = "/api/v1/admin/core-systems"

func (a *api) coreSystemRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: coreSystemsPath, ID: "list-core-systems", For: edge.MunicipalAdmin,
			Summary: "The core systems (基幹システム) that were registered, newest first", Call: wire.JSON(listed(coreSystemOf, a.Core.Systems))},
		{Method: http.MethodPost, Path: coreSystemsPath, ID: "propose-core-system", For: edge.MunicipalAdmin, Once: true, Status: http.StatusCreated,
			Fails: []int{409}, Summary: "Register a core system; it can do nothing until another admin approves it", Call: wire.JSON(a.proposeCoreSystem)},
		{Method: http.MethodPost, Path: coreSystemsPath + "/{id}/approve", ID: "approve-core-system", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Let it in, as another admin than who proposed it, or who stopped it", Call: wire.JSON(moved(coreSystemOf, a.Core.Approve))},
		{Method: http.MethodPost, Path: coreSystemsPath + "/{id}/stop", ID: "stop-core-system", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Take a proposal back, or keep it out at once", Call: wire.JSON(moved(coreSystemOf, a.Core.Stop))},
		{Method: http.MethodPost, Path: coreSystemsPath + "/{id}/revoke", ID: "revoke-core-system", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "End for good what another admin has stopped", Call: wire.JSON(moved(coreSystemOf, a.Core.Revoke))},
	}
}

type coreSystemView struct {
	ID            string    `json:"id" format:"uuid" doc:"The client id."`
	Name          string    `json:"name"`
	State         string    `json:"state" enum:"proposed,approved,rejected,stopped,revoked"`
	Scopes        []string  `json:"scopes"`
	Networks      []string  `json:"networks"`
	PerSecond     int       `json:"per_second"`
	SeesProtected bool      `json:"sees_protected"`
	Keys          string    `json:"keys" doc:"JWK Set."`
	Reason        string    `json:"reason"`
	ProposedBy    string    `json:"proposed_by" format:"uuid"`
	ProposedAt    time.Time `json:"proposed_at"`
	DecidedBy     *string   `json:"decided_by,omitempty" format:"uuid"`
	StoppedBy     *string   `json:"stopped_by,omitempty" format:"uuid"`
	EndedBy       *string   `json:"ended_by,omitempty" format:"uuid"`
}

func coreSystemOf(s *models.CoreSystem) coreSystemView {
	return coreSystemView{
		ID:            s.ID,
		Name:          s.Name,
		State:         string(s.State),
		Scopes:        strings.Fields(s.Scopes),
		Networks:      strings.Fields(s.Networks),
		PerSecond:     s.PerSecond,
		SeesProtected: s.SeesProtected,
		Keys:          s.Keys,
		Reason:        s.Reason,
		ProposedBy:    s.ProposedBy,
		ProposedAt:    s.ProposedAt.In(jp.JST),
		DecidedBy:     s.DecidedBy,
		StoppedBy:     s.StoppedBy,
		EndedBy:       s.EndedBy,
	}
}

func (a *api) proposeCoreSystem(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Name          string   `json:"name" maxLength:"100"`
		Scopes        []string `json:"scopes" enum:"core:read,core:write,core:intake"`
		Networks      []string `json:"networks" doc:"From which it comes." example:"[\"203.0.113.0/28\"]"`
		PerSecond     int      `json:"per_second" minimum:"1" maximum:"100" doc:"Requests in the long run."`
		SeesProtected bool     `json:"sees_protected" doc:"It is told of protected persons (支援措置)."`
		Keys          string   `json:"keys" maxLength:"10000" doc:"Its public keys: a JWK Set, or one JWK."`
		Reason        string   `json:"reason" maxLength:"500"`
	}
}) (*struct{ Body coreSystemView }, error) {
	req, err := in.Request(ctx, "POST "+coreSystemsPath)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return wire.Answered(coreSystemOf)(a.Core.Propose(ctx, edge.ActorFrom(ctx), req, core.Wanted{Name: b.Name, Scopes: b.Scopes, Networks: b.Networks,
		PerSecond: b.PerSecond, SeesProtected: b.SeesProtected, Keys: b.Keys, Reason: b.Reason}))
}
