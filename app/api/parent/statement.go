package parent

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
)

func (a *API) statementRoutes() []wire.Operation {
	const path = "/api/v1/applications/{id}/documents/{document}/{subject}/statement"
	return []wire.Operation{
		{Method: http.MethodGet, Path: path, ID: "show-statement", For: edge.Applicant,
			Summary: "The questions of a document that the applicant writes, and its answers", Call: wire.JSON(a.statement)},
		{Method: http.MethodPut, Path: path, ID: "write-statement", For: edge.Applicant, Status: http.StatusCreated, Fails: []int{409, 413, 422},
			Summary: "Write it by answering; a PDF is attached, in the place of what was written before", Call: wire.JSON(a.writeStatement)},
	}
}

// StatementOf names a statement of an application.
type StatementOf struct {
	wire.One
	Document string `path:"document"`
	Subject  string `path:"subject"`
}

func (a *API) opened(ctx context.Context, in StatementOf) (*usecase.Statement, error) {
	return a.Statement(ctx, edge.ActorFrom(ctx), in.ID, in.Document, in.Subject)
}

type statementView struct {
	Schema  map[string]any `json:"schema" doc:"JSON Schema 2020-12 of the answers."`
	Answers map[string]any `json:"answers" doc:"What it was written from, or is known of it."`
	Written bool           `json:"written"`
}

func (a *API) statement(ctx context.Context, in *struct {
	StatementOf
	wire.Speaks
}) (*struct{ Body statementView }, error) {
	s, err := a.opened(ctx, in.StatementOf)
	if err != nil {
		return nil, err
	}
	return &struct{ Body statementView }{statementView{s.Definition.Statement().Schema(in.Lang(), false), s.Answers, s.Written}}, nil
}

func (a *API) writeStatement(ctx context.Context, in *struct {
	StatementOf
	Body struct {
		Answers map[string]any `json:"answers"`
	}
}) (*struct {
	ETag string `header:"ETag"`
	Body ReceivedView
}, error) {
	s, err := a.opened(ctx, in.StatementOf)
	if err != nil {
		return nil, err
	}
	f, err := a.WriteStatement(ctx, edge.ActorFrom(ctx), s, in.Body.Answers)
	if err != nil {
		return nil, err
	}
	return &struct {
		ETag string `header:"ETag"`
		Body ReceivedView
	}{edge.ETag(f.Version), ReceivedOf(f)}, nil
}
