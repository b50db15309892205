package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

func (a *API) stepDispute(ctx context.Context, in *struct {
	Speaks
	One
	Discrepancy string `path:"d" format:"uuid" doc:"Id of the discrepancy."`
	Fenced
	Body struct {
		Step   string `json:"step" enum:"operation-checked,system-checked,own-fault-corrected,provider-asked,provider-corrected,provider-confirmed,provider-cannot-confirm,similar-checked,ministry-asked,ministry-told,reported,closed"`
		Note   string `json:"note" doc:"What was found or done."`
		Count  *int   `json:"count,omitempty" doc:"similar-checked: how many similar records were found."`
		Cause  string `json:"cause,omitempty" doc:"closed: own-operation, own-system, provider-data, document or unknown; follows from the last step if it is left out."`
		Report string `json:"report,omitempty" doc:"reported: what happened (顛末); the note if it is left out."`
	}
}) (*struct{ Body disputeView }, error) {
	b := in.Body
	d, err := a.Review.Step(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Discrepancy,
		review.StepInput{Step: b.Step, Note: b.Note, Count: b.Count, Cause: b.Cause, Report: b.Report})
	if err != nil {
		return nil, err
	}
	return &struct{ Body disputeView }{disputeOf(*d, in.lang())}, nil
}

type numbered struct {
	Body struct {
		Number int `json:"n"`
	}
}

func (a *API) requestCorrection(ctx context.Context, in *struct {
	One
	Fenced
	Body struct {
		Items  []dossier.DocumentRef `json:"items,omitempty" doc:"The documents that have to be brought."`
		Fields []string              `json:"fields,omitempty" doc:"JSON Pointers into facts and form." example:"[\"/form/applicant/phone\"]"`
		Text   string                `json:"text" doc:"What the parent reads."`
		Due    string                `json:"due" doc:"YYYY-MM-DD, in the future." example:"2026-12-24"`
	}
}) (*numbered, error) {
	b := in.Body
	n, err := a.Review.Correct(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), review.Asked{
		Items:  b.Items,
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

func (a *API) lapse(ctx context.Context, in *struct {
	One
	Fenced
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

func (a *API) decideCase(ctx context.Context, in *struct {
	One
	Fenced
	Body struct {
		Outcome       string `json:"outcome" enum:"approved,rejected"`
		Reason        string `json:"reason,omitempty" doc:"The parent reads it in the letter; required of a rejection."`
		Letter        string `json:"letter,omitempty" doc:"What the letter says besides its template."`
		MissingPapers *bool  `json:"missing_papers,omitempty" doc:"Of a rejection: whether it is for missing papers. If it is left out, it is while a document is awaited."`
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

func (a *API) reopenCase(ctx context.Context, in *struct {
	One
	Fenced
	Body struct {
		Reason string `json:"reason"`
	}
}) (*stateOnly, error) {
	return stateIs("in-review", a.Review.Reopen(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Body.Reason))
}

// letterView is a decision as its parent sees it: who decided stays with the municipality.
type letterView struct {
	Outcome    string     `json:"outcome" enum:"approved,rejected"`
	DecidedAt  time.Time  `json:"decided_at"`
	Reason     string     `json:"reason"`
	Letter     string     `json:"letter" doc:"The decision letter (決定通知書)."`
	ReopenedAt *time.Time `json:"reopened_at,omitempty" doc:"The decision is looked at again since."`
}

// letterFor is the decision on a decided application, for its owner; nil if it was decided without a letter.
func (a *API) letterFor(ctx context.Context, state models.ApplicationState, id string) (*letterView, error) {
	if state != models.StateDecided {
		return nil, nil
	}
	d, err := a.Review.Letter(ctx, edge.ActorFrom(ctx), id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &letterView{
		Outcome:    d.Outcome,
		DecidedAt:  d.At,
		Reason:     d.Reason,
		Letter:     d.Letter,
		ReopenedAt: d.ReopenedAt,
	}, nil
}

func (a *API) decisionLetter(ctx context.Context, in *One) (*struct{ Body letterView }, error) {
	d, err := a.Review.Letter(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body letterView }{letterView{
		Outcome:    d.Outcome,
		DecidedAt:  d.At,
		Reason:     d.Reason,
		Letter:     d.Letter,
		ReopenedAt: d.ReopenedAt,
	}}, nil
}

// originalRoute gives a reviewer a file as it was sent. Those of a protected person show where the person lives.
func (a *API) originalRoute() {
	op := operation1(reviewer(http.MethodGet, casePath+"/files/{file}/original", "open-original"), tagReviewer,
		"A file of a case as it was sent, once a scan has found it clean: an act that is recorded; of a protected person for named staff alone", 403, 404, 409)
	op.Class = edge.Download
	whatever := map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	a.plain(op, huma.Operation{Parameters: params("id", "file"),
		Responses: map[string]*huma.Response{
			"200": {Description: "The bytes as they were sent, with their own media type.", Content: whatever},
		}}, func(c *gin.Context) {
		if err := a.Review.Original(c.Request.Context(), edge.ActorFrom(c.Request.Context()), c.Param("id"), c.Param("file")); err != nil {
			a.edge.Fail(c, err)
			return
		}
		a.content(c)
	})
}
