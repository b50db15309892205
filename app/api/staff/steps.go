package staff

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/parent"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
)

func (a *api) stepRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/accept", ID: "accept-case", For: edge.Reviewer, Fails: []int{409},
			Summary: "Take an arrived case into review", Call: wire.JSON(a.acceptCase)},
		{Method: http.MethodPut, Path: "/api/v1/review/applications/{id}/readings/{document}/{subject}", ID: "read-document", For: edge.Reviewer,
			Fails: []int{409}, Summary: "Keep what a document says; fixed once the network's answer is shown, which is not before",
			Call: wire.JSON(a.readDocument)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/dispositions/{document}/{subject}", ID: "settle-document",
			For: edge.Reviewer, Fails: []int{409},
			Summary: "Settle an item on trial: the network alone, facts obtained directly, or a person's word on what the comparison cannot tell",
			Call:    wire.JSON(a.dispose)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/documents/{document}/{subject}/paper", ID: "receive-paper",
			For: edge.Reviewer, Status: http.StatusCreated, Fails: []int{409}, Summary: "A document came on paper", Call: wire.JSON(a.paper)},
		{Method: http.MethodPut, Path: "/api/v1/review/applications/{id}/documents/{document}/{subject}/scans/{name}", ID: "scan-paper",
			For: edge.Reviewer, Class: edge.Upload, Fails: []int{409}, Summary: "Take in the scan of a paper that was brought after the filing",
			About: "The paper counts as received now unless its coming was recorded before. The file is listed once the virus scan has released it.",
			Call: wire.Raw{Params: append(wire.Params("id", "document", "subject", "name"), wire.FenceParam()), Body: wire.Bytes("application/octet-stream"),
				Status: http.StatusCreated, Text: "The file is stored; its scan is pending.", JSON: parent.ReceivedView{}}.Call(a.scanPaper)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/waivers/{document}/{subject}", ID: "waive-document", For: edge.Reviewer,
			Fails: []int{409}, Summary: "A document is no longer needed after a correction", Call: wire.JSON(a.waive)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/protection", ID: "protect-person", For: edge.Reviewer,
			Status: http.StatusNoContent, Fails: []int{409},
			Summary: "Mark a person as protected (支援措置), or end it; for staff who see protected persons", Call: wire.JSON(a.protect)},
	}
}

// OneDocument names one document of one case.
type OneDocument struct {
	wire.One
	Document string `path:"document" doc:"Code of the document." example:"income-certificate"`
	Subject  string `path:"subject" doc:"Whose: applicant, spouse, child-1, …" example:"applicant"`
}

func (d OneDocument) ref() dossier.DocumentRef {
	return dossier.DocumentRef{Document: d.Document, Subject: d.Subject}
}

func heldCase(one wire.One, f wire.Fenced) review.HeldCase {
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

func (a *api) acceptCase(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
}) (*stateOnly, error) {
	return stateIs("in-review", a.Review.Accept(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced)))
}

type readBody struct {
	Facts   map[string]any `json:"facts,omitempty" doc:"What the document says, by the item's fields; empty for a document that no other office can be asked for."`
	Outcome Concluded      `json:"outcome"`
	Slip    bool           `json:"slip,omitempty" doc:"In a discrepancy: what was read before was a slip, found by a second look. It is compared again."`
}

func (b readBody) typed() review.Typed {
	return review.Typed{Said: dossier.Said{Facts: b.Facts, Outcome: b.Outcome.outcome()}, Slip: b.Slip}
}

type readAnswer struct {
	State       string       `json:"state"`
	Reading     *saidView    `json:"reading"`
	Answer      *saidView    `json:"answer" doc:"null while the network has not answered."`
	Differences []difference `json:"differences" nullable:"false"`
	Written     []difference `json:"written" nullable:"false" doc:"The same, written in another way: they agree."`
}

func (a *api) readDocument(ctx context.Context, in *struct {
	OneDocument
	wire.Fenced
	Body readBody
}) (*struct{ Body readAnswer }, error) {
	r, err := a.Review.Read(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.ref(), in.Body.typed())
	if err != nil {
		return nil, err
	}
	return &struct{ Body readAnswer }{readAnswer{string(r.State), saidOfReading(&r.Reading), saidOfAnswer(r.Answer), differencesOf(r.Differences),
		differencesOf(r.Written)}}, nil
}

func (a *api) dispose(ctx context.Context, in *struct {
	OneDocument
	wire.Fenced
	Body struct {
		Path               string         `json:"path" enum:"network-alone,direct,same,different" doc:"same, different: of differences whose result is unsure."`
		Why                string         `json:"why,omitempty" enum:"writing,part,records,another" doc:"same, different: why. another is that of different."`
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
	if b.Path == "same" || b.Path == "different" {
		return stateIs(a.Review.Judge(ctx, actor, held, in.ref(), review.Judgement{Same: b.Path == "same", Why: b.Why}))
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

func (a *api) paper(ctx context.Context, in *struct {
	OneDocument
	wire.Fenced
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

// scanPaper takes in a scan, whose bytes are the body.
func (a *api) scanPaper(c *gin.Context) error {
	name, err := parent.FileName(c.Request.URL)
	if err != nil {
		return err
	}
	fence, err := wire.FenceOf(c)
	if err != nil {
		return err
	}
	f, err := a.ScanPaper(
		c.Request.Context(),
		edge.ActorFrom(c.Request.Context()),
		review.HeldCase{Case: c.Param("id"), Fence: fence},
		dossier.DocumentRef{Document: c.Param("document"), Subject: c.Param("subject")},
		document.Upload{Name: name, Body: c.Request.Body},
	)
	if err != nil {
		edge.Discard(c.Request, 2*a.MaxFileSize)
		return err
	}
	c.JSON(http.StatusCreated, parent.ReceivedOf(f))
	return nil
}

func (a *api) waive(ctx context.Context, in *struct {
	OneDocument
	wire.Fenced
	Body struct {
		Reason string `json:"reason"`
	}
}) (*stateOnly, error) {
	return stateIs(a.Review.Waive(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.ref(), in.Body.Reason))
}

func (a *api) protect(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body struct {
		Protected bool   `json:"protected"`
		Reason    string `json:"reason"`
	}
}) (*wire.Empty, error) {
	return nil, a.Review.Protect(ctx, edge.ActorFrom(ctx), heldCase(in.One, in.Fenced), in.Body.Protected, in.Body.Reason)
}
