package api

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// reviewer is the route of a reviewer of one municipality.
func reviewer(method, path, operation string) Route {
	return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: edge.Reviewer}}
}

const casePath = "/api/v1/review/applications/{id}"

func (a *API) linkageRoutes() {
	ask := operation1(once(reviewer(http.MethodPost, casePath+"/inquiries", "ask-network")), tagReviewer,
		"Ask the inter-agency network (情報照会) about one document, or about all that may be asked now", 404, 409, 422)
	ask.status = http.StatusAccepted
	handle(a, ask, a.ask)
	handle(
		a,
		operation1(reviewer(http.MethodGet, casePath+"/inquiries", "list-inquiries"), tagReviewer, "The inquiries of a case, oldest first", 404),
		a.inquiries,
	)
	handle(a, operation1(reviewer(http.MethodGet, casePath+"/residents/{subject}", "find-resident"), tagReviewer,
		"Whom the municipality's directory has for a person of the case", 404), a.candidates)
	choose := operation1(reviewer(http.MethodPut, casePath+"/residents/{subject}", "choose-resident"), tagReviewer,
		"Record who a person of the case is in the directory, or that nobody is found", 404, 409, 422)
	choose.status = http.StatusNoContent
	handle(a, choose, a.chooseResident)
	handle(
		a,
		operation1(
			reviewer(http.MethodGet, casePath+"/records", "list-case-records"),
			tagReviewer,
			"The record of information provided of a case, hidden entries too",
			404,
		),
		a.caseRecords,
	)
	hide := operation1(reviewer(http.MethodPut, casePath+"/records/{record}", "hide-record"), tagReviewer,
		"Keep one record from the citizen's view (不開示), or show it again", 404, 409, 422)
	hide.status = http.StatusNoContent
	handle(a, hide, a.hideRecord)
	handle(a, operation1(applicant(http.MethodGet, "/api/v1/me/records", "list-records"), tagApplicant,
		"The record of information provided (情報提供等記録): which office asked which for one's facts, for which application and why", 422), a.records)
	handle(a, operation1(applicant(http.MethodGet, "/api/v1/me/information", "show-information"), tagApplicant,
		"One's own information (自己情報) that public bodies hold; asked at this moment, for the person alone, and never stored", 422), a.information)
}

type askedView struct {
	Inquiry   string          `json:"inquiry" format:"uuid" doc:"The first of them."`
	Inquiries []linkage.Asked `json:"inquiries" nullable:"false"`
}

func (a *API) ask(ctx context.Context, in *struct {
	One
	Keyed
	Fenced
	Body struct {
		Document string `json:"document,omitempty" doc:"With subject; without both, every document that may be asked about now."`
		Subject  string `json:"subject,omitempty"`
	}
}) (*struct{ Body askedView }, error) {
	req, err := in.request(ctx, "POST "+casePath+"/inquiries "+in.ID)
	if err != nil {
		return nil, err
	}
	var refs []dossier.DocumentRef
	if in.Body.Document != "" || in.Body.Subject != "" {
		refs = append(refs, dossier.DocumentRef{Document: in.Body.Document, Subject: in.Body.Subject})
	}
	asked, err := a.Linkage.Ask(ctx, edge.ActorFrom(ctx), req, in.ID, in.Fence, refs)
	if err != nil {
		return nil, err
	}
	return &struct{ Body askedView }{askedView{Inquiry: asked[0].Inquiry, Inquiries: asked}}, nil
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

func (a *API) inquiries(ctx context.Context, in *struct {
	One
	Speaks
}) (*list[inquiryView], error) {
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
			Text:        wording.Reply(string(q.State), q.Result, in.lang()),
			Provider:    q.Provider,
			QueuedAt:    q.QueuedAt.In(jp.JST),
			RequestedAt: inJapan(q.RequestedAt),
			AnsweredAt:  inJapan(q.AnsweredAt),
		})
	}
	return listOf(out, ""), nil
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

// subjectOf names one person of one case.
type SubjectOf struct {
	Subject string `path:"subject" doc:"applicant, spouse, child-1, …" example:"applicant"`
}

func (a *API) candidates(ctx context.Context, in *struct {
	One
	SubjectOf
}) (*list[candidateView], error) {
	found, err := a.Linkage.Candidates(ctx, edge.ActorFrom(ctx), in.ID, in.Subject)
	if err != nil {
		return nil, err
	}
	var out []candidateView
	for _, c := range found.Found {
		out = append(out, candidateView{c.ResidentID, c.Name, c.Kana, c.BirthDate, c.Address, c.Exact, c.Protected})
	}
	return listOf(out, ""), nil
}

func (a *API) chooseResident(ctx context.Context, in *struct {
	One
	SubjectOf
	Fenced
	Body struct {
		Resident string `json:"resident" doc:"One of the residents listed; empty if the directory does not have the person."`
	}
}) (*empty, error) {
	return nil, a.Linkage.Choose(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Subject, in.Body.Resident)
}

// recordView is one exchange over the network about a person.
type recordView struct {
	ID           string    `json:"id" format:"uuid"`
	Inquirer     string    `json:"inquirer" doc:"Who asked: the municipality's code."`
	InquirerName string    `json:"inquirer_name"`
	Provider     string    `json:"provider" doc:"Who was asked."`
	ProviderName string    `json:"provider_name"`
	Item         string    `json:"item"`
	ItemName     string    `json:"item_name"`
	Subject      string    `json:"subject" doc:"Whose facts."`
	Procedure    string    `json:"procedure"`
	Affair       string    `json:"affair"`
	LegalBasis   string    `json:"legal_basis"`
	RequestedAt  time.Time `json:"requested_at"`
	AnsweredAt   time.Time `json:"answered_at"`
	Result       string    `json:"result"`
	Phase        string    `json:"phase" enum:"trial,full"`
	Application  string    `json:"application"`
	Text         string    `json:"text" doc:"Who asked whom for what and why, in plain words."`
	Hidden       bool      `json:"hidden,omitempty" doc:"Kept from the citizen's view; only staff see it."`
}

func (a *API) records(ctx context.Context, in *struct {
	Speaks
	Paged
}) (*list[recordView], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Linkage.Records(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	out, err := a.recordsOf(ctx, rows, in.lang())
	if err != nil {
		return nil, err
	}
	return pageOf(out, in.Limit, func(v recordView) string { return v.ID }), nil
}

func (a *API) caseRecords(ctx context.Context, in *struct {
	One
	Speaks
}) (*list[recordView], error) {
	rows, err := a.Linkage.RecordsOf(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out, err := a.recordsOf(ctx, rows, in.lang())
	return listOf(out, ""), err
}

func (a *API) recordsOf(ctx context.Context, rows []models.Exchange, lang string) ([]recordView, error) {
	names, err := a.Guide.Names(ctx, lang == edge.English)
	if err != nil {
		return nil, err
	}
	var out []recordView
	for _, e := range rows {
		v := recordView{
			ID:           e.ID,
			Inquirer:     e.Municipality,
			InquirerName: names(e.Municipality),
			Provider:     e.Provider,
			ProviderName: names(e.Provider),
			Item:         e.Item,
			ItemName:     a.Catalogue.Item(e.Item).Name.In(lang),
			Subject:      e.Subject,
			Procedure:    e.Procedure,
			Affair:       e.Affair,
			LegalBasis:   e.LegalBasis,
			RequestedAt:  e.RequestedAt.In(jp.JST),
			AnsweredAt:   e.AnsweredAt.In(jp.JST),
			Result:       e.Result,
			Phase:        e.Phase,
			Application:  e.ApplicationID,
			Hidden:       e.Hidden,
		}
		v.Text = wording.Asked{
			Inquirer:  v.InquirerName,
			Provider:  v.ProviderName,
			Item:      e.Item,
			Subject:   e.Subject,
			Procedure: e.Procedure,
			Result:    e.Result,
			Trial:     e.Phase == "trial",
		}.Text(a.Catalogue, lang)
		out = append(out, v)
	}
	return out, nil
}

func (a *API) hideRecord(ctx context.Context, in *struct {
	One
	Record string `path:"record" format:"uuid"`
	Fenced
	Body struct {
		Hidden bool   `json:"hidden"`
		Reason string `json:"reason" doc:"Why; kept with the case."`
	}
}) (*empty, error) {
	if !models.ValidID(in.Record) {
		return nil, fault.ErrNotFound
	}
	return nil, a.Linkage.Hide(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Record, in.Body.Hidden, in.Body.Reason)
}

type ownView struct {
	Item     string        `json:"item"`
	Name     string        `json:"name"`
	Result   string        `json:"result" doc:"As of an inquiry; pending if it did not come in time."`
	Text     string        `json:"text"`
	Provider string        `json:"provider,omitempty"`
	Facts    []ownFactView `json:"facts" nullable:"false"`
}

type ownFactView struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value any    `json:"value"`
}

func (a *API) information(ctx context.Context, in *struct {
	Speaks
	Item string `query:"item" doc:"One linkage item; all if missing." example:"local-tax"`
}) (*list[ownView], error) {
	items := a.Catalogue.Items()
	if in.Item != "" {
		if a.Catalogue.Item(in.Item) == nil {
			return nil, badParameter("item", "There is no such linkage item.")
		}
		items = []string{in.Item}
	}
	who, _ := edge.PrincipalFrom(ctx)
	found, err := a.Linkage.Own(ctx, edge.ActorFrom(ctx), who.Provider+"/"+who.Subject, items)
	if err != nil {
		return nil, err
	}
	var out []ownView
	for _, i := range found {
		item := a.Catalogue.Item(i.Item)
		v := ownView{
			Item:     i.Item,
			Name:     item.Name.In(in.lang()),
			Result:   i.Result,
			Text:     wording.In("reply-"+i.Result, in.lang()),
			Provider: i.Provider,
			Facts:    []ownFactView{},
		}
		for _, f := range item.Fields {
			if value, ok := i.Facts[f.Name]; ok {
				v.Facts = append(v.Facts, ownFactView{f.Name, f.Label.In(in.lang()), value})
			}
		}
		out = append(out, v)
	}
	return listOf(out, ""), nil
}
