package api

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

const (
	requestsPath = "/api/v1/share-requests"
	wishPath     = "/api/v1/me/share-requests/{id}"
	consentsPath = "/api/v1/me/consents"
)

func (a *API) shareRoutes() {
	ask := operation1(once(site(http.MethodPost, requestsPath, "ask-to-share", edge.ScopeOf(shareScope))), tagPartner,
		"Ask a person to be told one item for one purpose; the answer is a link for the person, and its id is the consent's", 409)
	ask.status = http.StatusCreated
	handle(a, ask, a.askToShare)
	handle(a, operation1(site(http.MethodGet, "/api/v1/shared/{item}", "show-shared", edge.ScopeOf(shareScope)), tagPartner,
		"One item about the person whose consent is named; asked at this moment, never stored, and recorded for the person"), a.shared)
	handle(
		a,
		operation1(applicant(http.MethodGet, wishPath, "open-share-request"), tagApplicant, "See which site asks for what, why and until when", 409),
		a.openRequest,
	)
	handle(a, operation1(once(applicant(http.MethodPost, wishPath+"/grant", "grant-consent")), tagApplicant, "Consent", 409), a.grant)
	decline := operation1(applicant(http.MethodPost, wishPath+"/decline", "decline-consent"), tagApplicant, "Do not consent", 409)
	decline.status = http.StatusNoContent
	handle(a, decline, a.declineRequest)
	handle(
		a,
		operation1(
			applicant(http.MethodGet, consentsPath, "list-consents"),
			tagApplicant,
			"Which sites are told what, why, until when, and how often they asked",
			422,
		),
		a.consents,
	)
	handle(a, operation1(applicant(http.MethodPost, consentsPath+"/{id}/revoke", "revoke-consent"), tagApplicant, "Take a consent back, at once", 409), a.revoke)
}

type requestBody struct {
	Item    string    `json:"item" example:"vaccination"`
	Purpose string    `json:"purpose" minLength:"1" maxLength:"300" doc:"Why, for the person to read." example:"次の予防接種の時期をお知らせするため"`
	Until   time.Time `json:"until" doc:"When the consent ends; within a year." example:"2027-03-31T23:59:59+09:00"`
}

func (a *API) askToShare(ctx context.Context, in *struct {
	Keyed
	Body requestBody
}) (*linked, error) {
	req, err := in.request(ctx, "POST "+requestsPath)
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

func (a *API) shared(ctx context.Context, in *struct {
	Item    string `path:"item" example:"vaccination"`
	Consent string `header:"Consent" doc:"Required: the id of the person's consent."`
	Speaks
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
		Name:     item.Name.In(in.lang()),
		Result:   told.Result,
		Text:     wording.In("reply-"+told.Result, in.lang()),
		Provider: told.Provider,
		At:       told.At.In(jp.JST),
		Facts:    told.Facts,
	}
	if v.Facts == nil {
		v.Facts = map[string]any{}
	}
	return &struct{ Body sharedView }{v}, nil
}

type wishView struct {
	ID        string    `json:"id" format:"uuid"`
	Site      string    `json:"site" doc:"Who asks."`
	Item      string    `json:"item"`
	ItemName  string    `json:"item_name"`
	Purpose   string    `json:"purpose"`
	Until     time.Time `json:"until" doc:"When the consent would end."`
	AskedAt   time.Time `json:"asked_at"`
	ExpiresAt time.Time `json:"expires_at" doc:"When the link ends."`
}

func (a *API) sharedName(code, lang string) string {
	if i, known := a.Partner.Item(code); known {
		return i.Name.In(lang)
	}
	return code
}

func (a *API) openRequest(ctx context.Context, in *struct {
	Linked
	Speaks
}) (*struct{ Body wishView }, error) {
	r, err := a.Partner.OpenRequest(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wishView }{wishView{
		ID:        r.ID,
		Site:      r.Site,
		Item:      r.Item,
		ItemName:  a.sharedName(r.Item, in.lang()),
		Purpose:   r.Purpose,
		Until:     r.Until.In(jp.JST),
		AskedAt:   r.AskedAt.In(jp.JST),
		ExpiresAt: r.ExpiresAt.In(jp.JST),
	}}, nil
}

type consentView struct {
	ID         string     `json:"id" format:"uuid"`
	Site       string     `json:"site" doc:"Who is told."`
	Item       string     `json:"item"`
	ItemName   string     `json:"item_name"`
	Purpose    string     `json:"purpose"`
	State      string     `json:"state" enum:"active,ended,revoked"`
	StateText  string     `json:"state_text"`
	GrantedAt  time.Time  `json:"granted_at"`
	Until      time.Time  `json:"until"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
	Uses       int64      `json:"uses" doc:"How often the site has asked."`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

func (a *API) consentOf(c *partner.Consent, lang string) consentView {
	return consentView{
		ID:         c.ID,
		Site:       c.Site,
		Item:       c.Item,
		ItemName:   a.sharedName(c.Item, lang),
		Purpose:    c.Purpose,
		State:      c.State,
		StateText:  wording.In("consent-state-"+c.State, lang),
		GrantedAt:  c.GrantedAt.In(jp.JST),
		Until:      c.Until.In(jp.JST),
		RevokedAt:  inJapan(c.RevokedAt),
		Uses:       c.Uses,
		LastUsedAt: inJapan(c.LastUsedAt),
	}
}

func (a *API) grant(ctx context.Context, in *struct {
	Linked
	Speaks
	Keyed
}) (*struct{ Body consentView }, error) {
	req, err := in.request(ctx, "POST "+wishPath+"/grant "+in.ID)
	if err != nil {
		return nil, err
	}
	who, _ := edge.PrincipalFrom(ctx)
	c, err := a.Partner.Grant(ctx, edge.ActorFrom(ctx), req, in.ID, in.Secret, who.Provider+"/"+who.Subject)
	if err != nil {
		return nil, err
	}
	return &struct{ Body consentView }{a.consentOf(c, in.lang())}, nil
}

func (a *API) declineRequest(ctx context.Context, in *struct{ Linked }) (*empty, error) {
	return nil, a.Partner.DeclineRequest(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
}

func (a *API) consents(ctx context.Context, in *struct {
	Speaks
	Paged
}) (*list[consentView], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	found, err := a.Partner.Consents(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	var out []consentView
	for i := range found {
		out = append(out, a.consentOf(&found[i], in.lang()))
	}
	return pageOf(out, in.Limit, func(v consentView) string { return v.ID }), nil
}

func (a *API) revoke(ctx context.Context, in *struct {
	ID string `path:"id" doc:"Id of the consent." format:"uuid"`
	Speaks
}) (*struct{ Body consentView }, error) {
	c, err := a.Partner.Revoke(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body consentView }{a.consentOf(c, in.lang())}, nil
}
