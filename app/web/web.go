// Package web is the pages for people, in Japanese, plain Japanese and English (web.md): handlers that call the same use
// cases as the API, and repeat no rule. Each kind of user has a folder; page has what they are all made with.
package web

import (
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/public"
)

// Services are the use cases that the pages call.
type Services struct {
	Catalogue *catalogue.Catalogue
	Guide     *guide.Service
	Operate   *operate.Service

	// Provider is the address of the sign-in provider.
	Provider string
	// Personas are the people whom one can be in the demo; none in a deployment.
	Personas []public.Persona
}

// Mount puts every page on the edge's engine. It fails if a template or a text is not right.
func Mount(e *edge.Edge, s Services) (*page.Site, error) {
	site, err := page.New(e, page.Options{Catalogue: s.Catalogue, Provider: s.Provider}, public.Area)
	if err != nil {
		return nil, err
	}
	public.Mount(site, public.Services{Catalogue: s.Catalogue, Guide: s.Guide, Operate: s.Operate, Personas: s.Personas})
	return site, nil
}
