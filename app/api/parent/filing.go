package parent

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const filingsPath = "/api/v1/filings"

func (a *API) filingRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/file", ID: "file-application", For: edge.Applicant, Once: true,
			Status: http.StatusCreated, Fails: []int{409, 412}, Summary: "File a draft",
			About: "422 missing-documents lists each document that is neither attached nor declared.", Call: wire.JSON(a.file)},
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/sign", ID: "sign-again", For: edge.Applicant, Once: true,
			Fails: []int{409, 412}, Summary: "Sign a filed application again whose certificate was revoked; its arrival stays",
			Call: wire.JSON(a.signAgain)},
		{Method: http.MethodPost, Path: "/api/v1/filings", ID: "file-whole", For: edge.Applicant, Once: true, Status: http.StatusCreated,
			Files: true, Fails: []int{409, 411}, Summary: "File a whole case, with its files",
			About: "JSON for a case that needs no file. With files it is a form (multipart/form-data): first the part application, which is that JSON, " +
				"then each file in a part called document/subject. All of it is filed, or nothing is.", Call: wire.JSON(a.fileWhole)},
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/withdraw", ID: "withdraw-application", For: edge.Applicant, Once: true,
			Fails: []int{409, 412}, Summary: "Take an application back (取下げ), before it is decided", Call: wire.JSON(a.Withdraw)},
		{Method: http.MethodPost, Path: "/api/v1/applications/{id}/corrections/{n}/submit", ID: "submit-correction", For: edge.Applicant,
			Once: true, Fails: []int{409, 412}, Summary: "Hand in a correction that was asked for (補正)", Call: wire.JSON(a.SubmitCorrection)},
	}
}

type filedView struct {
	ID            string        `json:"id" format:"uuid"`
	ReceiptNumber string        `json:"receipt_number" example:"K7NB-M2QX-T4VH"`
	ArrivedAt     time.Time     `json:"arrived_at"`
	DeadlineOn    string        `json:"deadline_on,omitempty" format:"date"`
	Late          bool          `json:"late"`
	Plan          wire.PlanView `json:"plan"`
	Replaced      string        `json:"replaced,omitempty" doc:"The application that this one replaced."`
}

// FiledAnswer is the answer to a filing.
type FiledAnswer struct {
	Location string `header:"Location"`
	Body     filedView
}

// FiledOf is a filing in the words of the API.
func FiledOf(cat *catalogue.Catalogue, f *apply.Filed, lang string) *FiledAnswer {
	return &FiledAnswer{Location: applicationsPath + "/" + f.ID, Body: filedView{
		ID:            f.ID,
		ReceiptNumber: f.ReceiptNumber,
		ArrivedAt:     f.ArrivedAt.In(jp.JST),
		DeadlineOn:    f.DeadlineOn,
		Late:          f.Late,
		Plan:          wire.PlanOf(cat, &f.Plan, lang),
		Replaced:      f.Replaced,
	}}
}

func (a *API) file(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	wire.One
	wire.Guarded
	Body *struct {
		Signature *string `json:"signature,omitempty" nullable:"true" doc:"CMS, detached, over the manifest, in base64; where the municipality asks for one."`
	}
}) (*FiledAnswer, error) {
	req, err := in.Request(ctx, "POST "+applicationsPath+"/"+in.ID+"/file")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	var signature []byte
	if in.Body != nil && in.Body.Signature != nil {
		if signature, err = readSignature(*in.Body.Signature); err != nil {
			return nil, err
		}
	}
	f, err := a.File(ctx, edge.ActorFrom(ctx), req, in.ID, version, signature)
	if err != nil {
		return nil, err
	}
	return FiledOf(a.Editions().Of(f.Edition), f, in.Lang()), nil
}

// readSignature reads base64, of which cards and browsers write several kinds.
func readSignature(text string) ([]byte, error) {
	bare := strings.Join(strings.Fields(text), "")
	for _, kind := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := kind.DecodeString(bare); err == nil && len(raw) > 0 {
			return raw, nil
		}
	}
	return nil, fault.Detail{Code: "signature-unreadable", Pointer: "/signature"}.Alone(fault.Refused, fault.CodeInvalidSignature)
}

func (a *API) signAgain(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	wire.One
	wire.Guarded
	Body struct {
		Signature string `json:"signature" doc:"CMS, detached, over the bytes of the manifest, in base64."`
	}
}) (*wire.Versioned[stateView], error) {
	req, err := in.Request(ctx, "POST "+applicationsPath+"/"+in.ID+"/sign")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	signature, err := readSignature(in.Body.Signature)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.SignAgain(ctx, edge.ActorFrom(ctx), req, in.ID, signature, version)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(v.Version, stateOf(v, in.Lang())), nil
}

func (a *API) fileWhole(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	Body draftBody
}) (*FiledAnswer, error) {
	req, err := in.Request(ctx, "POST "+filingsPath)
	if err != nil {
		return nil, err
	}
	file := a.Apply.FileWhole
	if files := edge.FilesOf(ctx); files != nil {
		file = func(ctx context.Context, actor models.Actor, req dossier.Request, d apply.Draft) (*apply.Filed, error) {
			filed, err := a.FileWith(ctx, actor, req, d, uploadsOf(files))
			if err != nil {
				files.Discard(2 * a.MaxFileSize)
			}
			return filed, err
		}
	}
	f, err := file(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return FiledOf(a.Editions().Of(f.Edition), f, in.Lang()), nil
}

// uploadsOf are the files that a request brought: each is called by its document and whom it is about.
func uploadsOf(files *edge.Files) document.Next {
	return func() (*document.Upload, error) {
		f, err := files.Next()
		if err != nil {
			return nil, err
		}
		doc, subject, ok := strings.Cut(f.Field, "/")
		if !ok {
			return nil, fault.New(fault.Malformed, fault.CodeMalformed, "form-file-name")
		}
		return &document.Upload{Document: doc, Subject: subject, Name: f.Name, Body: f.Body}, nil
	}
}

// Withdraw takes an application back (取下げ).
func (a *API) Withdraw(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	wire.One
	wire.Guarded
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Free text; never an individual number."`
	}
}) (*wire.Versioned[stateView], error) {
	req, err := in.Request(ctx, "POST "+applicationsPath+"/"+in.ID+"/withdraw")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.Withdraw(ctx, edge.ActorFrom(ctx), req, in.ID, in.Body.Reason, version)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(v.Version, stateOf(v, in.Lang())), nil
}

type stateView struct {
	ID            string `json:"id" format:"uuid"`
	State         string `json:"state"`
	StateText     string `json:"state_text"`
	ReceiptNumber string `json:"receipt_number,omitempty"`
	Revision      int    `json:"revision"`
}

func stateOf(v *apply.View, lang string) stateView {
	return stateView{
		ID:            v.ID,
		State:         string(v.State),
		StateText:     present.State(string(v.State), lang),
		ReceiptNumber: v.ReceiptNumber,
		Revision:      v.Revision,
	}
}

// SubmitCorrection hands a correction (補正) in.
func (a *API) SubmitCorrection(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	wire.One
	wire.Guarded
	Number int `path:"n" minimum:"1" doc:"Number of the correction."`
	Body   *struct{}
}) (*wire.Versioned[stateView], error) {
	req, err := in.Request(ctx, "POST "+applicationsPath+"/"+in.ID+"/corrections/"+strconv.Itoa(in.Number)+"/submit")
	if err != nil {
		return nil, err
	}
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := a.Apply.SubmitCorrection(ctx, edge.ActorFrom(ctx), req, in.ID, in.Number, version)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(v.Version, stateOf(v, in.Lang())), nil
}
