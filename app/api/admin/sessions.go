package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/account"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *api) sessionRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/admin/staff-sessions", ID: "list-staff-sessions", For: edge.MunicipalAdmin,
			Summary: "Who of the own staff is signed in with a browser", Call: wire.JSON(listed(sessionOf, a.Accounts.StaffSessions))},
		{Method: http.MethodDelete, Path: "/api/v1/admin/staff/{person}/sessions", ID: "end-staff-sessions", For: edge.MunicipalAdmin,
			Status: http.StatusNoContent, Summary: "Sign a member of the own staff out everywhere, at once", Call: wire.JSON(a.endStaffSessions)},
	}
}

type sessionView struct {
	Person string    `json:"person" format:"uuid"`
	Began  time.Time `json:"began" doc:"The sign-in."`
	Until  time.Time `json:"until" doc:"It ends then in any case, and before if it is idle."`
}

func sessionOf(s *account.Session) sessionView {
	return sessionView{Person: s.Person, Began: s.Began.In(jp.JST), Until: s.Until.In(jp.JST)}
}

func (a *api) endStaffSessions(ctx context.Context, in *struct {
	Person string `path:"person" format:"uuid" doc:"Id of a person who is signed in."`
}) (*struct{}, error) {
	_, err := a.Accounts.EndStaffSessions(ctx, edge.ActorFrom(ctx), in.Person)
	return nil, err
}
