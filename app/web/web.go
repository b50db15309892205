// Package web is the pages for people, in Japanese, plain Japanese and English (web.md): handlers that call the same use
// cases as the API, and repeat no rule. Each kind of user has a folder; page has what they are all made with.
package web

import (
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/admin"
	"kosodate.example/onestop/app/web/editing"
	"kosodate.example/onestop/app/web/guidance"
	"kosodate.example/onestop/app/web/mine"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/web/parent"
	"kosodate.example/onestop/app/web/public"
	"kosodate.example/onestop/app/web/staff"
)

// Mount puts every page on the edge's engine. It fails if a template or a text is not right. The counts in the
// heading come from the use cases; personas are the people whom one can be in the demo, none in a deployment.
func Mount(e *edge.Edge, s *usecase.Services, opt page.Options, personas []public.Persona) (*page.Site, error) {
	opt.Unread, opt.Awaiting = mine.Unread(s.Notify), admin.Awaiting(s.Operate)
	site, err := page.New(e, opt, public.Area, mine.Area, parent.Area, staff.Area, guidance.Area, admin.Area, editing.Area)
	if err != nil {
		return nil, err
	}
	public.Mount(site, s, personas)
	mine.Mount(site, s)
	parent.Mount(site, s)
	staff.Mount(site, s)
	guidance.Mount(site, s)
	admin.Mount(site, s)
	editing.Mount(site, s)
	site.Complete()
	return site, nil
}
