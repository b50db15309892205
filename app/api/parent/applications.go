package parent

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
)

const applicationsPath = "/api/v1/applications"

func (a *API) applicationRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/applications", ID: "create-application", For: edge.Applicant, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Begin a draft", Call: wire.JSON(a.create)},
		{Method: http.MethodGet, Path: "/api/v1/applications", ID: "list-applications", For: edge.Applicant, Fails: []int{422},
			Summary: "One's own applications, newest first", Call: wire.JSON(a.listApplications)},
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}", ID: "show-application", For: edge.Applicant, Fails: []int{422},
			Summary: "One application; a draft is evaluated again", Call: wire.JSON(a.Show)},
		{Method: http.MethodPatch, Path: "/api/v1/applications/{id}", ID: "change-application", For: edge.Applicant, Fails: []int{409, 412, 428},
			Summary: "Save a part of a draft, or of a correction that was asked for (JSON Merge Patch)", Call: wire.JSON(a.Change)},
		{Method: http.MethodDelete, Path: "/api/v1/applications/{id}", ID: "delete-application", For: edge.Applicant,
			Status: http.StatusNoContent, Fails: []int{409, 412, 422}, Summary: "Delete a draft", Call: wire.JSON(a.Remove)},
	}
}

// draftBody is a new application.
type draftBody struct {
	Procedure    string             `json:"procedure" example:"child-allowance-claim"`
	Municipality string             `json:"municipality" example:"998010"`
	Facts        wire.Facts         `json:"facts,omitempty"`
	Form         wire.Form          `json:"form,omitempty"`
	Consents     []string           `json:"consents,omitempty" nullable:"false" doc:"What is consented to: item, or item/subject."`
	Declarations []wire.Declaration `json:"declarations,omitempty" nullable:"false" doc:"Why a document is not attached."`
	OnDuplicate  string             `json:"on_duplicate,omitempty" enum:"amend,supersede,separate" doc:"What to do if there is an application for the same thing."`
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

// Created is the answer to a new draft.
type Created struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     ApplicationView
}

func (a *API) create(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	Body draftBody
}) (*Created, error) {
	req, err := in.Request(ctx, "POST "+applicationsPath)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.Create(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &Created{Location: applicationsPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: ApplicationOf(a.Services, v, in.Lang())}, nil
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

func entryOf(v ApplicationView) applicationEntry {
	return applicationEntry{
		ID:            v.ID,
		Procedure:     v.Procedure,
		ProcedureName: v.ProcedureName,
		Municipality:  v.Municipality,
		State:         v.State,
		StateText:     v.StateText,
		ReceiptNumber: v.ReceiptNumber,
		ArrivedAt:     v.ArrivedAt,
		UpdatedAt:     v.UpdatedAt,
	}
}

func (a *API) listApplications(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
}) (*wire.List[applicationEntry], error) {
	entry := func(v *apply.View) applicationEntry { return entryOf(ApplicationOf(a.Services, v, in.Lang())) }
	return wire.Listed(ctx, in.Paged, a.Apply.List, entry, func(e applicationEntry) string { return e.ID })
}

// Show gives one application.
func (a *API) Show(ctx context.Context, in *struct {
	wire.Speaks
	wire.One
}) (*wire.Versioned[ApplicationView], error) {
	v, err := a.Apply.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := ApplicationOf(a.Services, v, in.Lang())
	if out.Decision, err = a.letterFor(ctx, v.State, v.ID); err != nil {
		return nil, err
	}
	return wire.WithVersion(v.Version, out), nil
}

// patchBody describes the merge patch; what is applied is the body as it was sent.
type patchBody struct {
	Facts        wire.PatchedObject       `json:"facts,omitempty"`
	Form         wire.PatchedObject       `json:"form,omitempty"`
	Consents     wire.PatchedConsents     `json:"consents,omitempty"`
	Declarations wire.PatchedDeclarations `json:"declarations,omitempty"`
}

// Change saves a part of a draft or of a correction.
func (a *API) Change(ctx context.Context, in *struct {
	wire.Speaks
	wire.One
	wire.Guarded
	Body patchBody `contentType:"application/merge-patch+json"`
}) (*wire.Versioned[ApplicationView], error) {
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
	v, err := a.Apply.Change(ctx, actor, in.ID, *version, wire.Sent(ctx))
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(v.Version, ApplicationOf(a.Services, v, in.Lang())), nil
}

// Remove deletes a draft.
func (a *API) Remove(ctx context.Context, in *struct {
	wire.One
	wire.Guarded
}) (*wire.Empty, error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, a.Apply.Delete(ctx, edge.ActorFrom(ctx), in.ID, version)
}
