package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/jp"
)

const counterPath = "/api/v1/review/counter-applications"

// counterRoutes are the applicant's routes once more, for a clerk who takes a paper application in (R16).
func (a *API) counterRoutes() {
	one := counterPath + "/{id}"
	create := operation1(
		once(reviewer(http.MethodPost, counterPath, "create-counter-application")),
		tagReviewer,
		"Begin the draft of a paper application at the counter (窓口)",
		409,
		422,
	)
	create.status = http.StatusCreated
	create.about = "As a draft on line, for a person without an account. The application arrived when its paper did: the plan is that of received_at. Of the proof of identity only the kind is recorded, never a number."
	handle(a, create, a.createAtCounter)
	handle(
		a,
		operation1(
			reviewer(http.MethodGet, counterPath, "list-counter-applications"),
			tagReviewer,
			"Open drafts of the municipality's counter, newest first; a colleague may go on with one",
			422,
		),
		a.counterDrafts,
	)
	handle(
		a,
		operation1(reviewer(http.MethodGet, one, "show-counter-application"), tagReviewer, "One application of the counter; a draft is evaluated again", 404),
		a.show,
	)
	handle(
		a,
		operation1(
			reviewer(http.MethodPatch, one, "change-counter-application"),
			tagReviewer,
			"Save a part of a draft, or of a correction, of the counter (JSON Merge Patch)",
			404,
			409,
			412,
			422,
			428,
		),
		a.change,
	)
	remove := operation1(reviewer(http.MethodDelete, one, "delete-counter-application"), tagReviewer, "Delete a draft of the counter", 404, 409, 412)
	remove.status = http.StatusNoContent
	handle(a, remove, a.remove)
	file := operation1(
		once(reviewer(http.MethodPost, one+"/file", "file-counter-application")),
		tagReviewer,
		"File a draft of the counter, with what came on paper",
		404,
		409,
		412,
		422,
	)
	file.status = http.StatusCreated
	file.about = "It arrives at received_at. 422 missing-documents lists each document that is neither scanned in, on paper nor declared."
	handle(a, file, a.fileAtCounter)
	handle(
		a,
		operation1(
			once(reviewer(http.MethodPost, one+"/withdraw", "withdraw-counter-application")),
			tagReviewer,
			"Take an application of the counter back (取下げ) for the person",
			404,
			409,
			412,
			422,
		),
		a.withdraw,
	)
	handle(a, operation1(once(reviewer(http.MethodPost, one+"/corrections/{n}/submit", "submit-counter-correction")), tagReviewer,
		"HeldCase in a correction (補正) that the person brought to the counter", 404, 409, 412, 422), a.submitCorrection)
	a.counterFileRoutes(one)
}

// counterFileRoutes are those whose body or answer is no JSON.
func (a *API) counterFileRoutes(one string) {
	upload := operation1(reviewer(http.MethodPut, one+"/documents/{document}/{subject}/files/{name}", "put-counter-file"), tagReviewer,
		"Scan an attachment into a draft of the counter; the same name again replaces it", 404, 409, 411, 413, 415, 422)
	upload.Class = edge.Upload
	binary := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	a.plain(upload, huma.Operation{Parameters: params("id", "document", "subject", "name"), RequestBody: &huma.RequestBody{Required: true, Content: binary},
		Responses: map[string]*huma.Response{"201": a.answer("The file is stored; its scan is pending.", receivedView{})}}, a.putFile)
	remove := operation1(
		reviewer(http.MethodDelete, one+"/files/{file}", "delete-counter-file"),
		tagReviewer,
		"Take a file out of a draft of the counter",
		404,
		409,
		412,
	)
	a.plain(remove, huma.Operation{Parameters: params("id", "file"), Responses: map[string]*huma.Response{"204": {Description: "It is gone."}}}, a.deleteFile)
	receipt := operation1(
		reviewer(http.MethodGet, one+"/receipt", "show-counter-receipt"),
		tagReviewer,
		"The receipt of an application of the counter, to print and hand over",
		404,
		409,
		422,
	)
	a.plain(receipt, receiptOperation(), a.receipt)
}

type identityView struct {
	Kind      string    `json:"kind" doc:"The kind of proof alone, never what stands on it: my-number-card, drivers-licence, driving-record, passport, residence-card, special-permanent-resident, disability-certificate, health-insurance-and-other, two-without-photo, known-to-office, questions-on-municipal-file." example:"drivers-licence"`
	CheckedAt time.Time `json:"checked_at"`
}

// counterBody is a new application on paper.
type counterBody struct {
	Procedure    string        `json:"procedure" example:"child-allowance-claim"`
	Municipality string        `json:"municipality,omitempty" doc:"Your own, and no other." example:"998010"`
	Identity     identityView  `json:"identity"`
	Applicant    Form          `json:"applicant" doc:"As the form's applicant, with at least names, kana and birth date. Stands in form.applicant."`
	ReceivedAt   *time.Time    `json:"received_at,omitempty" doc:"When the paper reached the office; now if it is left out, at most 30 days ago. It is the arrival, and its day the claim date (請求日)."`
	Facts        Facts         `json:"facts,omitempty"`
	Form         Form          `json:"form,omitempty"`
	Consents     []string      `json:"consents,omitempty" nullable:"false" doc:"What is consented to: item, or item/subject."`
	Declarations []Declaration `json:"declarations,omitempty" nullable:"false" doc:"Why a document is not attached (P1)."`
}

func (b counterBody) draft() apply.PaperDraft {
	d := apply.PaperDraft{Identity: apply.Identity(b.Identity), Applicant: b.Applicant,
		Draft: apply.Draft{
			Procedure:    b.Procedure,
			Municipality: b.Municipality,
			Facts:        json.RawMessage(b.Facts),
			Form:         b.Form,
			Consents:     b.Consents,
		}}
	if b.ReceivedAt != nil {
		d.ReceivedAt = *b.ReceivedAt
	}
	for _, one := range b.Declarations {
		d.Declarations = append(d.Declarations, dossier.Declaration(one))
	}
	return d
}

func (a *API) createAtCounter(ctx context.Context, in *struct {
	Speaks
	Keyed
	Body counterBody
}) (*created, error) {
	req, err := in.request(ctx, "POST "+counterPath)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.CreateAtCounter(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &created{Location: counterPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: a.applicationOf(v, in.lang())}, nil
}

type counterEntry struct {
	ID            string    `json:"id" format:"uuid"`
	Procedure     string    `json:"procedure"`
	ProcedureName string    `json:"procedure_name"`
	FamilyName    string    `json:"family_name"`
	GivenName     string    `json:"given_name"`
	Clerk         string    `json:"clerk" format:"uuid" doc:"Who began it."`
	ReceivedAt    time.Time `json:"received_at"`
	ExpiresAt     time.Time `json:"expires_at"`
	UpdatedAt     time.Time `json:"updated_at"`
}

func (a *API) counterDrafts(ctx context.Context, in *struct {
	Speaks
	Paged
}) (*list[counterEntry], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Apply.CounterDrafts(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	var out []counterEntry
	for _, r := range rows {
		e := counterEntry{
			ID:         r.ID,
			Procedure:  r.Procedure,
			FamilyName: r.Applicant.FamilyName,
			GivenName:  r.Applicant.GivenName,
			Clerk:      r.ClerkID,
			ReceivedAt: r.ReceivedAt.In(jp.JST),
			ExpiresAt:  r.ExpiresAt.In(jp.JST),
			UpdatedAt:  r.UpdatedAt.In(jp.JST),
		}
		if p := a.Catalogue.Procedure(r.Procedure); p != nil {
			e.ProcedureName = p.Latest().Name.In(in.lang())
		}
		out = append(out, e)
	}
	return pageOf(out, in.Limit, func(e counterEntry) string { return e.ID }), nil
}

func (a *API) fileAtCounter(ctx context.Context, in *struct {
	Speaks
	Keyed
	One
	Guarded
	Body *struct {
		Papers  []apply.PaperOf   `json:"papers,omitempty" nullable:"false" maxItems:"100" doc:"Documents that came on paper, or were shown; each counts as handed in."`
		GivenBy map[string]string `json:"given_by,omitempty" doc:"Who gave a consent, by the consent as it stands in the draft; the applicant if it is not named." example:"{\"local-tax/spouse\":\"spouse\"}"`
	}
}) (*filedAnswer, error) {
	req, err := in.request(ctx, "POST "+counterPath+"/"+in.ID+"/file")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var brought apply.CounterPapers
	if in.Body != nil {
		brought = apply.CounterPapers{Papers: in.Body.Papers, GivenBy: in.Body.GivenBy}
	}
	f, err := a.Apply.FileAtCounter(ctx, edge.ActorFrom(ctx), req, in.ID, version, brought)
	if err != nil {
		return nil, err
	}
	out := a.filed(f, in.lang())
	out.Location = counterPath + "/" + f.ID
	return out, nil
}

// counterView is how an application came in at the counter.
type counterView struct {
	Identity   identityView `json:"identity"`
	ReceivedAt time.Time    `json:"received_at" doc:"When the paper reached the office: the arrival."`
	Clerk      string       `json:"clerk" format:"uuid" doc:"Who took it in."`
}

func counterOf(v *apply.View) *counterView {
	if v.Counter == nil {
		return nil
	}
	return &counterView{
		Identity:   identityView{v.Counter.IdentityKind, v.Counter.CheckedAt.In(jp.JST)},
		ReceivedAt: v.Counter.ReceivedAt.In(jp.JST),
		Clerk:      v.Counter.ClerkID,
	}
}
