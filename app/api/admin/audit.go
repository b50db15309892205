package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func (a *api) auditRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/audit", ID: "search-audit", For: edge.Auditor, Fails: []int{422},
			Summary: "Search the audit trail, newest first", About: "The search leaves an entry of its own, which says what was asked for.",
			Call: wire.JSON(a.audit)},
	}
}

type auditView struct {
	ID           string    `json:"id" format:"uuid"`
	At           time.Time `json:"at"`
	Actor        string    `json:"actor,omitempty" doc:"Id of the person; missing for the program itself."`
	Role         string    `json:"role"`
	Municipality string    `json:"municipality"`
	Purpose      string    `json:"purpose"`
	Action       string    `json:"action"`
	ObjectKind   string    `json:"object_kind"`
	Object       string    `json:"object"`
	Subject      string    `json:"subject,omitempty" doc:"Id of the person whose data it was."`
	RequestID    string    `json:"request_id"`
}

func (a *api) audit(ctx context.Context, in *struct {
	wire.Paged
	From         string `query:"from" maxLength:"40" doc:"From this instant, or day in Japan, on." example:"2026-04-01"`
	To           string `query:"to" maxLength:"40" doc:"Before this instant, or day in Japan." example:"2026-04-02"`
	Actor        string `query:"actor" format:"uuid" doc:"Who did it."`
	Subject      string `query:"subject" format:"uuid" doc:"Whose data it was."`
	Object       string `query:"object" maxLength:"200" doc:"Id of what it was done to."`
	Case         string `query:"case" maxLength:"40" doc:"Receipt number (受付番号): what was done to that case." example:"AGSF-JDDM-AZAD"`
	Action       string `query:"action" maxLength:"100" pattern:"^[a-z0-9-]+$" doc:"What was done." example:"open-case"`
	Municipality string `query:"municipality" pattern:"^[0-9]{6}$" doc:"Of the actor, or of the object where the actor has none." example:"998010"`
	Role         string `query:"role" enum:"public,applicant,reviewer,admin,national,auditor,partner,system" doc:"As what the actor acted."`
}) (*wire.List[auditView], error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	q := postgres.AuditQuery{
		Actor:        in.Actor,
		Subject:      in.Subject,
		Object:       in.Object,
		Case:         strings.TrimSpace(in.Case),
		Action:       in.Action,
		Municipality: in.Municipality,
		Role:         in.Role,
		After:        page.After,
		Limit:        page.Limit,
	}
	if q.From, err = wire.Instant("from", in.From); err != nil {
		return nil, err
	}
	if q.To, err = wire.Instant("to", in.To); err != nil {
		return nil, err
	}
	rows, err := a.Audit.Search(ctx, edge.ActorFrom(ctx), q)
	if err != nil {
		return nil, err
	}
	return wire.PageOf(wire.Each(rows, auditOf), in.Limit, func(v auditView) string { return v.ID }), nil
}

func auditOf(r models.AuditEntry) auditView {
	v := auditView{
		ID:           r.ID,
		At:           r.At.In(jp.JST),
		Role:         string(r.Role),
		Municipality: r.Municipality,
		Purpose:      r.Purpose,
		Action:       r.Action,
		ObjectKind:   r.ObjectKind,
		Object:       r.ObjectID,
		RequestID:    r.RequestID,
	}
	if r.ActorID != nil {
		v.Actor = *r.ActorID
	}
	if r.SubjectID != nil {
		v.Subject = *r.SubjectID
	}
	return v
}
