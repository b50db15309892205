package parent

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
)

const wishPath = "/api/v1/me/share-requests/{id}"

func (a *API) consentRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/me/share-requests/{id}", ID: "open-share-request", For: edge.Applicant, Fails: []int{409, 422},
			Summary: "See which site asks for what, why and until when", Call: wire.JSON(a.openRequest)},
		{Method: http.MethodPost, Path: "/api/v1/me/share-requests/{id}/grant", ID: "grant-consent", For: edge.Applicant, Once: true,
			Fails: []int{409}, Summary: "Consent", Call: wire.JSON(a.grant)},
		{Method: http.MethodPost, Path: "/api/v1/me/share-requests/{id}/decline", ID: "decline-consent", For: edge.Applicant,
			Status: http.StatusNoContent, Fails: []int{409}, Summary: "Do not consent", Call: wire.JSON(a.declineRequest)},
		{Method: http.MethodGet, Path: "/api/v1/me/consents", ID: "list-consents", For: edge.Applicant, Fails: []int{422},
			Summary: "Which sites are told what, why, until when, and how often they asked", Call: wire.JSON(a.consents)},
		{Method: http.MethodPost, Path: "/api/v1/me/consents/{id}/revoke", ID: "revoke-consent", For: edge.Applicant, Fails: []int{409},
			Summary: "Take a consent back, at once", Call: wire.JSON(a.revoke)},
	}
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
	wire.Speaks
}) (*struct{ Body wishView }, error) {
	r, err := a.Partner.OpenRequest(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wishView }{wishView{
		ID:        r.ID,
		Site:      r.Site,
		Item:      r.Item,
		ItemName:  a.sharedName(r.Item, in.Lang()),
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
		StateText:  present.Consent(c.State, lang),
		GrantedAt:  c.GrantedAt.In(jp.JST),
		Until:      c.Until.In(jp.JST),
		RevokedAt:  wire.InJapan(c.RevokedAt),
		Uses:       c.Uses,
		LastUsedAt: wire.InJapan(c.LastUsedAt),
	}
}

func (a *API) grant(ctx context.Context, in *struct {
	Linked
	wire.Speaks
	wire.Keyed
}) (*struct{ Body consentView }, error) {
	req, err := in.Request(ctx, "POST "+wishPath+"/grant "+in.ID)
	if err != nil {
		return nil, err
	}
	who, _ := edge.PrincipalFrom(ctx)
	write := func(c *partner.Consent) consentView { return a.consentOf(c, in.Lang()) }
	return wire.Answered(write)(a.Partner.Grant(ctx, edge.ActorFrom(ctx), req, in.ID, in.Secret, who.Provider+"/"+who.Subject))
}

func (a *API) declineRequest(ctx context.Context, in *struct{ Linked }) (*wire.Empty, error) {
	return nil, a.Partner.DeclineRequest(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
}

func (a *API) consents(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
}) (*wire.List[consentView], error) {
	return wire.Listed(ctx, in.Paged, a.Partner.Consents, func(c *partner.Consent) consentView { return a.consentOf(c, in.Lang()) },
		func(v consentView) string { return v.ID })
}

func (a *API) revoke(ctx context.Context, in *struct {
	ID string `path:"id" doc:"Id of the consent." format:"uuid"`
	wire.Speaks
}) (*struct{ Body consentView }, error) {
	write := func(c *partner.Consent) consentView { return a.consentOf(c, in.Lang()) }
	return wire.Answered(write)(a.Partner.Revoke(ctx, edge.ActorFrom(ctx), in.ID))
}
