package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/jp"
)

const (
	handoversPath = "/api/v1/handovers"
	shareScope    = "share" // the family of scopes "share:{item}"
)

// site is the route of another site's program.
func site(method, path, operation string, permission edge.Permission) Route {
	return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: permission}}
}

func (a *API) partnerRoutes() {
	send := operation1(once(site(http.MethodPost, handoversPath, "hand-over", edge.Scope("handover"))), tagPartner,
		"HeldCase a person over with a prefilled application; the answer is a link for the person", 409)
	send.status = http.StatusCreated
	send.about = "The content is checked as a draft's is. The link works once, for the first signed-in person who opens it, and lives seven days unless expires_in says otherwise. Nothing is filed without the person."
	handle(a, send, a.handOver)
	handle(a, operation1(applicant(http.MethodGet, handoversPath+"/{id}", "open-handover"), tagApplicant,
		"See which site has prefilled what; who opens the link first is the one whom it is for", 409), a.openHandover)
	accept := operation1(once(applicant(http.MethodPost, handoversPath+"/{id}/accept", "accept-handover")), tagApplicant,
		"Take a hand-over over: a draft of one's own, in which each field says where it comes from", 409)
	accept.status = http.StatusCreated
	handle(a, accept, a.acceptHandover)
	decline := operation1(
		applicant(http.MethodPost, handoversPath+"/{id}/decline", "decline-handover"),
		tagApplicant,
		"Decline a hand-over; what was sent is erased",
		409,
	)
	decline.status = http.StatusNoContent
	handle(a, decline, a.declineHandover)
	a.shareRoutes()
}

// SiteLink is a link for a person, with the secret that opens it.
type SiteLink struct {
	ID        string    `json:"id" format:"uuid"`
	URL       string    `json:"url" format:"uri" doc:"For the person; it works once, for the first signed-in person who opens it."`
	ExpiresAt time.Time `json:"expires_at"`
}

type linked struct {
	Location string `header:"Location"`
	Body     SiteLink
}

func linkOf(path string, l *partner.Link) *linked {
	return &linked{Location: path + "/" + l.ID, Body: SiteLink{ID: l.ID, URL: l.URL, ExpiresAt: l.ExpiresAt.In(jp.JST)}}
}

// siteFrom is the site that acts, by its token.
func siteFrom(ctx context.Context) partner.Site {
	who, _ := edge.PrincipalFrom(ctx)
	return partner.Site{Name: who.Name, Login: who.Provider + "/" + who.Subject}
}

type handoverBody struct {
	Procedure    string `json:"procedure" example:"child-allowance-claim"`
	Municipality string `json:"municipality" example:"998010"`
	Facts        Facts  `json:"facts,omitempty"`
	Form         Form   `json:"form,omitempty"`
	Source       string `json:"source,omitempty" maxLength:"200" doc:"What the site calls its record of the person; shown to the person." example:"母子手帳 2026-0042"`
	ExpiresIn    int64  `json:"expires_in,omitempty" minimum:"60" maximum:"2592000" doc:"Seconds until the link ends; seven days if it is left out." example:"604800"`
}

func (a *API) handOver(ctx context.Context, in *struct {
	Keyed
	Body handoverBody
}) (*linked, error) {
	req, err := in.request(ctx, "POST "+handoversPath)
	if err != nil {
		return nil, err
	}
	b := in.Body
	link, err := a.Partner.HandOver(ctx, edge.ActorFrom(ctx), req, siteFrom(ctx), partner.Sent{
		Procedure:    b.Procedure,
		Municipality: b.Municipality,
		Facts:        json.RawMessage(b.Facts),
		Form:         b.Form,
		Source:       b.Source,
		Lifetime:     time.Duration(b.ExpiresIn) * time.Second,
	})
	if err != nil {
		return nil, err
	}
	return linkOf(handoversPath, link), nil
}

// Linked names what a link leads to.
type Linked struct {
	ID     string `path:"id" doc:"Id of the hand-over or of the request." format:"uuid"`
	Secret string `query:"secret" maxLength:"100" doc:"The secret of the link; not needed any more once the person has opened it."`
}

type handoverView struct {
	ID            string    `json:"id" format:"uuid"`
	Site          string    `json:"site" doc:"Who sent it."`
	Source        string    `json:"source,omitempty" doc:"What the site calls its record of the person."`
	Procedure     string    `json:"procedure"`
	ProcedureName string    `json:"procedure_name"`
	Municipality  string    `json:"municipality"`
	Facts         Facts     `json:"facts"`
	Form          Form      `json:"form"`
	Fields        []string  `json:"fields" nullable:"false" doc:"JSON Pointers of everything that the site filled in."`
	SentAt        time.Time `json:"sent_at"`
	ExpiresAt     time.Time `json:"expires_at"`
}

func (a *API) openHandover(ctx context.Context, in *struct {
	Linked
	Speaks
}) (*struct{ Body handoverView }, error) {
	h, err := a.Partner.OpenHandover(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
	if err != nil {
		return nil, err
	}
	v := handoverView{
		ID:            h.ID,
		Site:          h.Site,
		Source:        h.Source,
		Procedure:     h.Procedure,
		ProcedureName: h.Procedure,
		Municipality:  h.Municipality,
		Facts:         Facts(h.Facts),
		Form:          Form(h.Form),
		Fields:        append([]string{}, h.Fields...),
		SentAt:        h.SentAt.In(jp.JST),
		ExpiresAt:     h.ExpiresAt.In(jp.JST),
	}
	if p := a.Catalogue.Procedure(h.Procedure); p != nil {
		v.ProcedureName = p.Latest().Name.In(in.lang())
	}
	if v.Form == nil {
		v.Form = Form{}
	}
	return &struct{ Body handoverView }{v}, nil
}

func (a *API) acceptHandover(ctx context.Context, in *struct {
	Linked
	Speaks
	Keyed
	Body *struct {
		OnDuplicate string `json:"on_duplicate,omitempty" enum:"amend,supersede,separate" doc:"What to do if there is an application for the same thing."`
	}
}) (*created, error) {
	req, err := in.request(ctx, "POST "+handoversPath+"/accept "+in.ID)
	if err != nil {
		return nil, err
	}
	onDuplicate := ""
	if in.Body != nil {
		onDuplicate = in.Body.OnDuplicate
	}
	v, err := partner.Accept[*apply.View](ctx, a.Partner, a.Apply, edge.ActorFrom(ctx), req, in.ID, in.Secret, onDuplicate)
	if err != nil {
		return nil, err
	}
	return &created{Location: applicationsPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: a.applicationOf(v, in.lang())}, nil
}

func (a *API) declineHandover(ctx context.Context, in *struct{ Linked }) (*empty, error) {
	return nil, a.Partner.DeclineHandover(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
}

// mayShare refuses a site whose token is not good for an item (forbidden, with the scope that it lacks).
func mayShare(ctx context.Context, item string) error {
	scope := shareScope + ":" + item
	if who, ok := edge.PrincipalFrom(ctx); !ok || !who.HasScope(scope) {
		return fault.ErrForbidden.Note("scope", scope)
	}
	return nil
}
