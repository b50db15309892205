package parent

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *API) linkRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/handovers/{id}", ID: "open-handover", For: edge.Applicant, Fails: []int{409, 422},
			Summary: "See which site has prefilled what; who opens the link first is the one whom it is for", Call: wire.JSON(a.openHandover)},
		{Method: http.MethodPost, Path: "/api/v1/handovers/{id}/accept", ID: "accept-handover", For: edge.Applicant, Once: true,
			Status: http.StatusCreated, Fails: []int{409},
			Summary: "Take a hand-over over: a draft of one's own, in which each field says where it comes from",
			Call:    wire.JSON(a.acceptHandover)},
		{Method: http.MethodPost, Path: "/api/v1/handovers/{id}/decline", ID: "decline-handover", For: edge.Applicant,
			Status: http.StatusNoContent, Fails: []int{409}, Summary: "Decline a hand-over; what was sent is erased",
			Call: wire.JSON(a.declineHandover)},
	}
}

// Linked names what a link leads to.
type Linked struct {
	ID     string `path:"id" doc:"Id of the hand-over or of the request." format:"uuid"`
	Secret string `query:"secret" maxLength:"100" doc:"The secret of the link; not needed any more once the person has opened it."`
}

const linksPath = "/api/v1/handovers"

type handoverView struct {
	ID            string     `json:"id" format:"uuid"`
	Site          string     `json:"site" doc:"Who sent it."`
	Source        string     `json:"source,omitempty" doc:"What the site calls its record of the person."`
	Procedure     string     `json:"procedure"`
	ProcedureName string     `json:"procedure_name"`
	Municipality  string     `json:"municipality"`
	Facts         wire.Facts `json:"facts"`
	Form          wire.Form  `json:"form"`
	Fields        []string   `json:"fields" nullable:"false" doc:"JSON Pointers of everything that the site filled in."`
	SentAt        time.Time  `json:"sent_at"`
	ExpiresAt     time.Time  `json:"expires_at"`
}

func (a *API) openHandover(ctx context.Context, in *struct {
	Linked
	wire.Speaks
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
		ProcedureName: present.Procedure(a.Editions().ForProcedure(h.Municipality, h.Procedure), h.Procedure, in.Lang()),
		Municipality:  h.Municipality,
		Facts:         wire.Facts(h.Facts),
		Form:          wire.Form(h.Form),
		Fields:        append([]string{}, h.Fields...),
		SentAt:        h.SentAt.In(jp.JST),
		ExpiresAt:     h.ExpiresAt.In(jp.JST),
	}
	if v.Form == nil {
		v.Form = wire.Form{}
	}
	return &struct{ Body handoverView }{v}, nil
}

func (a *API) acceptHandover(ctx context.Context, in *struct {
	Linked
	wire.Speaks
	wire.Keyed
	Body *struct {
		OnDuplicate string `json:"on_duplicate,omitempty" enum:"amend,supersede,separate" doc:"What to do if there is an application for the same thing."`
	}
}) (*Created, error) {
	req, err := in.Request(ctx, "POST "+linksPath+"/accept "+in.ID)
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
	return &Created{Location: applicationsPath + "/" + v.ID, ETag: edge.ETag(v.Version), Body: ApplicationOf(a.Services, v, in.Lang())}, nil
}

func (a *API) declineHandover(ctx context.Context, in *struct{ Linked }) (*wire.Empty, error) {
	return nil, a.Partner.DeclineHandover(ctx, edge.ActorFrom(ctx), in.ID, in.Secret)
}
