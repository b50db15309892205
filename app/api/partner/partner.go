package partner

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/rule/jp"
)

const (
	handoversPath = "/api/v1/handovers"
	shareScope    = "share" // the family of scopes "share:{item}"
)

func (a *api) handoverRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/handovers", ID: "hand-over", For: edge.Scope("handover"), Once: true, Status: http.StatusCreated,
			Fails: []int{409}, Summary: "Hand a person over with a prefilled application; the answer is a link for the person",
			About: "The content is checked as a draft's is. The link works once, for the first signed-in person who opens it, and lives seven " +
				"days unless expires_in says otherwise. Nothing is filed without the person.", Call: wire.JSON(a.handOver)},
	}
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
	Procedure    string     `json:"procedure" example:"child-allowance-claim"`
	Municipality string     `json:"municipality" example:"998010"`
	Facts        wire.Facts `json:"facts,omitempty"`
	Form         wire.Form  `json:"form,omitempty"`
	Source       string     `json:"source,omitempty" maxLength:"200" doc:"What the site calls its record; the person sees it." example:"母子手帳 2026-0042"`
	ExpiresIn    int64      `json:"expires_in,omitempty" minimum:"60" maximum:"2592000" doc:"Seconds until the link ends; else seven days." example:"604800"`
}

func (a *api) handOver(ctx context.Context, in *struct {
	wire.Keyed
	Body handoverBody
}) (*linked, error) {
	req, err := in.Request(ctx, "POST "+handoversPath)
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

// mayShare refuses a site whose token is not good for an item (forbidden, with the scope that it lacks).
func mayShare(ctx context.Context, item string) error {
	scope := shareScope + ":" + item
	if who, ok := edge.PrincipalFrom(ctx); !ok || !who.HasScope(scope) {
		return fault.ErrForbidden.Note("scope", scope)
	}
	return nil
}
