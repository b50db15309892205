// Package admin is the pages of operations admins (運用管理者): the phase board, changes with their impact and a second
// person's approval, suspensions, the register of circulars, readiness, messages to groups and a municipality's settings;
// and those of the auditor (監査者).
package admin

import (
	"embed"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "admin", Files: files}

type pages struct{ *usecase.Services }

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s}
	p.phaseRoutes(site)
	p.editionRoutes(site)
	p.circularRoutes(site)
	p.otherRoutes(site)
	p.auditRoutes(site)
}

// Awaiting counts the changes that wait for the decision of the admin who reads a page.
func Awaiting(s *operate.Service) func(*page.Request) (int, error) {
	return func(r *page.Request) (int, error) {
		if r.Actor.Role != models.RoleAdmin && r.Actor.Role != models.RoleNational {
			return 0, nil
		}
		waiting, err := s.Waiting(r.Ctx, r.Actor)
		return len(waiting), err
	}
}

func (p *pages) phaseRoutes(site *page.Site) {
	site.Get("/admin/phases", admins("show-phases-page"), p.board)
	site.Get("/admin/phases/:procedure/:item", admins("show-phase-timeline-page"), p.timeline)
	site.Get("/admin/phase-changes", admins("list-phase-changes-page"), p.changes)
	site.Get("/admin/phase-changes/new", admins("show-proposal-page"), p.proposal)
	propose := admins("propose-phases-page")
	propose.Class = edge.Upload // of a circular on the way
	site.Post("/admin/phase-changes/new", propose, p.propose)
	site.Get("/admin/phase-changes/:id", admins("show-phase-change-page"), p.change)
	site.Post("/admin/phase-changes/:id/approve", admins("approve-phases-page"), p.decide((*operate.Service).Approve))
	site.Post("/admin/phase-changes/:id/cancel", admins("cancel-phases-page"), p.decide((*operate.Service).Cancel))
	site.Get("/admin/suspensions/new", admins("show-suspension-page"), p.suspension)
	site.Post("/admin/suspensions/new", admins("suspend-phases-page"), p.suspend)
	site.Post("/admin/suspensions/:id/confirm", admins("confirm-suspension-page"), p.decide((*operate.Service).Confirm), "/admin/phase-changes/:id")
	site.Post("/admin/suspensions/:id/lift", admins("lift-suspension-page"), p.lift, "/admin/phase-changes/:id")
	site.Get("/admin/readiness", edge.Route{Operation: "show-readiness-page", Permission: edge.Oversight}, p.readiness)
	site.Post("/admin/readiness/checks", municipal("put-readiness-check-page"), p.check)
}

func (p *pages) editionRoutes(site *page.Site) {
	site.Get("/admin/editions", admins("list-editions-page"), p.editions)
	site.Get("/admin/checks", admins("show-checks-page"), p.checks)
	site.Get("/admin/editions/new", admins("show-edition-form"), p.newEdition)
	upload := admins("upload-edition-page")
	upload.Class = edge.Upload
	site.Post("/admin/editions/new", upload, p.uploadEdition)
	site.Get("/admin/editions/:id", admins("show-edition-page"), p.edition)
	files := admins("save-edition-files")
	files.Class = edge.Download
	site.Get("/admin/editions/:id/files", files, p.editionFiles)
	site.Post("/admin/editions/:id/replay", admins("replay-edition-page"), p.replayEdition)
	site.Post("/admin/editions/:id/propose", admins("propose-edition-page"), p.proposeEdition)
	site.Post("/admin/editions/:id/approve", admins("approve-edition-page"), p.decideEdition((*publish.Service).Approve))
	site.Post("/admin/editions/:id/cancel", admins("cancel-edition-page"), p.decideEdition((*publish.Service).Cancel))
	site.Post("/admin/editions/:id/restore", admins("restore-edition-page"), p.restoreEdition)
}

func (p *pages) circularRoutes(site *page.Site) {
	site.Get("/admin/circulars", admins("list-circulars-page"), p.circulars)
	site.Get("/admin/circulars/new", admins("show-circular-form"), p.newCircular)
	upload := admins("register-circular-page")
	upload.Class = edge.Upload
	site.Post("/admin/circulars/new", upload, p.registerCircular)
	site.Get("/circulars/:id", edge.Route{Operation: "open-circular", Permission: edge.Public, Class: edge.Download}, p.openCircular)
}

func (p *pages) otherRoutes(site *page.Site) {
	site.Get("/admin/more", admins("show-more-page"), p.more)
	site.Post("/admin/act-for", admins("act-for"), p.actFor, "/admin/more")
	site.Get("/admin/briefings", admins("list-briefings-page"), p.briefings)
	site.Get("/admin/snippets", admins("show-snippets-page"), p.snippets)
	site.Get("/admin/broadcasts", municipal("list-sent-messages-page"), p.broadcasts)
	site.Get("/admin/broadcasts/new", municipal("show-message-form"), p.newBroadcast)
	site.Post("/admin/broadcasts/new", municipal("send-message-page"), p.sendBroadcast)
	site.Get("/admin/broadcasts/:id", municipal("show-sent-message-page"), p.broadcast)
	site.Post("/admin/broadcasts/:id/stop", municipal("stop-message-page"), p.moveBroadcast((*notify.Service).StopBroadcast))
	site.Post("/admin/broadcasts/:id/resume", municipal("resume-message-page"), p.moveBroadcast((*notify.Service).ResumeBroadcast))
	site.Get("/admin/grants", municipal("list-grants-page"), p.grants)
	site.Post("/admin/grants", municipal("propose-grant-page"), p.proposeGrant)
	site.Post("/admin/grants/:id/approve", municipal("approve-grant-page"), moved(p.Queue.ApproveGrant, "/admin/grants"), "/admin/grants")
	site.Post("/admin/grants/:id/end", municipal("end-grant-page"), moved(p.Queue.EndGrant, "/admin/grants"), "/admin/grants")
	site.Get("/admin/core-systems", municipal("list-core-systems-page"), p.coreSystems)
	site.Post("/admin/core-systems", municipal("propose-core-system-page"), p.proposeCoreSystem)
	site.Post("/admin/core-systems/:id/approve", municipal("approve-core-system-page"), moved(p.Core.Approve, "/admin/core-systems"), "/admin/core-systems")
	site.Post("/admin/core-systems/:id/stop", municipal("stop-core-system-page"), moved(p.Core.Stop, "/admin/core-systems"), "/admin/core-systems")
	site.Post("/admin/core-systems/:id/revoke", municipal("revoke-core-system-page"), moved(p.Core.Revoke, "/admin/core-systems"), "/admin/core-systems")
	site.Get("/admin/sessions", municipal("list-staff-sessions-page"), p.sessions)
	site.Post("/admin/sessions/:person/end", municipal("end-staff-sessions-page"), p.endSessions, "/admin/sessions")
	site.Get("/admin/settings", admins("show-settings-page"), p.settings)
	site.Get("/admin/settings/:code/office", admins("show-office-form"), p.office)
	site.Post("/admin/settings/:code/office", admins("put-office-page"), p.putOffice)
	site.Get("/admin/settings/:code/letters", admins("show-letters-form"), p.letters)
	site.Post("/admin/settings/:code/letters", admins("put-letters-page"), p.putLetters)
	site.Get("/admin/settings/:code/texts", admins("list-boilerplates-page"), p.boilerplates)
	site.Get("/admin/settings/:code/texts/new", admins("show-new-boilerplate"), p.boilerplate)
	site.Post("/admin/settings/:code/texts/new", admins("add-boilerplate-page"), p.putBoilerplate)
	site.Get("/admin/settings/:code/texts/:id", admins("show-boilerplate-page"), p.boilerplate)
	site.Post("/admin/settings/:code/texts/:id", admins("put-boilerplate-page"), p.putBoilerplate)
	site.Get("/admin/settings/:code/procedures/:procedure", admins("show-offering-form"), p.offering)
	site.Post("/admin/settings/:code/procedures/:procedure", admins("put-offering-page"), p.putOffering)
	site.Get("/admin/settings/:code/closed-days", admins("show-closed-days-form"), p.closedDays)
	site.Post("/admin/settings/:code/closed-days", admins("put-closed-days-page"), p.putClosedDays)
}

func (p *pages) auditRoutes(site *page.Site) {
	auditor := func(operation string) edge.Route {
		return edge.Route{Operation: operation, Permission: edge.Auditor}
	}
	site.Get("/audit", auditor("search-audit-page"), p.search)
	site.Get("/audit/entries/:id", auditor("show-audit-entry"), p.entry)
	site.Get("/audit/seals", auditor("show-seals-page"), p.seals)
	site.Post("/audit/seals", auditor("verify-audit-page"), p.verify)
}

func admins(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Admin}
}

// municipal is for what only a municipality's own admin does.
func municipal(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.MunicipalAdmin}
}
