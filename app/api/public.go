package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func (a *API) publicRoutes() {
	public := func(method, path, operation string) Route {
		return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: edge.Public}}
	}
	handle(
		a,
		operation1(public(http.MethodGet, "/api/v1/municipalities", "list-municipalities"), tagPublic, "Municipalities that use the service"),
		a.municipalities,
	)
	handle(a, operation1(public(http.MethodGet, "/api/v1/procedures", "search-procedures"), tagPublic, "Search the procedures", 422), a.search)
	handle(
		a,
		operation1(
			public(http.MethodGet, "/api/v1/procedures/{code}", "show-procedure"),
			tagPublic,
			"One procedure: texts, documents, schemas, an example that can be filed",
			404,
			422,
		),
		a.procedure,
	)
	handle(
		a,
		operation1(public(http.MethodPost, "/api/v1/procedures/{code}/evidence-plan", "plan-evidence"), tagPublic, "Which documents a person has to bring", 404, 422),
		a.plan,
	)
	handle(
		a,
		operation1(public(http.MethodGet, "/api/v1/phase-history", "list-phase-history"), tagPublic, "Every change of phase, with its reason and circular", 422),
		a.history,
	)
}

// operation1 is an operation that answers 200.
func operation1(r Route, tag, summary string, errors ...int) operation {
	return operation{Route: r, tag: tag, summary: summary, errors: errors}
}

type municipality struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	NameKana  string `json:"name_kana"`
	Office    string `json:"office" doc:"The office in charge."`
	Telephone string `json:"telephone"`
}

func municipalityOf(m *models.Municipality, lang string) municipality {
	out := municipality{Code: m.Code, Name: m.NameJa, NameKana: m.NameKana, Office: m.OfficeJa, Telephone: m.Telephone}
	if lang == edge.English {
		out.Name, out.Office = m.NameEn, m.OfficeEn
	}
	return out
}

func (a *API) municipalities(ctx context.Context, in *struct {
	Speaks
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"6" doc:"What the page before gave as next."`
}) (*list[municipality], error) {
	all, err := a.Guide.Municipalities(ctx, guide.Page{After: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	var out []municipality
	for i := range all {
		out = append(out, municipalityOf(&all[i], in.lang()))
	}
	return pageOf(out, in.Limit, func(m municipality) string { return m.Code }), nil
}

type procedureEntry struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	NameKana  string   `json:"name_kana"`
	NamePlain string   `json:"name_plain" doc:"やさしい日本語"`
	Summary   string   `json:"summary"`
	Category  category `json:"category"`
	Deadline  string   `json:"deadline"`
	Version   string   `json:"version" doc:"effective_from of the version in force today."`
	Signature string   `json:"signature" enum:"none,login,signature"`
	Open      *bool    `json:"open,omitempty" doc:"Whether the municipality that was named takes applications today."`
}

type category struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (a *API) search(ctx context.Context, in *struct {
	Speaks
	Limit        int    `query:"limit" default:"100" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor       string `query:"cursor" maxLength:"100" doc:"What the page before gave as next."`
	Municipality string `query:"municipality" doc:"Only what it offers." example:"998010"`
	Category     string `query:"category" example:"childcare"`
	Words        string `query:"q" maxLength:"200" doc:"Words in any language; each has to be mentioned."`
	ChildBorn    string `query:"child_birth_date" doc:"Only what concerns a child of that birth date (YYYY-MM-DD, also one ahead)."`
}) (*list[procedureEntry], error) {
	q := guide.Query{Municipality: in.Municipality, Category: in.Category, Words: in.Words}
	if in.ChildBorn != "" {
		day, err := jp.ParseDate(in.ChildBorn)
		if err != nil {
			return nil, badParameter("child_birth_date", "A day is written YYYY-MM-DD.")
		}
		q.Birth = day
	}
	found, err := a.Guide.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	lang := in.lang()
	var out []procedureEntry
	for _, f := range found {
		e := procedureEntry{
			Code:      f.Version.Procedure.Code,
			Name:      f.Version.Name.In(lang),
			NameKana:  f.Version.Name.Kana,
			NamePlain: f.Version.Name.Plain,
			Summary:   f.Version.Summary.In(lang),
			Category:  category{f.Category.Code, f.Category.Name.In(lang)},
			Deadline:  f.Version.Deadline.Text.In(lang),
			Version:   f.Version.Effective,
			Signature: f.Version.Signature,
		}
		if f.Offering != nil {
			open := f.Open
			e.Signature, e.Open = f.Offering.Signature, &open
		}
		out = append(out, e)
	}
	if in.Cursor != "" {
		last := slices.IndexFunc(out, func(e procedureEntry) bool { return e.Code == in.Cursor })
		if last < 0 {
			return nil, badParameter("cursor", "This is not a cursor that a list gave.")
		}
		out = out[last+1:]
	}
	return pageOf(out, in.Limit, func(e procedureEntry) string { return e.Code }), nil
}

type planQuestion struct {
	Municipality string     `json:"municipality" doc:"Six digits with check digit." example:"998010"`
	Facts        Facts      `json:"facts"`
	Consents     []string   `json:"consents" nullable:"false" doc:"What is consented to: item, or item/subject."`
	FiledAt      *time.Time `json:"filed_at,omitempty" doc:"As if filed at this instant; now if missing."`
}

func (a *API) plan(ctx context.Context, in *struct {
	Speaks
	Code string `path:"code" doc:"The procedure." example:"child-allowance-claim"`
	Body planQuestion
}) (*struct{ Body plannedView }, error) {
	if a.Catalogue.Procedure(in.Code) == nil {
		return nil, fault.New(fault.NotFound, fault.CodeUnknownProcedure, "There is no such procedure.")
	}
	q := guide.Question{
		Procedure:    in.Code,
		Municipality: in.Body.Municipality,
		Facts:        json.RawMessage(in.Body.Facts),
		Consents:     in.Body.Consents,
	}
	if in.Body.FiledAt != nil {
		q.At = *in.Body.FiledAt
	}
	p, err := a.Guide.Plan(ctx, q)
	if err != nil {
		return nil, err
	}
	return &struct{ Body plannedView }{plannedView{PlanView: a.planOf(&p.Plan, in.lang()), ChangesAt: inJapan(p.ChangesAt)}}, nil
}

type pastView struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind" enum:"change,suspension,lift,imported"`
	State     string        `json:"state"`
	Rows      []operate.Row `json:"rows" nullable:"false"`
	Reason    string        `json:"reason"`
	Circular  string        `json:"circular"`
	DecidedAt *time.Time    `json:"decided_at,omitempty"`
	At        time.Time     `json:"recorded_at"`
}

func (a *API) history(ctx context.Context, in *struct{ Paged }) (*list[pastView], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	past, err := a.Operate.History(ctx, postgres.Page{After: page.After, Limit: page.Limit})
	if err != nil {
		return nil, err
	}
	var out []pastView
	for _, p := range past {
		out = append(out, pastView{
			ID:        p.ID,
			Kind:      string(p.Kind),
			State:     string(p.State),
			Rows:      rowsInJapan(p.Rows),
			Reason:    p.Reason,
			Circular:  p.Circular,
			DecidedAt: inJapan(p.DecidedAt),
			At:        p.RecordedAt.In(jp.JST),
		})
	}
	return pageOf(out, in.Limit, func(p pastView) string { return p.ID }), nil
}
