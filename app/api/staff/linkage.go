package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/parent"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const casePath = "/api/v1/review/applications/{id}"

func (a *api) linkageRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/inquiries", ID: "ask-network", For: edge.Reviewer, Once: true,
			Status: http.StatusAccepted, Fails: []int{409},
			Summary: "Ask the inter-agency network (情報照会) about one document, or about all that may be asked now", Call: wire.JSON(a.ask)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/inquiries", ID: "list-inquiries", For: edge.Reviewer, Fails: []int{422},
			Summary: "The inquiries of a case, oldest first", Call: wire.JSON(a.inquiries)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/residents/{subject}", ID: "find-resident", For: edge.Reviewer,
			Fails: []int{422}, Summary: "Whom the municipality's directory has for a person of the case", Call: wire.JSON(a.candidates)},
		{Method: http.MethodPut, Path: "/api/v1/review/applications/{id}/residents/{subject}", ID: "choose-resident", For: edge.Reviewer,
			Status: http.StatusNoContent, Fails: []int{409},
			Summary: "Record who a person of the case is in the directory, or that nobody is found", Call: wire.JSON(a.chooseResident)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/records", ID: "list-case-records", For: edge.Reviewer, Fails: []int{422},
			Summary: "The record of information provided of a case, hidden entries too", Call: wire.JSON(a.caseRecords)},
		{Method: http.MethodPut, Path: "/api/v1/review/applications/{id}/records/{record}", ID: "hide-record", For: edge.Reviewer,
			Status: http.StatusNoContent, Fails: []int{409}, Summary: "Keep one record from the citizen's view (不開示), or show it again",
			Call: wire.JSON(a.hideRecord)},
	}
}

type askedView struct {
	Inquiry   string  `json:"inquiry" format:"uuid" doc:"The first of them."`
	Inquiries []asked `json:"inquiries" nullable:"false"`
}

// asked is one inquiry that was queued, or that was under way already.
type asked struct {
	Inquiry  string `json:"inquiry"`
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Item     string `json:"item"`
	State    string `json:"state"`
}

func (a *api) ask(ctx context.Context, in *struct {
	wire.One
	wire.Keyed
	wire.Fenced
	Body struct {
		Document string `json:"document,omitempty" doc:"With subject; without both, every document that may be asked about now."`
		Subject  string `json:"subject,omitempty"`
	}
}) (*struct{ Body askedView }, error) {
	req, err := in.Request(ctx, "POST "+casePath+"/inquiries "+in.ID)
	if err != nil {
		return nil, err
	}
	var refs []dossier.DocumentRef
	if in.Body.Document != "" || in.Body.Subject != "" {
		refs = append(refs, dossier.DocumentRef{Document: in.Body.Document, Subject: in.Body.Subject})
	}
	queued, err := a.Linkage.Ask(ctx, edge.ActorFrom(ctx), req, in.ID, in.Fence, refs)
	if err != nil {
		return nil, err
	}
	return &struct{ Body askedView }{askedView{
		Inquiry: queued[0].Inquiry,
		Inquiries: wire.Each(queued, func(q linkage.Asked) asked {
			return asked{Inquiry: q.Inquiry, Document: q.Document, Subject: q.Subject, Item: q.Item, State: string(q.State)}
		}),
	}}, nil
}

type inquiryView struct {
	ID          string     `json:"id" format:"uuid"`
	Document    string     `json:"document"`
	Subject     string     `json:"subject"`
	Item        string     `json:"item"`
	State       string     `json:"state" enum:"queued,waiting,answered,ended,given-up"`
	Result      string     `json:"result,omitempty" doc:"The kind of the network's reply, or why it was given up."`
	Text        string     `json:"text" doc:"The state for people."`
	Provider    string     `json:"provider"`
	QueuedAt    time.Time  `json:"queued_at"`
	RequestedAt *time.Time `json:"requested_at,omitempty"`
	AnsweredAt  *time.Time `json:"answered_at,omitempty"`
}

func (a *api) inquiries(ctx context.Context, in *struct {
	wire.One
	wire.Speaks
}) (*wire.List[inquiryView], error) {
	rows, err := a.Linkage.Inquiries(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var out []inquiryView
	for _, q := range rows {
		out = append(out, inquiryView{
			ID:          q.ID,
			Document:    q.Document,
			Subject:     q.Subject,
			Item:        q.Item,
			State:       string(q.State),
			Result:      q.Result,
			Text:        present.Reply(string(q.State), q.Result, in.Lang()),
			Provider:    q.Provider,
			QueuedAt:    q.QueuedAt.In(jp.JST),
			RequestedAt: wire.InJapan(q.RequestedAt),
			AnsweredAt:  wire.InJapan(q.AnsweredAt),
		})
	}
	return wire.ListOf(out, ""), nil
}

type candidateView struct {
	Resident  string `json:"resident" doc:"The resident id (宛名番号)."`
	Name      string `json:"name"`
	Kana      string `json:"kana"`
	BirthDate string `json:"birth_date"`
	Address   string `json:"address,omitempty" doc:"Missing for a protected person."`
	Exact     bool   `json:"exact"`
	Protected bool   `json:"protected" doc:"Under protection (支援措置)."`
}

// SubjectOf names one person of one case.
type SubjectOf struct {
	Subject string `path:"subject" doc:"applicant, spouse, child-1, …" example:"applicant"`
}

func (a *api) candidates(ctx context.Context, in *struct {
	wire.One
	SubjectOf
}) (*wire.List[candidateView], error) {
	found, err := a.Linkage.Candidates(ctx, edge.ActorFrom(ctx), in.ID, in.Subject)
	if err != nil {
		return nil, err
	}
	var out []candidateView
	for _, c := range found.Found {
		out = append(out, candidateView{c.ResidentID, c.Name, c.Kana, c.BirthDate, c.Address, c.Exact, c.Protected})
	}
	return wire.ListOf(out, ""), nil
}

func (a *api) chooseResident(ctx context.Context, in *struct {
	wire.One
	SubjectOf
	wire.Fenced
	Body struct {
		Resident string `json:"resident" doc:"One of the residents listed; empty if the directory does not have the person."`
	}
}) (*wire.Empty, error) {
	return nil, a.Linkage.Choose(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Subject, in.Body.Resident)
}

func (a *api) caseRecords(ctx context.Context, in *struct {
	wire.One
	wire.Speaks
}) (*wire.List[parent.RecordView], error) {
	rows, err := a.Linkage.RecordsOf(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out, err := parent.RecordsOf(ctx, a.Services, rows, in.Lang())
	return wire.ListOf(out, ""), err
}

func (a *api) hideRecord(ctx context.Context, in *struct {
	wire.One
	Record string `path:"record" format:"uuid"`
	wire.Fenced
	Body struct {
		Hidden bool   `json:"hidden"`
		Reason string `json:"reason" doc:"Why; kept with the case."`
	}
}) (*wire.Empty, error) {
	if !models.ValidID(in.Record) {
		return nil, fault.ErrNotFound
	}
	return nil, a.Linkage.Hide(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Record, in.Body.Hidden, in.Body.Reason)
}
