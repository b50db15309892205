// Package mine is what belongs to a parent: the applications and where they stand, corrections, messages, who asked for
// what, consents to other sites, and how to be told of news.
package mine

import (
	"embed"
	"strconv"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "mine", Files: files}

type pages struct{ *usecase.Services }

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s}
	get := func(path, operation string, h page.Handler) { site.Get(path, route(operation), h) }
	post := func(path, operation string, h page.Handler, on ...string) {
		site.Post(path, route(operation), h, on...)
	}

	get("/applications", "list-applications-page", p.list)
	get("/applications/:id", "show-application-page", p.overview)
	get("/applications/:id/delete", "ask-delete", p.askDelete)
	post("/applications/:id/delete", "delete-draft", p.remove)
	post("/applications/:id/put-back", "put-draft-back", p.putBack, "/applications")
	get("/applications/:id/withdraw", "ask-withdraw", p.askWithdraw)
	post("/applications/:id/withdraw", "withdraw", p.withdraw)
	site.Get("/applications/:id/calendar.ics", edge.Route{Operation: "save-due-dates", Permission: edge.Applicant, Class: edge.Download}, p.calendar)
	get("/applications/:id/letter", "show-letter-page", p.letter)
	get("/applications/:id/letter/pdf", "save-letter", p.letterPDF)

	get("/messages", "list-messages-page", p.messages)
	post("/messages/:id/read", "read-message-page", p.readMessage)

	get("/me", "show-me-page", p.me)
	get("/me/accesses", "list-accesses-page", p.accesses)
	get("/me/records", "list-records-page", p.records)
	get("/me/information", "show-information-page", p.information)
	get("/me/settings", "show-my-settings-page", p.settings)
	post("/me/settings", "put-my-settings-page", p.putSettings)
	get("/me/consents", "list-consents-page", p.consents)
	post("/me/consents/:id/revoke", "revoke-consent-page", p.revoke)

	get("/handovers/:id", "open-handover-page", p.handover)
	post("/handovers/:id", "decide-handover", p.decideHandover)
	get("/share-requests/:id", "open-share-request-page", p.wish)
	post("/share-requests/:id", "decide-share-request", p.decideWish)
}

// Unread counts the unread messages for the heading of a parent's page.
func Unread(s *notify.Service) func(*page.Request) (int, error) {
	return func(r *page.Request) (int, error) {
		who, ok := r.Applicant("count-unread")
		if !ok {
			return 0, nil
		}
		inbox, err := s.Inbox(r.Ctx, who, postgres.Page{Limit: 1})
		if err != nil {
			return 0, err
		}
		return int(inbox.Unread), nil
	}
}

func route(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Applicant, Class: edge.Form}
}

// many is how many entries one page of a list has.
const many = 20

// paged reads where a list goes on: after the entry that the link names. One more than is shown is asked for.
func paged(r *page.Request) (postgres.Page, error) {
	after := r.Query("after")
	if after != "" && !models.ValidID(after) {
		return postgres.Page{}, fault.ErrNotFound
	}
	return postgres.Page{After: after, Limit: many + 1}, nil
}

// cut takes off the entry that only shows that there are more, and names where the next page begins.
func cut[T any](all []T, id func(T) string) (shown []T, next string) {
	if len(all) <= many {
		return all, ""
	}
	return all[:many], id(all[many-1])
}

// version is the version of what a form was made of (If-Match); nil if it names none.
func version(r *page.Request) (*int64, error) {
	text := r.Value("version")
	if text == "" {
		return nil, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	return &v, nil
}

// places are the names of municipalities by their codes; another body is named by its code.
func (p *pages) places(r *page.Request) (func(code string) string, error) {
	return p.Guide.Names(r.Ctx, r.Lang == page.English)
}
