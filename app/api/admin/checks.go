package admin

import (
	"context"
	"net/http"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/lint"
)

func (a *api) checkRoutes() []wire.Operation {
	return []wire.Operation{{Method: http.MethodGet, Path: "/api/v1/admin/checks", ID: "list-checks", For: edge.Admin,
		Summary: "When the rules of the editions in force were last checked, and which have to be looked at again",
		About:   "The national edition; for a municipal admin the own rules of the own one too.", Call: wire.JSON(a.checks)}}
}

// checksList is each edition in total, and after that its procedures.
type checksList struct {
	Items []checksView `json:"items" nullable:"false"`
}

// checksView counts the rules of one procedure, each that is written once.
type checksView struct {
	Scope     string   `json:"scope" doc:"* for the country, or a municipality's code."`
	Procedure string   `json:"procedure" doc:"* for all of them together."`
	Name      string   `json:"name"`
	Rules     int      `json:"rules"`
	Due       int      `json:"due" doc:"Not checked within 400 days, or the source changed after it."`
	Checked   int      `json:"checked"`
	Never     int      `json:"never"`
	Amended   int      `json:"amended" doc:"The source changed after the check."`
	Doubtful  int      `json:"doubtful"`
	Unsourced int      `json:"unsourced"`
	OldestOn  string   `json:"oldest_on" doc:"Day of the oldest check; empty: none."`
	OldestBy  string   `json:"oldest_by"`
	LatestOn  string   `json:"latest_on"`
	LatestBy  string   `json:"latest_by"`
	Marks     []string `json:"marks" nullable:"false" doc:"What changed since, in words."`
}

func (a *api) checks(ctx context.Context, in *wire.Speaks) (*struct{ Body checksList }, error) {
	all, err := a.Publish.Checks(ctx, edge.ActorFrom(ctx))
	if err != nil {
		return nil, err
	}
	out := checksList{Items: []checksView{}}
	for _, c := range all {
		total := c.Total
		total.Procedure = operate.All
		for _, d := range append([]lint.Debt{total}, c.Procedures...) {
			out.Items = append(out.Items, checksOf(c.Scope, c.Catalogue, d, in.Lang()))
		}
	}
	return &struct{ Body checksList }{out}, nil
}

func checksOf(scope string, c *catalogue.Catalogue, d lint.Debt, lang string) checksView {
	out := checksView{scope, d.Procedure, c.Title(scope).In(lang), d.Rules, d.Due, d.Checked, d.Never, d.Amended, d.Doubtful, d.Unsourced,
		d.Oldest, d.By, d.Latest, d.LatestBy, wire.Each(d.Marks, func(m lint.Mark) string { return say.Mark(c, m, lang) })}
	if d.Procedure != operate.All {
		out.Name = present.Procedure(c, d.Procedure, lang)
	}
	return out
}
