package partner

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

const requestsPath = "/api/v1/share-requests"

func (a *api) shareRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/share-requests", ID: "ask-to-share", For: edge.ScopeOf(shareScope), Once: true,
			Status: http.StatusCreated, Fails: []int{409},
			Summary: "Ask a person to be told one item for one purpose; the answer is a link for the person, and its id is the consent's",
			Call:    wire.JSON(a.askToShare)},
		{Method: http.MethodGet, Path: "/api/v1/shared/{item}", ID: "show-shared", For: edge.ScopeOf(shareScope), Fails: []int{422},
			Summary: "One item about the person whose consent is named; asked at this moment, never stored, and recorded for the person",
			Call:    wire.JSON(a.shared)},
	}
}

type requestBody struct {
	Item    string    `json:"item" example:"vaccination"`
	Purpose string    `json:"purpose" minLength:"1" maxLength:"300" doc:"Why, for the person to read." example:"次の予防接種の時期をお知らせするため"`
	Until   time.Time `json:"until" doc:"When the consent ends; within a year." example:"2027-03-31T23:59:59+09:00"`
}

func (a *api) askToShare(ctx context.Context, in *struct {
	wire.Keyed
	Body requestBody
}) (*linked, error) {
	req, err := in.Request(ctx, "POST "+requestsPath)
	if err != nil {
		return nil, err
	}
	w := partner.Wish{Item: in.Body.Item, Purpose: in.Body.Purpose, Until: in.Body.Until}
	if _, known := a.Partner.Item(w.Item); known { // an unknown one is refused with its pointer
		if err := mayShare(ctx, w.Item); err != nil {
			return nil, err
		}
	}
	link, err := a.Partner.Ask(ctx, edge.ActorFrom(ctx), req, siteFrom(ctx), w)
	if err != nil {
		return nil, err
	}
	out := linkOf(requestsPath, link)
	out.Location = "" // the site sees its wish nowhere; the person decides
	return out, nil
}

type sharedView struct {
	Consent  string         `json:"consent" format:"uuid"`
	Item     string         `json:"item"`
	Name     string         `json:"name"`
	Result   string         `json:"result" doc:"As of an inquiry: answered, no-record, no-linking-code, …"`
	Text     string         `json:"text"`
	Provider string         `json:"provider,omitempty" doc:"The body that holds it."`
	At       time.Time      `json:"at" doc:"When it was asked for."`
	Facts    map[string]any `json:"facts" nullable:"false"`
}

var errNoConsent = fault.Detail{Code: "required", Reason: "consent-not-named", Parameter: "Consent"}.Alone(fault.Malformed, fault.CodeMalformed)

func (a *api) shared(ctx context.Context, in *struct {
	Item    string `path:"item" example:"vaccination"`
	Consent string `header:"Consent" doc:"Required: the id of the person's consent."`
	wire.Speaks
}) (*struct{ Body sharedView }, error) {
	item, known := a.Partner.Item(in.Item)
	if !known {
		return nil, fault.ErrNotFound
	}
	if err := mayShare(ctx, in.Item); err != nil {
		return nil, err
	}
	if in.Consent == "" {
		return nil, errNoConsent
	}
	told, err := a.Partner.Tell(ctx, edge.ActorFrom(ctx), in.Item, in.Consent)
	if err != nil {
		return nil, err
	}
	v := sharedView{
		Consent:  in.Consent,
		Item:     told.Item,
		Name:     item.Name.In(in.Lang()),
		Result:   told.Result,
		Text:     wording.In("reply-"+told.Result, in.Lang()),
		Provider: told.Provider,
		At:       told.At.In(jp.JST),
		Facts:    told.Facts,
	}
	if v.Facts == nil {
		v.Facts = map[string]any{}
	}
	return &struct{ Body sharedView }{v}, nil
}
