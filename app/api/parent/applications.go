package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
)

// applicant is the route of a parent.
func applicant(method, path, operation string) Route {
	return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: edge.Applicant}}
}

// once marks a route that needs an Idempotency-Key.
func once(r Route) Route {
	r.Idempotent = true
	return r
}

const applicationsPath = "/api/v1/applications"

func (a *API) applicationRoutes() {
	create := operation1(once(applicant(http.MethodPost, applicationsPath, "create-application")), tagApplicant, "Begin a draft", 409, 422)
	create.status = http.StatusCreated
	handle(a, create, a.create)
	handle(
		a,
		operation1(applicant(http.MethodGet, applicationsPath, "list-applications"), tagApplicant, "One's own applications, newest first", 422),
		a.listApplications,
	)
	handle(
		a,
		operation1(applicant(http.MethodGet, applicationsPath+"/{id}", "show-application"), tagApplicant, "One application; a draft is evaluated again", 404),
		a.show,
	)
	handle(a, operation1(applicant(http.MethodPatch, applicationsPath+"/{id}", "change-application"), tagApplicant,
		"Save a part of a draft, or of a correction that was asked for (JSON Merge Patch)", 404, 409, 412, 422, 428), a.change)
	remove := operation1(applicant(http.MethodDelete, applicationsPath+"/{id}", "delete-application"), tagApplicant, "Delete a draft", 404, 409, 412)
	remove.status = http.StatusNoContent
	handle(a, remove, a.remove)
}

// draftBody is a new application.
type draftBody struct {
	Procedure    string        `json:"procedure" example:"child-allowance-claim"`
	Municipality string        `json:"municipality" example:"998010"`
	Facts        Facts         `json:"facts,omitempty"`
	Form         Form          `json:"form,omitempty"`
	Consents     []string      `json:"consents,omitempty" nullable:"false" doc:"What is consented to: item, or item/subject."`
	Declarations []Declaration `json:"declarations,omitempty" nullable:"false" doc:"Why a document is not attached (P1)."`
	OnDuplicate  string        `json:"on_duplicate,omitempty" enum:"amend,supersede,separate" doc:"What to do if there is an application for the same thing."`
}

func (b draftBody) draft() apply.Draft {
	d := apply.Draft{
		Procedure:    b.Procedure,
		Municipality: b.Municipality,
		Facts:        json.RawMessage(b.Facts),
		Form:         b.Form,
		Consents:     b.Consents,
		OnDuplicate:  b.OnDuplicate,
	}
	for _, one := range b.Declarations {
		d.Declarations = append(d.Declarations, dossier.Declaration(one))
	}
	return d
}

type created struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     applicationView
}

func (a *API) create(ctx context.Context, in *struct {
	Speaks
	Keyed
	Body draftBody
}) (*created, error) {
	req, err := in.request(ctx, "POST "+applicationsPath)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.Create(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &created{Location: applicationsPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: a.applicationOf(v, in.lang())}, nil
}

type applicationEntry struct {
	ID            string     `json:"id" format:"uuid"`
	Procedure     string     `json:"procedure"`
	ProcedureName string     `json:"procedure_name"`
	Municipality  string     `json:"municipality"`
	State         string     `json:"state"`
	StateText     string     `json:"state_text"`
	ReceiptNumber string     `json:"receipt_number,omitempty"`
	ArrivedAt     *time.Time `json:"arrived_at,omitempty"`
	UpdatedAt     time.Time  `json:"updated_at"`
}

func (a *API) listApplications(ctx context.Context, in *struct {
	Speaks
	Paged
}) (*list[applicationEntry], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	views, err := a.Apply.List(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	lang := in.lang()
	var out []applicationEntry
	for i := range views {
		v := a.applicationOf(&views[i], lang)
		out = append(out, applicationEntry{
			ID:            v.ID,
			Procedure:     v.Procedure,
			ProcedureName: v.ProcedureName,
			Municipality:  v.Municipality,
			State:         v.State,
			StateText:     v.StateText,
			ReceiptNumber: v.ReceiptNumber,
			ArrivedAt:     v.ArrivedAt,
			UpdatedAt:     v.UpdatedAt,
		})
	}
	return pageOf(out, in.Limit, func(e applicationEntry) string { return e.ID }), nil
}

func (a *API) show(ctx context.Context, in *struct {
	Speaks
	One
}) (*versioned[applicationView], error) {
	v, err := a.Apply.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := a.applicationOf(v, in.lang())
	if out.Decision, err = a.letterFor(ctx, v.State, v.ID); err != nil {
		return nil, err
	}
	return withVersion(v.Version, out), nil
}

// patchBody describes the merge patch; what is applied is the body as it was sent.
type patchBody struct {
	Facts        PatchedObject       `json:"facts,omitempty"`
	Form         PatchedObject       `json:"form,omitempty"`
	Consents     PatchedConsents     `json:"consents,omitempty"`
	Declarations PatchedDeclarations `json:"declarations,omitempty"`
}

func (a *API) change(ctx context.Context, in *struct {
	Speaks
	One
	Guarded
	Body patchBody `contentType:"application/merge-patch+json"`
}) (*versioned[applicationView], error) {
	version, err := edge.RequireIfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	actor := edge.ActorFrom(ctx)
	if version == nil { // If-Match: * asks for whatever is there
		v, err := a.Apply.Get(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		version = &v.Version
	}
	v, err := a.Apply.Change(ctx, actor, in.ID, *version, sent(ctx))
	if err != nil {
		return nil, err
	}
	return withVersion(v.Version, a.applicationOf(v, in.lang())), nil
}

func (a *API) remove(ctx context.Context, in *struct {
	One
	Guarded
}) (*empty, error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, a.Apply.Delete(ctx, edge.ActorFrom(ctx), in.ID, version)
}
