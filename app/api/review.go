package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
)

const ofDocument = "/{document}/{subject}"

func (a *API) reviewRoutes() {
	get := func(path, operation, summary string) operation {
		return operation1(reviewer(http.MethodGet, path, operation), tagReviewer, summary, 404)
	}
	post := func(path, operation, summary string) operation {
		return operation1(reviewer(http.MethodPost, path, operation), tagReviewer, summary, 404, 409, 422)
	}
	created := func(op operation) operation { op.status = http.StatusCreated; return op }
	handle(a, get(casePath, "open-case", "One case: what was filed, the checklist, readings and answers, differences, what may be done next"), a.openCase)
	handle(a, post(casePath+"/accept", "accept-case", "Take an arrived case into review"), a.acceptCase)
	read := post(casePath+"/readings"+ofDocument, "read-document", "Keep what a document says; fixed then, and only then the network's answer is shown")
	read.Method = http.MethodPut
	handle(a, read, a.readDocument)
	handle(
		a,
		post(
			casePath+"/dispositions"+ofDocument,
			"settle-document",
			"Settle an item on trial without its document (R4): the network alone, or facts obtained directly",
		),
		a.dispose,
	)
	handle(a, created(post(casePath+"/documents"+ofDocument+"/paper", "receive-paper", "A document came on paper")), a.paper)
	handle(a, post(casePath+"/discrepancies/{d}/steps", "step-discrepancy", "Take the next step of a discrepancy's file (R7)"), a.stepDispute)
	handle(
		a,
		created(post(casePath+"/corrections", "request-correction", "Ask the parent for a correction (補正) that names documents and fields")),
		a.requestCorrection,
	)
	handle(a, post(casePath+"/corrections/{n}/lapse", "lapse-correction", "Go on without a correction that did not come by its day"), a.lapse)
	handle(a, post(casePath+"/waivers"+ofDocument, "waive-document", "A document is no longer needed after a correction"), a.waive)
	handle(a, post(casePath+"/decision", "decide-case", "Decide, with the decision letter (決定通知書)"), a.decideCase)
	handle(a, post(casePath+"/reopen", "reopen-case", "Look at another person's decision again"), a.reopenCase)
	a.originalRoute()
	a.viewRoute()
	a.zipRoute()
	protect := post(casePath+"/protection", "protect-person", "Mark a person as protected (支援措置), or end it; for staff who may see protected addresses")
	protect.errors = append(protect.errors, 403)
	handle(a, protect, a.protect)
	handle(
		a,
		operation1(
			applicant(http.MethodGet, applicationsPath+"/{id}/decision", "show-decision"),
			tagApplicant,
			"The decision on one's application, with its letter",
			404,
		),
		a.decisionLetter,
	)
}

// OneDocument names one document of one case.
type OneDocument struct {
	One
	Document string `path:"document" doc:"Code of the document." example:"income-certificate"`
	Subject  string `path:"subject" doc:"Whose: applicant, spouse, child-1, …" example:"applicant"`
}

func (d OneDocument) ref() dossier.DocumentRef {
	return dossier.DocumentRef{Document: d.Document, Subject: d.Subject}
}

func heldCase(one One, f Fenced) review.HeldCase {
	return review.HeldCase{Case: one.ID, Fence: f.Fence}
}

// stateOnly is the state that a write left.
type stateOnly struct {
	Body struct {
		State string `json:"state"`
	}
}

func stateIs(state string, err error) (*stateOnly, error) {
	if err != nil {
		return nil, err
	}
	out := &stateOnly{}
	out.Body.State = state
	return out, nil
}

func (a *API) acceptCase(ctx context.Context, in *struct {
	One
	Fenced
}) (*stateOnly, error) {
	return stateIs("in-review", a.Review.Accept(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced)))
}

// Concluded is what follows from a document: an object, or just whether the person is eligible.
type Concluded catalogue.Outcome

// UnmarshalJSON takes {"eligible": …} or "eligible" or "not-eligible".
func (c *Concluded) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil {
		*c = Concluded{Eligible: word == "eligible"}
		return nil
	}
	return json.Unmarshal(b, (*catalogue.Outcome)(c))
}

// Schema says both.
func (Concluded) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "What follows from the document.", OneOf: []*huma.Schema{
		{Type: huma.TypeString, Enum: []any{"eligible", "not-eligible"}}, r.Schema(typeOf(catalogue.Outcome{}), true, "")}}
}

type readBody struct {
	Facts   map[string]any `json:"facts,omitempty" doc:"What the document says, by the item's fields; empty for a document that no other office can be asked for."`
	Outcome Concluded      `json:"outcome"`
}

func (b readBody) said() dossier.Said {
	return dossier.Said{Facts: b.Facts, Outcome: catalogue.Outcome(b.Outcome)}
}

type readAnswer struct {
	State       string    `json:"state"`
	Reading     *saidView `json:"reading"`
	Answer      *saidView `json:"answer" doc:"null while the network has not answered."`
	Differences []differs `json:"differences" nullable:"false"`
}

func (a *API) readDocument(ctx context.Context, in *struct {
	OneDocument
	Fenced
	Body readBody
}) (*struct{ Body readAnswer }, error) {
	r, err := a.Review.Read(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.ref(), in.Body.said())
	if err != nil {
		return nil, err
	}
	return &struct{ Body readAnswer }{readAnswer{string(r.State), saidOfReading(&r.Reading), saidOfAnswer(r.Answer), some(r.Differences)}}, nil
}

func (a *API) dispose(ctx context.Context, in *struct {
	OneDocument
	Fenced
	Body struct {
		Path               string         `json:"path" enum:"network-alone,direct"`
		ExplainedAt        time.Time      `json:"explained_at,omitempty" doc:"network-alone: when the purpose of the trial was explained."`
		ExplainedHow       string         `json:"explained_how,omitempty" doc:"network-alone: how."`
		Source             string         `json:"source,omitempty" doc:"direct: from whom the facts were obtained."`
		ObtainedAt         time.Time      `json:"obtained_at,omitempty" doc:"direct: when."`
		Facts              map[string]any `json:"facts,omitempty" doc:"direct: the facts, by the item's fields."`
		Outcome            *Concluded     `json:"outcome,omitempty" doc:"direct: what follows from them; worked out from the facts if it is left out."`
		NoIndividualNumber bool           `json:"no_individual_number,omitempty" doc:"direct: has to be true."`
		Consent            bool           `json:"consent,omitempty" doc:"direct: the person consented to this question."`
	}
}) (*stateOnly, error) {
	b, actor, held := in.Body, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced)
	if b.Path == "network-alone" {
		return stateIs(a.Review.NetworkAlone(ctx, actor, held, in.ref(), review.NetworkAlone{ExplainedAt: b.ExplainedAt, ExplainedHow: b.ExplainedHow}))
	}
	return stateIs(a.Review.Direct(ctx, actor, held, in.ref(), review.Direct{
		Source:             b.Source,
		ObtainedAt:         b.ObtainedAt,
		Facts:              b.Facts,
		Outcome:            (*catalogue.Outcome)(b.Outcome),
		NoIndividualNumber: b.NoIndividualNumber,
		Consent:            b.Consent,
	}))
}

func (a *API) paper(ctx context.Context, in *struct {
	OneDocument
	Fenced
	Body struct {
		ReceivedAt time.Time `json:"received_at"`
		Original   bool      `json:"original" doc:"The original was shown."`
	}
}) (*stateOnly, error) {
	return stateIs(
		a.Review.Paper(
			ctx,
			edge.ActorFrom(ctx),
			heldCase(in.One, in.Fenced),
			in.ref(),
			review.PaperReceipt{ReceivedAt: in.Body.ReceivedAt, Original: in.Body.Original},
		),
	)
}

func (a *API) waive(ctx context.Context, in *struct {
	OneDocument
	Fenced
	Body struct {
		Reason string `json:"reason"`
	}
}) (*stateOnly, error) {
	return stateIs(a.Review.Waive(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.ref(), in.Body.Reason))
}

func (a *API) protect(ctx context.Context, in *struct {
	One
	Fenced
	Body struct {
		Protected bool   `json:"protected"`
		Reason    string `json:"reason"`
	}
}) (*empty, error) {
	return nil, a.Review.Protect(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Body.Protected, in.Body.Reason)
}
