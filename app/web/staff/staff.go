// Package staff is the reviewer's pages: the queue, the case with its documents beside what is to be typed and then the
// network's answer, the steps of a discrepancy, corrections and the decision (review.md, web.md).
package staff

import (
	"embed"
	"strconv"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

//go:embed all:templates texts
var files embed.FS

// Area is the templates and texts of these pages.
var Area = page.Area{Name: "staff", Files: files}

type pages struct {
	*usecase.Services
	opt page.Options
}

// Mount adds the pages.
func Mount(site *page.Site, s *usecase.Services) {
	p := &pages{s, site.Options()}
	get := func(path, operation string, h page.Handler) { site.Get(path, route(operation), p.after(h)) }
	post := func(path, operation string, h page.Handler, on ...string) {
		site.Post(path, route(operation), h, on...)
	}

	site.Get("/staff/briefing", route("show-briefing-page"), p.briefing)
	post("/staff/briefing", "confirm-briefing-page", p.confirmBriefing)

	get("/staff/queue", "show-queue-page", p.queue)
	post(queuePath+"/bulk", "bulk-cases-page", p.bulk)
	post(queuePath+"/next", "next-case-page", p.next)
	post(queuePath+"/views", "save-view-page", p.saveView)
	post(queuePath+"/views/:id/drop", "drop-view-page", p.dropView)
	get("/staff/people", "show-people-page", p.people)
	post("/staff/people", "set-away-page", p.setAway)
	get("/staff/board", "show-board-page", p.board)
	get("/staff/board.csv", "save-board-page", p.boardCSV)
	get("/staff/cases/:id/take-over", "show-take-over-page", p.takeOver)
	post("/staff/cases/:id/take-over", "take-over-case-page", p.takeOverNow)
	post("/staff/cases/:id/claim", "claim-case-page", p.claim)
	post("/staff/cases/:id/release", "release-case-page", p.release)
	get("/staff/cases/:id", "show-case-page", p.show)
	get("/staff/cases/:id/mark", "show-case-mark", p.mark)
	post("/staff/cases/:id/steps/:step", "step-case-page", p.step)
	get("/staff/cases/:id/letters/:number", "show-case-letter", p.letterPDF)
	get("/staff/letters", "list-letters-page", p.letters)
	get("/staff/letters.pdf", "print-letters", p.printLetters)
	get("/staff/cases/:id/items/:document/:subject", "show-item-page", p.item)
	scan := route("scan-item-paper")
	scan.Class = edge.Upload
	site.Post("/staff/cases/:id/items/:document/:subject/scan", scan, p.scanItem)
	post("/staff/cases/:id/items/:document/:subject/:step", "step-item-page", p.itemStep)
	get("/staff/cases/:id/residents/:subject", "show-resident-page", p.resident)
	post("/staff/cases/:id/residents/:subject", "choose-resident-page", p.chooseResident)
	get("/staff/cases/:id/records", "show-case-records-page", p.records)
	post("/staff/cases/:id/records/:record", "hide-record-page", p.hideRecord)
	original := route("open-original-page")
	original.Class = edge.Download
	site.Post("/staff/cases/:id/files/:file/original", original, p.original)
	post("/staff/cases/:id/files/:file/view", "remake-view-page", p.remake)

	get("/staff/provider-requests", "show-provider-requests-page", p.providerRequests)
	post("/staff/provider-requests", "receive-provider-request-page", p.receiveRequest)
	get("/staff/provider-requests/:id", "show-provider-request-page", p.providerRequest)
	post("/staff/provider-requests/:id", "step-provider-request-page", p.stepRequest)
	p.mountCounter(site, get, post)
	p.mountIntake(site, get, post)
	get(reassessPath, "show-reassessments-page", p.reassessments)
	get(reassessPath+"/list", "show-reassessment-list", p.reassessedList)
	post(reassessPath+"/:id/deal", "deal-with-reassessment-page", p.dealWith)
	get(reassessPath+"/letter", "show-reassessment-letter", p.letter)
	post(reassessPath+"/letter", "tell-reassessed-page", p.sendLetter)
	get("/staff/exports", "show-exports-page", p.exports)
	post("/staff/exports", "request-export-page", p.requestExport)
}

// mountCounter adds the pages of the counter (R16).
func (p *pages) mountCounter(site *page.Site, get func(path, operation string, h page.Handler),
	post func(path, operation string, h page.Handler, on ...string)) {
	const one = counterPath + "/:id"
	get(counterPath, "show-counter-page", p.counter)
	get(counterPath+"/new", "begin-counter-page", p.beginAtCounter)
	post(counterPath, "create-counter-page", p.createAtCounter)
	get(one+"/form", "show-counter-form", p.intakeForm)
	post(one+"/form", "save-counter-form", p.saveIntake)
	get(one+"/consents", "show-counter-consents", p.papers(stepConsents))
	post(one+"/consents", "save-counter-consents", p.saveIntakeConsents)
	get(one+"/scans", "show-counter-scans", p.scans)
	scan := route("add-counter-scan")
	scan.Class = edge.Upload
	site.Post(one+"/scans", scan, p.scan)
	post(one+"/files/:file/delete", "delete-counter-scan", p.moveScan((*document.Service).PutAside), one+"/scans")
	post(one+"/files/:file/put-back", "put-counter-scan-back", p.moveScan((*document.Service).PutBack), one+"/scans")
	get(one+"/papers", "show-counter-papers", p.papers(stepPapers))
	post(one+"/papers", "file-counter-page", p.fileIntake)
	post(one+"/discard", "discard-counter-page", p.discardIntake)
	get(one+"/receipt", "show-counter-receipt-page", p.intakeReceipt)
}

func route(operation string) edge.Route {
	return edge.Route{Operation: operation, Permission: edge.Reviewer, Class: edge.Form}
}

// heldCase is the claim with which a form was sent. A form that came back because the claim was lost asks to claim the case
// again first. Errors: malformed without a claim; those of queue.Claim.
func (p *pages) heldCase(r *page.Request) (review.HeldCase, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return review.HeldCase{}, fault.ErrNotFound
	}
	if r.Value("reclaim") == "yes" {
		hold, err := p.Queue.Claim(r.Ctx, r.Actor, id)
		if err != nil {
			return review.HeldCase{Case: id}, err
		}
		return review.HeldCase{Case: id, Fence: hold.Fence}, nil
	}
	fence, err := strconv.ParseInt(r.Value("fence"), 10, 64)
	if err != nil || fence < 1 {
		return review.HeldCase{}, fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	return review.HeldCase{Case: id, Fence: fence}, nil
}
