package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

func (a *api) readinessRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/admin/readiness", ID: "list-readiness", For: edge.Oversight, Fails: []int{404, 422},
			Summary: "What the trial has shown for each pair, and what is lacking before it is ready for full operation",
			About: "A municipal admin sees the own municipality; a national admin and an auditor see all, and totals. A document that was " +
				"compared several times counts once, as it compared at first.", Call: wire.JSON(a.readiness)},
		{Method: http.MethodPut, Path: "/api/v1/admin/readiness/checks", ID: "put-readiness-check", For: edge.MunicipalAdmin,
			Summary: "Say that the counter, the terminals or the workflow were tried for a pair", Call: wire.JSON(a.putReadinessCheck)},
	}
}

// PairFigures is what the trial has shown, and what is lacking.
type PairFigures struct {
	Compared      int64          `json:"compared" doc:"Documents compared with the network's answer on trial."`
	Matched       int64          `json:"matched" doc:"Also where it is only written in another way."`
	Judged        int64          `json:"judged" doc:"A person had to look, and found it the same."`
	Slips         int64          `json:"slips" doc:"Of readers in the office: no differences of the data, and in no other figure."`
	Discrepant    discrepantView `json:"discrepant"`
	AgreementRate *float64       `json:"agreement_rate,omitempty" minimum:"0" maximum:"1" doc:"matched and judged of compared; missing while there is none."`
	Files         int64          `json:"discrepancies" doc:"Files of discrepancies (齟齬), closed ones included."`
	Open          int64          `json:"open" doc:"Those that are not closed."`
	Causes        causesView     `json:"causes" doc:"Of closed discrepancies."`
	MedianDays    *float64       `json:"median_days_to_close,omitempty" doc:"Calendar days in Japan; missing while none is closed."`
	Ready         bool           `json:"ready" doc:"Every threshold is reached."`
	Missing       []missingView  `json:"missing" nullable:"false" doc:"What is lacking to reach each threshold."`
}

type discrepantView struct {
	Total    int64 `json:"total"`
	Facts    int64 `json:"facts"`
	Outcome  int64 `json:"outcome" doc:"The facts agreed, what follows from them did not."`
	NoAnswer int64 `json:"no_answer"`
}

type causesView struct {
	Own      int64 `json:"own" doc:"The own operation or system."`
	Provider int64 `json:"provider"`
	Document int64 `json:"document" doc:"Wrong or old."`
	Unknown  int64 `json:"unknown"`
}

type missingView struct {
	Threshold string  `json:"threshold" enum:"cases,agreement,open"`
	Have      float64 `json:"have"`
	Need      float64 `json:"need"`
	Lacking   int64   `json:"lacking" doc:"How many more cases; how many in a row have to agree, 0 if no number would do; how many to close."`
	Text      string  `json:"text"`
	Plain     string  `json:"plain" doc:"やさしい日本語"`
}

type pairView struct {
	Procedure     string `json:"procedure"`
	ProcedureName string `json:"procedure_name"`
	Item          string `json:"item"`
	ItemName      string `json:"item_name"`
	Municipality  string `json:"municipality" doc:"Code; * for all of them together."`
	Phase         string `json:"phase" doc:"In force now."`
	PairFigures
	Checks []checkView `json:"checks" nullable:"false" doc:"What was tried; empty for all municipalities together."`
}

type checkView struct {
	Tried     string     `json:"tried" enum:"counter,terminals,workflow"`
	Name      string     `json:"name"`
	NamePlain string     `json:"name_plain" doc:"やさしい日本語"`
	Done      bool       `json:"done"`
	DoneAt    *time.Time `json:"done_at,omitempty"`
	DoneBy    string     `json:"done_by,omitempty" doc:"Id of a person."`
	Note      string     `json:"note,omitempty"`
}

type readinessView struct {
	At         time.Time      `json:"at"`
	Thresholds thresholdsView `json:"thresholds"`
	Total      PairFigures    `json:"total" doc:"Of all that was asked for."`
	Country    []pairView     `json:"country" nullable:"false" doc:"Each pair in all municipalities together; empty for a municipal admin."`
	Items      []pairView     `json:"items" nullable:"false" doc:"Each pair in each municipality."`
	Next       string         `json:"next,omitempty" doc:"Cursor of the next page; missing on the last one."`
}

type thresholdsView struct {
	Cases     int     `json:"cases" doc:"Documents compared, at least."`
	Agreement float64 `json:"agreement" doc:"Part of them that agreed at first, at least."`
	Open      int     `json:"open" doc:"Discrepancies that are not closed, at most."`
}

func (a *api) readiness(ctx context.Context, in *struct {
	wire.Speaks
	Procedure    string `query:"procedure" maxLength:"100" doc:"Code; all if missing." example:"child-allowance-claim"`
	Item         string `query:"item" maxLength:"100" doc:"Linkage item; all if missing." example:"resident-record"`
	Municipality string `query:"municipality" maxLength:"6" doc:"Code; all that may be seen if missing." example:"998028"`
	Limit        int    `query:"limit" default:"200" minimum:"1" maximum:"1000" doc:"How many pairs at most."`
	Cursor       string `query:"cursor" maxLength:"210" doc:"What the page before gave as next."`
}) (*struct{ Body readinessView }, error) {
	after, err := pairCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	r, err := a.Operate.Readiness(ctx, edge.ActorFrom(ctx), operate.ReadinessQuery{
		Scope: operate.Scope{Procedure: in.Procedure, Item: in.Item, Municipality: in.Municipality}, After: after, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	lang := in.Lang()
	pair := func(p operate.Ready) pairView { return a.pairViewOf(p, lang) }
	out := readinessView{
		At:         r.At.In(jp.JST),
		Thresholds: thresholdsView(r.Thresholds),
		Total:      figuresOfPair(r.Total, lang),
		Country:    wire.Each(r.Country, pair),
		Items:      wire.Each(r.Pairs, pair),
	}
	if r.Next != (operate.Scope{}) {
		out.Next = strings.Join([]string{r.Next.Procedure, r.Next.Item, r.Next.Municipality}, "/")
	}
	return &struct{ Body readinessView }{out}, nil
}

// pairCursor reads where a page begins: the pair after which.
func pairCursor(cursor string) (operate.Scope, error) {
	if cursor == "" {
		return operate.Scope{}, nil
	}
	parts := strings.Split(cursor, "/")
	if len(parts) != 3 || !jp.ValidMunicipality(parts[2]) {
		return operate.Scope{}, wire.BadParameter("cursor", "invalid-cursor")
	}
	return operate.Scope{Procedure: parts[0], Item: parts[1], Municipality: parts[2]}, nil
}

func figuresOfPair(r operate.Ready, lang string) PairFigures {
	f := r.Figures
	return PairFigures{
		Compared:      f.Compared,
		Matched:       f.Matched,
		Judged:        f.Judged,
		Slips:         f.Slips,
		Causes:        causesView(f.Causes),
		Discrepant:    discrepantView{f.Discrepant(), f.Facts, f.Outcome, f.NoAnswer},
		AgreementRate: f.Agreement(),
		Files:         f.Files,
		Open:          f.Open,
		MedianDays:    f.MedianDays,
		Ready:         r.Ready(),
		Missing: wire.Each(r.Missing, func(m operate.Missing) missingView {
			return missingView{
				m.Threshold,
				m.Have,
				m.Need,
				m.Lacking,
				present.Lacking(m.Threshold, m.Have, m.Need, m.Lacking, lang),
				present.Lacking(m.Threshold, m.Have, m.Need, m.Lacking, wording.Plain),
			}
		}),
	}
}

func (a *api) pairViewOf(r operate.Ready, lang string) pairView {
	return pairView{
		Procedure:     r.Procedure,
		ProcedureName: present.Procedure(a.Editions().ForProcedure(edition.National, r.Procedure), r.Procedure, lang),
		Item:          r.Item,
		ItemName:      present.Item(a.Editions().ForItem(r.Item), r.Item, lang),
		Municipality:  r.Municipality,
		Phase:         r.Phase,
		PairFigures:   figuresOfPair(r, lang),
		Checks:        wire.Each(r.Checks, func(c operate.Check) checkView { return checkViewOf(c, lang) }),
	}
}

func checkViewOf(c operate.Check, lang string) checkView {
	name, _ := wording.Of("tried-" + c.Tried)
	return checkView{c.Tried, name.In(lang), name.Plain, c.Done, wire.InJapan(c.DoneAt), c.DoneBy, c.Note}
}

func (a *api) putReadinessCheck(ctx context.Context, in *struct {
	wire.Speaks
	Body struct {
		Procedure string `json:"procedure" example:"child-allowance-claim"`
		Item      string `json:"item" example:"resident-record"`
		Tried     string `json:"tried" enum:"counter,terminals,workflow"`
		Note      string `json:"note,omitempty" doc:"What was tried, by how many."`
		Done      *bool  `json:"done,omitempty" doc:"false takes it back; true if it is left out."`
	}
}) (*struct{ Body checkView }, error) {
	b := in.Body
	c, err := a.Operate.PutCheck(ctx, edge.ActorFrom(ctx), operate.NewCheck{
		Procedure: b.Procedure,
		Item:      b.Item,
		Tried:     b.Tried,
		Note:      b.Note,
		Done:      b.Done == nil || *b.Done,
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body checkView }{checkViewOf(*c, in.Lang())}, nil
}
