// Package staff is the reviewer's pages: the queue, the case with its documents beside what is to be typed and then the
// network's answer, the steps of a discrepancy, corrections and the decision (review.md, web.md).
package staff

import (
	"embed"
	"strconv"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/transfer"
	"kosodate.example/onestop/app/web/page"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "staff", Files: files}

// Services are the use cases that these pages call.
type Services struct {
	Catalogue *catalogue.Catalogue
	Queue     *queue.Service
	Review    *review.Service
	Linkage   *linkage.Service
	Transfer  *transfer.Service
	Guide     *guide.Service
}

type pages struct{ Services }

// Mount adds the pages.
func Mount(site *page.Site, s Services) {
	p := &pages{s}
	get := func(path, operation string, h page.Handler) { site.Get(path, route(operation), p.after(h)) }
	post := func(path, operation string, h page.Handler) { site.Post(path, route(operation), h) }

	site.Get("/staff/briefing", route("show-briefing-page"), p.briefing)
	post("/staff/briefing", "confirm-briefing-page", p.confirmBriefing)

	get("/staff/queue", "show-queue-page", p.queue)
	post("/staff/cases/:id/claim", "claim-case-page", p.claim)
	post("/staff/cases/:id/release", "release-case-page", p.release)
	get("/staff/cases/:id", "show-case-page", p.show)
	post("/staff/cases/:id/steps/:step", "step-case-page", p.step)
	get("/staff/cases/:id/items/:document/:subject", "show-item-page", p.item)
	post("/staff/cases/:id/items/:document/:subject/:step", "step-item-page", p.itemStep)
}

func route(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Reviewer, Class: edge.Form}
}

// hand is the claim with which a form was sent. Error: malformed without one.
func hand(r *page.Request) (review.Hand, error) {
	fence, err := strconv.ParseInt(r.Value("fence"), 10, 64)
	if err != nil || fence < 1 {
		return review.Hand{}, fault.New(fault.Malformed, fault.CodeMalformed, "The form does not say under which claim it is sent.")
	}
	return review.Hand{Case: r.Param("id"), Fence: fence}, nil
}
