package public

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/storage/postgres"
)

func (a *api) searchRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/municipalities", ID: "list-municipalities", For: edge.Public, Fails: []int{422},
			Summary: "Municipalities that use the service", Call: wire.JSON(a.municipalities)},
		{Method: http.MethodGet, Path: "/api/v1/procedures", ID: "search-procedures", For: edge.Public, Fails: []int{422},
			Summary: "Search the procedures", Call: wire.JSON(a.search)},
		{Method: http.MethodPost, Path: "/api/v1/procedures/{code}/evidence-plan", ID: "plan-evidence", For: edge.Public,
			Summary: "Which documents a person has to bring", Call: wire.JSON(a.plan)},
		{Method: http.MethodGet, Path: "/api/v1/phase-history", ID: "list-phase-history", For: edge.Public, Fails: []int{422},
			Summary: "Every change of phase, with its reason and circular", Call: wire.JSON(a.history)},
	}
}

type plannedView struct {
	wire.PlanView
	ChangesAt *time.Time `json:"changes_at,omitempty" doc:"When the next approved switch changes this plan."`

	// Explain is wire.Why; the page on evidence describes its members, so that the description stays small.
	Explain any `json:"explain,omitempty" doc:"Why each document is asked for or not, with explain=1: as onestop evidence --explain, and in words."`
}

func (a *api) municipalities(ctx context.Context, in *struct {
	wire.Speaks
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"6" doc:"What the page before gave as next."`
}) (*wire.List[wire.Municipality], error) {
	all, err := a.Guide.Municipalities(ctx, guide.Page{After: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	var out []wire.Municipality
	for i := range all {
		out = append(out, wire.MunicipalityOf(&all[i], in.Lang()))
	}
	return wire.PageOf(out, in.Limit, func(m wire.Municipality) string { return m.Code }), nil
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

func (a *api) search(ctx context.Context, in *struct {
	wire.Speaks
	Limit        int    `query:"limit" default:"100" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor       string `query:"cursor" maxLength:"100" doc:"What the page before gave as next."`
	Municipality string `query:"municipality" doc:"Only what it offers." example:"998010"`
	Category     string `query:"category" example:"childcare"`
	Words        string `query:"q" maxLength:"200" doc:"What it is about, in any language, as people say it: what fits best comes first."`
	ChildBorn    string `query:"child_birth_date" doc:"Only what concerns a child of that birth date (YYYY-MM-DD, also one ahead)."`
}) (*wire.List[procedureEntry], error) {
	q := guide.Query{Municipality: in.Municipality, Category: in.Category, Words: in.Words}
	if in.ChildBorn != "" {
		day, err := jp.ParseDate(in.ChildBorn)
		if err != nil {
			return nil, wire.BadParameter("child_birth_date", "not-a-day")
		}
		q.Birth = day
	}
	found, err := a.Guide.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	lang := in.Lang()
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
			return nil, wire.BadParameter("cursor", "invalid-cursor")
		}
		out = out[last+1:]
	}
	return wire.PageOf(out, in.Limit, func(e procedureEntry) string { return e.Code }), nil
}

type planQuestion struct {
	Municipality string     `json:"municipality" doc:"Six digits with check digit." example:"998010"`
	Facts        wire.Facts `json:"facts"`
	Consents     []string   `json:"consents" nullable:"false" doc:"What is consented to: item, or item/subject."`
	FiledAt      *time.Time `json:"filed_at,omitempty" doc:"As if filed at this instant; now if missing."`
}

func (a *api) plan(ctx context.Context, in *struct {
	wire.Speaks
	Code    string `path:"code" doc:"The procedure." example:"child-allowance-claim"`
	Explain string `query:"explain" enum:"0,1" doc:"1: say why each document is asked for or not."`
	Body    planQuestion
}) (*struct{ Body plannedView }, error) {
	if a.Editions().Now(in.Body.Municipality).Procedure(in.Code) == nil {
		return nil, fault.New(fault.NotFound, fault.CodeUnknownProcedure, "")
	}
	q := guide.Question{
		Procedure:    in.Code,
		Municipality: in.Body.Municipality,
		Facts:        json.RawMessage(in.Body.Facts),
		Consents:     in.Body.Consents,
		Explain:      in.Explain == "1",
	}
	if in.Body.FiledAt != nil {
		q.At = *in.Body.FiledAt
	}
	p, err := a.Guide.Plan(ctx, q)
	if err != nil {
		return nil, err
	}
	out := plannedView{PlanView: wire.PlanOf(p.Catalogue, &p.Plan, in.Lang()), ChangesAt: wire.InJapan(p.ChangesAt)}
	if p.Why != nil {
		reasons, err := a.Reasons(ctx, p.Why, p.Catalogue, in.Lang())
		if err != nil {
			return nil, err
		}
		out.Explain = wire.WhyOf(reasons)
	}
	return &struct{ Body plannedView }{out}, nil
}

type pastView struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" enum:"change,suspension,lift,imported"`
	State     string     `json:"state"`
	Rows      []wire.Row `json:"rows" nullable:"false"`
	Reason    string     `json:"reason"`
	Circular  string     `json:"circular"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	At        time.Time  `json:"recorded_at"`
}

func (a *api) history(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[pastView], error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	past, err := a.Operate.History(ctx, "", postgres.Page{After: page.After, Limit: page.Limit})
	if err != nil {
		return nil, err
	}
	var out []pastView
	for _, p := range past {
		out = append(out, pastView{
			ID:        p.ID,
			Kind:      string(p.Kind),
			State:     string(p.State),
			Rows:      wire.RowsOf(p.Rows),
			Reason:    p.Reason,
			Circular:  p.Circular,
			DecidedAt: wire.InJapan(p.DecidedAt),
			At:        p.RecordedAt.In(jp.JST),
		})
	}
	return wire.PageOf(out, in.Limit, func(p pastView) string { return p.ID }), nil
}
