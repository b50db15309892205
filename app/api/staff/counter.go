package staff

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/parent"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *api) counterRoutes() []wire.Operation {
	drafts := &parent.API{Services: a.Services, Options: a.Options} // the applicant's routes once more
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/counter-applications", ID: "create-counter-application", For: edge.Reviewer, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Begin the draft of a paper application at the counter (窓口)",
			About: "As a draft on line, for a person without an account. The application arrived when its paper did: the plan is that of " +
				"received_at. Of the proof of identity only the kind is recorded, never a number: my-number-card, drivers-licence, " +
				"driving-record, passport, residence-card, special-permanent-resident, disability-certificate, health-insurance-and-other, " +
				"two-without-photo, known-to-office or questions-on-municipal-file.", Call: wire.JSON(a.createAtCounter)},
		{Method: http.MethodGet, Path: "/api/v1/review/counter-applications", ID: "list-counter-applications", For: edge.Reviewer,
			Fails: []int{422}, Summary: "Open drafts of the municipality's counter, newest first; a colleague may go on with one",
			Call: wire.JSON(a.counterDrafts)},
		{Method: http.MethodGet, Path: "/api/v1/review/counter-applications/{id}", ID: "show-counter-application", For: edge.Reviewer,
			Fails: []int{422}, Summary: "One application of the counter; a draft is evaluated again", Call: wire.JSON(drafts.Show)},
		{Method: http.MethodPatch, Path: "/api/v1/review/counter-applications/{id}", ID: "change-counter-application", For: edge.Reviewer,
			Fails: []int{409, 412, 428}, Summary: "Save a part of a draft, or of a correction, of the counter (JSON Merge Patch)",
			Call: wire.JSON(drafts.Change)},
		{Method: http.MethodDelete, Path: "/api/v1/review/counter-applications/{id}", ID: "delete-counter-application", For: edge.Reviewer,
			Status: http.StatusNoContent, Fails: []int{409, 412, 422}, Summary: "Delete a draft of the counter", Call: wire.JSON(drafts.Remove)},
		{Method: http.MethodPost, Path: "/api/v1/review/counter-applications/{id}/file", ID: "file-counter-application", For: edge.Reviewer,
			Once: true, Status: http.StatusCreated, Fails: []int{409, 412}, Summary: "File a draft of the counter, with what came on paper",
			About: "It arrives at received_at. 422 missing-documents lists each document that is neither scanned in, on paper nor declared.",
			Call:  wire.JSON(a.fileAtCounter)},
		{Method: http.MethodPost, Path: "/api/v1/review/counter-applications/{id}/withdraw", ID: "withdraw-counter-application",
			For: edge.Reviewer, Once: true, Fails: []int{409, 412}, Summary: "Take an application of the counter back (取下げ) for the person",
			Call: wire.JSON(drafts.Withdraw)},
		{Method: http.MethodPost, Path: "/api/v1/review/counter-applications/{id}/corrections/{n}/submit", ID: "submit-counter-correction",
			For: edge.Reviewer, Once: true, Fails: []int{409, 412},
			Summary: "Hand in a correction (補正) that the person brought to the counter", Call: wire.JSON(drafts.SubmitCorrection)},
		{Method: http.MethodPut, Path: "/api/v1/review/counter-applications/{id}/documents/{document}/{subject}/files/{name}",
			ID: "put-counter-file", For: edge.Reviewer, Class: edge.Upload, Fails: []int{409, 411},
			Summary: "Scan an attachment into a draft of the counter; the same name again replaces it",
			Call: wire.Raw{Params: wire.Params("id", "document", "subject", "name"), Body: wire.Bytes("application/octet-stream"),
				Status: http.StatusCreated, Text: "The file is stored; its scan is pending.", JSON: parent.ReceivedView{}}.Call(drafts.PutFile)},
		{Method: http.MethodDelete, Path: "/api/v1/review/counter-applications/{id}/files/{file}", ID: "delete-counter-file", For: edge.Reviewer,
			Fails: []int{409, 412}, Summary: "Take a file out of a draft of the counter",
			Call: wire.Raw{Params: wire.Params("id", "file"), Status: http.StatusNoContent, Text: "It is gone."}.Call(drafts.DeleteFile)},
		{Method: http.MethodGet, Path: "/api/v1/review/counter-applications/{id}/receipt", ID: "show-counter-receipt", For: edge.Reviewer,
			Fails: []int{409, 422}, Summary: "The receipt of an application of the counter, to print and hand over",
			Call: parent.ReceiptAnswer.Call(drafts.Receipt)},
	}
}

// counterBody is a new application on paper.
type counterBody struct {
	Procedure    string              `json:"procedure" example:"child-allowance-claim"`
	Municipality string              `json:"municipality,omitempty" doc:"Your own, and no other." example:"998010"`
	Identity     parent.IdentityView `json:"identity"`
	Applicant    wire.Form           `json:"applicant" doc:"As the form's applicant, with at least names, kana and birth date. Stands in form.applicant."`
	ReceivedAt   *time.Time          `json:"received_at,omitempty" doc:"When the paper came, at most 30 days ago; else now. The claim date (請求日) is its day."`
	Facts        wire.Facts          `json:"facts,omitempty"`
	Form         wire.Form           `json:"form,omitempty"`
	Consents     []string            `json:"consents,omitempty" nullable:"false" doc:"What is consented to: item, or item/subject."`
	Declarations []wire.Declaration  `json:"declarations,omitempty" nullable:"false" doc:"Why a document is not attached."`
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

func (a *api) createAtCounter(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	Body counterBody
}) (*parent.Created, error) {
	req, err := in.Request(ctx, "POST "+parent.CounterPath)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.CreateAtCounter(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return &parent.Created{Location: parent.CounterPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: parent.ApplicationOf(a.Services, v, in.Lang())}, nil
}

// paperOf is a document that came on paper; Original says that the original was seen.
type paperOf struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Original bool   `json:"original"`
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

func (a *api) counterDrafts(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
}) (*wire.List[counterEntry], error) {
	entry := func(r *apply.CounterDraft) counterEntry {
		return counterEntry{
			ID:            r.ID,
			Procedure:     r.Procedure,
			ProcedureName: present.Procedure(a.Editions().ForProcedure(edge.ActorFrom(ctx).Municipality, r.Procedure), r.Procedure, in.Lang()),
			FamilyName:    r.Applicant.FamilyName,
			GivenName:     r.Applicant.GivenName,
			Clerk:         r.ClerkID,
			ReceivedAt:    r.ReceivedAt.In(jp.JST),
			ExpiresAt:     r.ExpiresAt.In(jp.JST),
			UpdatedAt:     r.UpdatedAt.In(jp.JST),
		}
	}
	return wire.Listed(ctx, in.Paged, a.Apply.CounterDrafts, entry, func(e counterEntry) string { return e.ID })
}

func (a *api) fileAtCounter(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	wire.One
	wire.Guarded
	Body *struct {
		Papers  []paperOf         `json:"papers,omitempty" nullable:"false" maxItems:"100" doc:"What came on paper, or was shown: handed in."`
		GivenBy map[string]string `json:"given_by,omitempty" doc:"Who gave a consent of the draft; else the applicant." example:"{\"local-tax/spouse\":\"spouse\"}"`
	}
}) (*parent.FiledAnswer, error) {
	req, err := in.Request(ctx, "POST "+parent.CounterPath+"/"+in.ID+"/file")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var brought apply.CounterPapers
	if in.Body != nil {
		brought = apply.CounterPapers{Papers: wire.Each(in.Body.Papers, func(p paperOf) apply.PaperOf { return apply.PaperOf(p) }), GivenBy: in.Body.GivenBy}
	}
	f, err := a.Apply.FileAtCounter(ctx, edge.ActorFrom(ctx), req, in.ID, version, brought)
	if err != nil {
		return nil, err
	}
	out := parent.FiledOf(a.Editions().Of(f.Edition), f, in.Lang())
	out.Location = parent.CounterPath + "/" + f.ID
	return out, nil
}
