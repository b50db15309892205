package api

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

const providerPath = "/api/v1/review/provider-requests"

func (a *API) providerRoutes() {
	handle(a, operation1(reviewer(http.MethodGet, providerPath, "list-provider-requests"), tagReviewer,
		"What other bodies ask this municipality to confirm (R7), newest first", 422), a.providerRequests)
	receive := operation1(
		once(reviewer(http.MethodPost, providerPath, "receive-provider-request")),
		tagReviewer,
		"Take in what another body asks to confirm",
		409,
		422,
	)
	receive.status = http.StatusCreated
	handle(a, receive, a.receiveProviderRequest)
	handle(
		a,
		operation1(reviewer(http.MethodGet, providerPath+"/{id}", "open-provider-request"), tagReviewer, "One request with its steps", 404),
		a.providerRequest,
	)
	step := operation1(
		reviewer(http.MethodPost, providerPath+"/{id}/steps", "step-provider-request"),
		tagReviewer,
		"Take the next step of a request (R7)",
		404,
		409,
		412,
		422,
	)
	step.about = "checked, then corrected, confirmed or cannot-confirm, then answered, then closed. After corrected, similar-checked comes before closed. " +
		"reported is possible at any time. A step out of order is 409 not-allowed-now and says what has to come first."
	handle(a, step, a.stepProviderRequest)
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

func (a *API) providerEntryOf(r *provider.Request, lang string) ProviderEntry {
	return ProviderEntry{
		ID:         r.ID,
		Inquirer:   r.Inquirer,
		Item:       r.Item,
		ItemName:   wording.Item(a.Catalogue, r.Item, lang),
		State:      string(r.State),
		Step:       r.Step,
		StepName:   wording.ProviderStep(r.Step, lang),
		Outcome:    r.Outcome,
		Similar:    r.SimilarCount,
		ReceivedAt: r.ReceivedAt.In(jp.JST),
		StepAt:     r.StepAt.In(jp.JST),
		ClosedAt:   inJapan(r.ClosedAt),
		DaysOpen:   r.DaysOpen,
		DaysInStep: r.DaysInStep,
		Overdue:    r.Overdue,
	}
}

func (a *API) providerViewOf(r *provider.Request, lang string) *versioned[providerView] {
	return withVersion(r.Version, providerView{
		ProviderEntry: a.providerEntryOf(r, lang),
		Resident:      r.Resident,
		Question:      r.Question,
		Steps: each(r.Steps, func(t provider.Taken) providerTaken {
			return providerTaken{
				Step:  t.Step,
				Name:  wording.ProviderStep(t.Step, lang),
				Note:  t.Note,
				Count: t.Count,
				By:    t.By,
				At:    t.At.In(jp.JST),
			}
		}),
		Next: each(r.Next, func(s provider.Allowed) caseStep {
			return caseStep{
				Step:    s.Step,
				Name:    wording.ProviderStep(s.Step, lang),
				Allowed: s.Reason == "",
				Reason:  wording.ProviderRefusal(s.Step, s.Reason, string(r.State), r.Outcome, lang),
			}
		}),
	})
}

func (a *API) providerRequests(ctx context.Context, in *struct {
	Speaks
	Paged
	State string `query:"state" enum:"open,answered,closed" doc:"One state; all if missing."`
}) (*list[ProviderEntry], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Provider.List(ctx, edge.ActorFrom(ctx), models.ProviderRequestState(in.State), page)
	if err != nil {
		return nil, err
	}
	out := make([]ProviderEntry, len(rows))
	for i := range rows {
		out[i] = a.providerEntryOf(&rows[i], in.lang())
	}
	return pageOf(out, in.Limit, func(e ProviderEntry) string { return e.ID }), nil
}

func (a *API) receiveProviderRequest(ctx context.Context, in *struct {
	Speaks
	Keyed
	Body struct {
		Inquirer   string    `json:"inquirer" doc:"The body that asks." example:"もり村"`
		Item       string    `json:"item" doc:"Linkage item." example:"resident-record"`
		Resident   string    `json:"resident" doc:"Resident id (宛名番号) of the person whom it is about; never an individual number." example:"H0001234"`
		Question   string    `json:"question" doc:"What is in question."`
		ReceivedAt time.Time `json:"received_at,omitempty" doc:"When it came; now if it is left out."`
	}
}) (*versioned[providerView], error) {
	req, err := in.request(ctx, "POST "+providerPath)
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
	return a.providerViewOf(r, in.lang()), nil
}

// OneProviderRequest names one request.
type OneProviderRequest struct {
	ID string `path:"id" format:"uuid"`
}

func (a *API) providerRequest(ctx context.Context, in *struct {
	Speaks
	OneProviderRequest
}) (*versioned[providerView], error) {
	r, err := a.Provider.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return a.providerViewOf(r, in.lang()), nil
}

func (a *API) stepProviderRequest(ctx context.Context, in *struct {
	Speaks
	OneProviderRequest
	Guarded
	Body struct {
		Step  string `json:"step" enum:"checked,corrected,confirmed,cannot-confirm,similar-checked,answered,reported,closed"`
		Note  string `json:"note,omitempty" doc:"What was found or done. Required for corrected, confirmed, cannot-confirm and reported."`
		Count *int   `json:"count,omitempty" doc:"similar-checked: how many other records were wrong in the same way."`
	}
}) (*versioned[providerView], error) {
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
	return a.providerViewOf(r, in.lang()), nil
}
