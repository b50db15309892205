package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/review"
)

func (a *api) decisionRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/discrepancies/{d}/steps", ID: "step-discrepancy", For: edge.Reviewer,
			Fails: []int{409}, Summary: "Take the next step of a discrepancy's file", Call: wire.JSON(a.stepDispute)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/corrections", ID: "request-correction", For: edge.Reviewer,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Ask the parent for a correction (補正) that names documents and fields",
			Call: wire.JSON(a.requestCorrection)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/corrections/{n}/lapse", ID: "lapse-correction", For: edge.Reviewer,
			Fails: []int{409}, Summary: "Go on without a correction that did not come by its day", Call: wire.JSON(a.lapse)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/decision", ID: "decide-case", For: edge.Reviewer, Fails: []int{409},
			Summary: "Decide, with the decision letter (決定通知書)", Call: wire.JSON(a.decideCase)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/reopen", ID: "reopen-case", For: edge.Reviewer, Fails: []int{409},
			Summary: "Look at another person's decision again", Call: wire.JSON(a.reopenCase)},
	}
}

func (a *api) stepDispute(ctx context.Context, in *struct {
	wire.Speaks
	wire.One
	Discrepancy string `path:"d" format:"uuid" doc:"Id of the discrepancy."`
	wire.Fenced
	Body struct {
		Step   string `json:"step" enum:"operation-checked,system-checked,own-fault-corrected,provider-asked,provider-corrected,provider-confirmed,provider-cannot-confirm,similar-checked,ministry-asked,ministry-told,reported,closed"` //nolint:lll // a tag cannot be folded
		Note   string `json:"note" doc:"What was found or done."`
		Count  *int   `json:"count,omitempty" doc:"similar-checked: how many similar records were found."`
		Cause  string `json:"cause,omitempty" doc:"closed: own-operation, own-system, provider-data, document, unknown; else as the last step says."`
		Report string `json:"report,omitempty" doc:"reported: what happened (顛末); the note if it is left out."`
	}
}) (*struct{ Body disputeView }, error) {
	b := in.Body
	d, err := a.Review.Step(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Discrepancy,
		review.StepInput{Step: b.Step, Note: b.Note, Count: b.Count, Cause: b.Cause, Report: b.Report})
	if err != nil {
		return nil, err
	}
	return &struct{ Body disputeView }{disputeOf(*d, in.Lang())}, nil
}

type numbered struct {
	Body struct {
		Number int `json:"n"`
	}
}

func (a *api) requestCorrection(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body struct {
		Items  []documentRef `json:"items,omitempty" doc:"The documents that have to be brought."`
		Fields []string      `json:"fields,omitempty" doc:"JSON Pointers into facts and form." example:"[\"/form/applicant/phone\"]"`
		Text   string        `json:"text" doc:"What the parent reads."`
		Due    string        `json:"due" doc:"YYYY-MM-DD, in the future." example:"2026-12-24"`
	}
}) (*numbered, error) {
	b := in.Body
	n, err := a.Review.Correct(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), review.Asked{
		Items:  wire.Each(b.Items, documentRef.ref),
		Fields: b.Fields,
		Text:   b.Text,
		Due:    b.Due,
	})
	if err != nil {
		return nil, err
	}
	out := &numbered{}
	out.Body.Number = n
	return out, nil
}

func (a *api) lapse(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Number int `path:"n" minimum:"1" doc:"Number of the correction."`
}) (*stateOnly, error) {
	return stateIs("in-review", a.Review.Lapse(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Number))
}

type decidedView struct {
	State   string    `json:"state"`
	Number  int       `json:"number"`
	Outcome string    `json:"outcome" enum:"approved,rejected"`
	Reason  string    `json:"reason"`
	Letter  string    `json:"letter" doc:"The decision letter (決定通知書), as the parent reads it."`
	At      time.Time `json:"at"`
}

func (a *api) decideCase(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body struct {
		Outcome       string `json:"outcome" enum:"approved,rejected"`
		Reason        string `json:"reason,omitempty" doc:"The parent reads it in the letter; required of a rejection."`
		Letter        string `json:"letter,omitempty" doc:"What the letter says besides its template."`
		MissingPapers *bool  `json:"missing_papers,omitempty" doc:"Of a rejection: for missing papers; else it is while a document is awaited."`
	}
}) (*struct{ Body decidedView }, error) {
	b := in.Body
	d, err := a.Review.Decide(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced),
		review.Verdict{Outcome: b.Outcome, Reason: b.Reason, Letter: b.Letter, MissingPapers: b.MissingPapers})
	if err != nil {
		return nil, err
	}
	return &struct{ Body decidedView }{decidedView{
		State:   "decided",
		Number:  d.Number,
		Outcome: d.Outcome,
		Reason:  d.Reason,
		Letter:  d.Letter,
		At:      d.At,
	}}, nil
}

func (a *api) reopenCase(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body struct {
		Reason string `json:"reason"`
	}
}) (*stateOnly, error) {
	return stateIs("in-review", a.Review.Reopen(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Body.Reason))
}
