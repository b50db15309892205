package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const providerPath = "/api/v1/review/provider-requests"

func (a *api) providerRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/review/provider-requests", ID: "list-provider-requests", For: edge.Reviewer, Fails: []int{422},
			Summary: "What other bodies ask this municipality to confirm, newest first", Call: wire.JSON(a.providerRequests)},
		{Method: http.MethodPost, Path: "/api/v1/review/provider-requests", ID: "receive-provider-request", For: edge.Reviewer, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Take in what another body asks to confirm",
			Call: wire.JSON(a.receiveProviderRequest)},
		{Method: http.MethodGet, Path: "/api/v1/review/provider-requests/{id}", ID: "open-provider-request", For: edge.Reviewer,
			Fails: []int{422}, Summary: "One request with its steps", Call: wire.JSON(a.providerRequest)},
		{Method: http.MethodPost, Path: "/api/v1/review/provider-requests/{id}/steps", ID: "step-provider-request", For: edge.Reviewer,
			Fails: []int{409, 412}, Summary: "Take the next step of a request",
			About: "checked, then corrected, confirmed or cannot-confirm, then answered, then closed. After corrected, similar-checked comes " +
				"before closed. reported is possible at any time. A step out of order is 409 not-allowed-now and says what has to come first.",
			Call: wire.JSON(a.stepProviderRequest)},
	}
}

// ProviderEntry is a request as the list shows it.
type ProviderEntry struct {
	ID         string     `json:"id" format:"uuid"`
	Inquirer   string     `json:"inquirer" doc:"The body that asks."`
	Item       string     `json:"item"`
	ItemName   string     `json:"item_name"`
	State      string     `json:"state" enum:"open,answered,closed"`
	Step       string     `json:"step" doc:"The last main step."`
	StepName   string     `json:"step_name"`
	Outcome    string     `json:"outcome,omitempty" enum:"corrected,confirmed,cannot-confirm"`
	Similar    *int       `json:"similar,omitempty" doc:"Records found that were wrong in the same way."`
	ReceivedAt time.Time  `json:"received_at"`
	StepAt     time.Time  `json:"step_at"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	DaysOpen   int        `json:"days_open"`
	DaysInStep int        `json:"days_in_step"`
	Overdue    bool       `json:"overdue"`
}

type providerView struct {
	ProviderEntry
	Resident string          `json:"resident" doc:"Resident id (宛名番号) of the person whom it is about."`
	Question string          `json:"question"`
	Steps    []providerTaken `json:"steps" nullable:"false" doc:"Taken, oldest first."`
	Next     []caseStep      `json:"next" nullable:"false" doc:"Each step, and why one is not possible now."`
}

type providerTaken struct {
	Step  string    `json:"step"`
	Name  string    `json:"name"`
	Note  string    `json:"note"`
	Count *int      `json:"count,omitempty" doc:"Of similar-checked."`
	By    string    `json:"by" format:"uuid"`
	At    time.Time `json:"at"`
}

func (a *api) providerEntryOf(r *provider.Request, lang string) ProviderEntry {
	return ProviderEntry{
		ID:         r.ID,
		Inquirer:   r.Inquirer,
		Item:       r.Item,
		ItemName:   present.Item(a.Editions().ForItem(r.Item), r.Item, lang),
		State:      string(r.State),
		Step:       r.Step,
		StepName:   present.ProviderStep(r.Step, lang),
		Outcome:    r.Outcome,
		Similar:    r.SimilarCount,
		ReceivedAt: r.ReceivedAt.In(jp.JST),
		StepAt:     r.StepAt.In(jp.JST),
		ClosedAt:   wire.InJapan(r.ClosedAt),
		DaysOpen:   r.DaysOpen,
		DaysInStep: r.DaysInStep,
		Overdue:    r.Overdue,
	}
}

func (a *api) providerViewOf(r *provider.Request, lang string) *wire.Versioned[providerView] {
	return wire.WithVersion(r.Version, providerView{
		ProviderEntry: a.providerEntryOf(r, lang),
		Resident:      r.Resident,
		Question:      r.Question,
		Steps: wire.Each(r.Steps, func(t provider.Taken) providerTaken {
			return providerTaken{
				Step:  t.Step,
				Name:  present.ProviderStep(t.Step, lang),
				Note:  t.Note,
				Count: t.Count,
				By:    t.By,
				At:    t.At.In(jp.JST),
			}
		}),
		Next: wire.Each(r.Next, func(s provider.Allowed) caseStep {
			return caseStep{
				Step:    s.Step,
				Name:    present.ProviderStep(s.Step, lang),
				Allowed: s.Reason == "",
				Reason:  present.Reason(s.Reason, lang),
			}
		}),
	})
}

func (a *api) providerRequests(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
	State string `query:"state" enum:"open,answered,closed" doc:"One state; all if missing."`
}) (*wire.List[ProviderEntry], error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Provider.List(ctx, edge.ActorFrom(ctx), models.ProviderRequestState(in.State), page)
	if err != nil {
		return nil, err
	}
	out := make([]ProviderEntry, len(rows))
	for i := range rows {
		out[i] = a.providerEntryOf(&rows[i], in.Lang())
	}
	return wire.PageOf(out, in.Limit, func(e ProviderEntry) string { return e.ID }), nil
}

func (a *api) receiveProviderRequest(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	Body struct {
		Inquirer   string    `json:"inquirer" doc:"The body that asks." example:"もり村"`
		Item       string    `json:"item" doc:"Linkage item." example:"resident-record"`
		Resident   string    `json:"resident" doc:"Resident id (宛名番号) of the person whom it is about; never an individual number." example:"H0001234"`
		Question   string    `json:"question" doc:"What is in question."`
		ReceivedAt time.Time `json:"received_at,omitempty" doc:"When it came; now if it is left out."`
	}
}) (*wire.Versioned[providerView], error) {
	req, err := in.Request(ctx, "POST "+providerPath)
	if err != nil {
		return nil, err
	}
	b := in.Body
	r, err := a.Provider.Receive(ctx, edge.ActorFrom(ctx), req, provider.Asked{
		Inquirer:   b.Inquirer,
		Item:       b.Item,
		Resident:   b.Resident,
		Question:   b.Question,
		ReceivedAt: b.ReceivedAt,
	})
	if err != nil {
		return nil, err
	}
	return a.providerViewOf(r, in.Lang()), nil
}

// OneProviderRequest names one request.
type OneProviderRequest struct {
	ID string `path:"id" format:"uuid"`
}

func (a *api) providerRequest(ctx context.Context, in *struct {
	wire.Speaks
	OneProviderRequest
}) (*wire.Versioned[providerView], error) {
	r, err := a.Provider.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return a.providerViewOf(r, in.Lang()), nil
}

func (a *api) stepProviderRequest(ctx context.Context, in *struct {
	wire.Speaks
	OneProviderRequest
	wire.Guarded
	Body struct {
		Step  string `json:"step" enum:"checked,corrected,confirmed,cannot-confirm,similar-checked,answered,reported,closed"`
		Note  string `json:"note,omitempty" doc:"What was found or done. Required for corrected, confirmed, cannot-confirm and reported."`
		Count *int   `json:"count,omitempty" doc:"similar-checked: how many other records were wrong in the same way."`
	}
}) (*wire.Versioned[providerView], error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	r, err := a.Provider.Step(ctx, edge.ActorFrom(ctx), in.ID, provider.NewStep{
		Step:    in.Body.Step,
		Note:    in.Body.Note,
		Count:   in.Body.Count,
		Version: version,
	})
	if err != nil {
		return nil, err
	}
	return a.providerViewOf(r, in.Lang()), nil
}
