package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

const filingsPath = "/api/v1/filings"

func (a *API) filingRoutes() {
	file := operation1(once(applicant(http.MethodPost, applicationsPath+"/{id}/file", "file-application")), tagApplicant, "File a draft", 404, 409, 412, 422)
	file.status = http.StatusCreated
	file.about = "422 missing-documents lists each document that is neither attached nor declared."
	handle(a, file, a.file)
	handle(a, operation1(once(applicant(http.MethodPost, applicationsPath+"/{id}/sign", "sign-again")), tagApplicant,
		"Sign a filed application again whose certificate was revoked; its arrival stays", 404, 409, 412, 422), a.signAgain)
	whole := operation1(once(applicant(http.MethodPost, filingsPath, "file-whole")), tagApplicant, "File a whole case that needs no file", 409, 422)
	whole.status = http.StatusCreated
	handle(a, whole, a.fileWhole)
	handle(a, operation1(once(applicant(http.MethodPost, applicationsPath+"/{id}/withdraw", "withdraw-application")), tagApplicant,
		"Take an application back (取下げ), before it is decided", 404, 409, 412, 422), a.withdraw)
	handle(a, operation1(once(applicant(http.MethodPost, applicationsPath+"/{id}/corrections/{n}/submit", "submit-correction")), tagApplicant,
		"HeldCase in a correction that was asked for (補正)", 404, 409, 412, 422), a.submitCorrection)
}

type filedView struct {
	ID            string    `json:"id" format:"uuid"`
	ReceiptNumber string    `json:"receipt_number" example:"K7NB-M2QX-T4VH"`
	ArrivedAt     time.Time `json:"arrived_at"`
	DeadlineOn    string    `json:"deadline_on,omitempty" format:"date"`
	Late          bool      `json:"late"`
	Plan          PlanView  `json:"plan"`
	Replaced      string    `json:"replaced,omitempty" doc:"The application that this one replaced."`
}

type filedAnswer struct {
	Location string `header:"Location"`
	Body     filedView
}

func (a *API) filed(f *apply.Filed, lang string) *filedAnswer {
	return &filedAnswer{Location: applicationsPath + "/" + f.ID, Body: filedView{
		ID:            f.ID,
		ReceiptNumber: f.ReceiptNumber,
		ArrivedAt:     f.ArrivedAt.In(jp.JST),
		DeadlineOn:    f.DeadlineOn,
		Late:          f.Late,
		Plan:          a.planOf(&f.Plan, lang),
		Replaced:      f.Replaced,
	}}
}

func (a *API) file(ctx context.Context, in *struct {
	Speaks
	Keyed
	One
	Guarded
	Body *struct {
		Signature *string `json:"signature,omitempty" nullable:"true" doc:"CMS, detached, over the bytes of the manifest, in base64. Needed where the municipality asks for a signature (P3)."`
	}
}) (*filedAnswer, error) {
	req, err := in.request(ctx, "POST "+applicationsPath+"/"+in.ID+"/file")
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
	f, err := a.Apply.FileSigned(ctx, edge.ActorFrom(ctx), req, in.ID, version, signature)
	if err != nil {
		return nil, err
	}
	return a.filed(f, in.lang()), nil
}

// readSignature reads base64, of which cards and browsers write several kinds.
func readSignature(text string) ([]byte, error) {
	bare := strings.Join(strings.Fields(text), "")
	for _, kind := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := kind.DecodeString(bare); err == nil && len(raw) > 0 {
			return raw, nil
		}
	}
	said := "The signature is not written in base64."
	return nil, fault.New(fault.Refused, fault.CodeInvalidSignature, said).
		Note("reason", "signature-unreadable").
		With(fault.Detail{Code: "signature-unreadable", Pointer: "/signature", Text: said})
}

func (a *API) signAgain(ctx context.Context, in *struct {
	Speaks
	Keyed
	One
	Guarded
	Body struct {
		Signature string `json:"signature" doc:"CMS, detached, over the bytes of the manifest, in base64."`
	}
}) (*versioned[stateView], error) {
	req, err := in.request(ctx, "POST "+applicationsPath+"/"+in.ID+"/sign")
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
	return withVersion(v.Version, stateOf(v, in.lang())), nil
}

func (a *API) fileWhole(ctx context.Context, in *struct {
	Speaks
	Keyed
	Body draftBody
}) (*filedAnswer, error) {
	req, err := in.request(ctx, "POST "+filingsPath)
	if err != nil {
		return nil, err
	}
	f, err := a.Apply.FileWhole(ctx, edge.ActorFrom(ctx), req, in.Body.draft())
	if err != nil {
		return nil, err
	}
	return a.filed(f, in.lang()), nil
}

func (a *API) withdraw(ctx context.Context, in *struct {
	Speaks
	Keyed
	One
	Guarded
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Free text; never an individual number."`
	}
}) (*versioned[stateView], error) {
	req, err := in.request(ctx, "POST "+applicationsPath+"/"+in.ID+"/withdraw")
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
	return withVersion(v.Version, stateOf(v, in.lang())), nil
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
		StateText:     wording.State(string(v.State), lang),
		ReceiptNumber: v.ReceiptNumber,
		Revision:      v.Revision,
	}
}

func (a *API) submitCorrection(ctx context.Context, in *struct {
	Speaks
	Keyed
	One
	Guarded
	Number int `path:"n" minimum:"1" doc:"Number of the correction."`
	Body   *struct{}
}) (*versioned[stateView], error) {
	req, err := in.request(ctx, "POST "+applicationsPath+"/"+in.ID+"/corrections/"+strconv.Itoa(in.Number)+"/submit")
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
	return withVersion(v.Version, stateOf(v, in.lang())), nil
}
