package review

import (
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

// What a reviewer may do with an item.
const (
	StepRead         = "read"          // PUT readings
	StepAsk          = "ask"           // POST inquiries
	StepNetworkAlone = "network-alone" // POST dispositions (R4 a)
	StepDirect       = "direct"        // POST dispositions (R4 b)
	StepPaper        = "paper"         // POST paper
	StepScan         = "scan"          // POST scans
	StepCorrect      = "correct"       // POST corrections naming the item
	StepWaive        = "waive"         // POST waivers
	StepJudge        = "judge"         // POST dispositions: whether what was to be looked at is the same
	StepSlip         = "slip"          // PUT readings with slip: a second look
)

// itemSteps is what may be done with an item now, each with the reason if not: the very guards that decide when it is
// done, with what the request would bring taken as brought. A settled item has none.
func itemSteps(l *look, e *dossier.Evidence, found dossier.Found) []Step {
	if lifecycle.Settled(e.State) {
		if one := step(StepRead, mayRead(l.sheet, e, l.actor.Person)); one.Allowed {
			return []Step{one}
		}
		return nil
	}
	brought := e.Item
	brought.Explained, brought.Direct, brought.Reason, brought.Consent = true, true, true, true
	could := func(event lifecycle.ItemEvent) error {
		if err := inReview(l.sheet.App); err != nil {
			return err
		}
		_, err := lifecycle.ItemNext(brought, event)
		return err
	}
	return []Step{
		step(StepRead, mayRead(l.sheet, e, l.actor.Person)),
		step(StepAsk, mayAsk(l.sheet, e)),
		step(StepNetworkAlone, could(lifecycle.ItemNetworkAlone)),
		step(StepDirect, could(lifecycle.ItemDirect)),
		step(StepPaper, mayBring(l.sheet.App, e)),
		step(StepScan, mayScan(l.sheet.App, e)),
		step(StepCorrect, mayAskAgain(l.sheet.App, e)),
		step(StepWaive, firstOf(stillAsked(l.wanted, e), could(lifecycle.ItemWaive))),
		step(StepJudge, firstOf(inReview(l.sheet.App), mayJudge(e, found))),
		step(StepSlip, firstOf(inReview(l.sheet.App), maySlip(l.sheet, e))),
	}
}

func step(name string, err error) Step {
	s := Step{Step: name, Allowed: err == nil}
	if f := fault.As(err); f != nil {
		s.Reason = f.Reason
	}
	return s
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mayRead says whether a document may be read now: what was read is fixed once the answer is shown, and before it another person's.
func mayRead(sheet *dossier.Sheet, e *dossier.Evidence, by string) error {
	if err := inReview(sheet.App); err != nil {
		return err
	}
	if correctable(sheet, e, by) {
		return nil
	}
	if e.Readable && e.Attached && !misread(sheet, e) {
		return notNow("reading-fixed")
	}
	return readable(sheet, e)
}

// mayReadAgain says whether a document that was read may be read anew.
func mayReadAgain(w *work, e *dossier.Evidence, slip bool) error {
	if slip {
		return maySlip(w.sheet, e)
	}
	return mayRead(w.sheet, e, w.tx.Actor.Person)
}

// correctable says whether the reading is this person's, and no answer ever came that could have been copied (P12).
func correctable(sheet *dossier.Sheet, e *dossier.Evidence, by string) bool {
	last := sheet.Reading(e)
	return last != nil && last.ReaderID == by && e.Attached && sheet.Answered(e) == nil &&
		(e.State == models.ItemReceived || e.State == models.ItemInquiring || e.State == models.ItemMatched)
}

// maySlip says whether a second look may correct a slip of the reader: in the open file of a difference, whatever step it is at (P12).
func maySlip(sheet *dossier.Sheet, e *dossier.Evidence) error {
	file := sheet.OpenDiscrepancy(e.Document, e.Subject)
	if file == nil || file.Kind == models.DiscrepancyNoAnswer || misread(sheet, e) {
		return notNow("no-slip")
	}
	_, err := lifecycle.ItemNext(e.Item, lifecycle.ItemReread)
	return err
}

// mayJudge says whether a person may say now whether what was to be looked at is the same.
func mayJudge(e *dossier.Evidence, found dossier.Found) error {
	if e.State != models.ItemAnswered || !found.Judge() {
		return notNow("nothing-to-judge")
	}
	return nil
}

// misread says whether the own fault of an open discrepancy is being corrected, and the document was not read since (R7).
func misread(sheet *dossier.Sheet, e *dossier.Evidence) bool {
	file, last := sheet.OpenDiscrepancy(e.Document, e.Subject), sheet.Reading(e)
	return file != nil && last != nil && file.Step == string(discrepancy.StepOwnCorrected) && last.At.Before(file.StepAt)
}

// mayAsk says whether the network may be asked now, as far as the case says; linkage decides when it is asked.
func mayAsk(sheet *dossier.Sheet, e *dossier.Evidence) error {
	if err := inReview(sheet.App); err != nil {
		return err
	}
	for _, q := range sheet.Inquiries {
		if q.Document == e.Document && q.Subject == e.Subject && (q.State == models.InquiryQueued || q.State == models.InquiryWaiting) {
			return notNow("being-asked")
		}
	}
	if e.Inquire && e.PhaseNow != phase.Trial && e.PhaseNow != phase.Full {
		return notNow(dossier.NetworkClosed(e.PhaseNow))
	}
	_, err := lifecycle.ItemNext(e.Item, lifecycle.ItemAsk)
	return err
}

// mayBring says whether a document may come on paper now: until the decision, while it is not there (P1). On trial the
// network may have been asked meanwhile; for an omitted document nobody needs the paper until it is asked for after all.
func mayBring(app *models.Application, e *dossier.Evidence) error {
	switch {
	case lifecycle.Open(app.State):
	case app.State == models.StateSignatureInvalid:
		return notNow("documents-after-signing").Note("state", string(app.State))
	default:
		return notNow("no-more-documents").Note("state", string(app.State))
	}
	if meanwhile(e) {
		return nil
	}
	_, err := lifecycle.ItemNext(e.Item, lifecycle.ItemReceive)
	return err
}

// mayScan says whether a paper may be scanned in now: one that may come, and one that came already, until its item is settled.
func mayScan(app *models.Application, e *dossier.Evidence) error {
	err := mayBring(app, e)
	if err != nil && e.Row.Paper && !lifecycle.Settled(e.State) && lifecycle.Open(app.State) {
		return nil
	}
	return err
}

// meanwhile says whether the network was asked while the document was awaited, which is still not there.
func meanwhile(e *dossier.Evidence) bool {
	return !e.Omitted && !e.Attached && (e.State == models.ItemInquiring || e.State == models.ItemAnswered)
}

// mayAskAgain says whether the parent may be asked for an item's document now: for one that is awaited, one that is there
// and will not do, and one that the network does not answer in full operation.
func mayAskAgain(app *models.Application, e *dossier.Evidence) error {
	if err := inReview(app); err != nil || e.State == models.ItemAwaiting {
		return err
	}
	_, err := lifecycle.ItemNext(e.Item, askAgain(e))
	return err
}

// askAgain is the event by which an item's document is awaited once more.
func askAgain(e *dossier.Evidence) lifecycle.ItemEvent {
	if e.Omitted && e.State == models.ItemInquiring {
		return lifecycle.ItemFallBack
	}
	return lifecycle.ItemAskAgain
}

// What a reviewer may do with a case as a whole.
const (
	StepAccept  = "accept"
	StepRequest = "request-correction"
	StepLapse   = "correction-lapsed"
	StepApprove = "approve"
	StepReject  = "reject"
	StepReopen  = "reopen"
	StepPassOn  = "transfer"
)

// caseSteps is what may be done with the case now, each with the reason if not.
func caseSteps(l *look) []Step {
	state := l.sheet.App.State
	could := func(event lifecycle.Event, f lifecycle.Facts) error {
		f.Reason, f.OtherOffice, f.By = true, true, l.actor.Person
		_, err := lifecycle.Next(state, event, f, l.now)
		return err
	}
	reject := rejection(l.sheet, l.corrections, nil)
	return []Step{
		step(StepAccept, could(lifecycle.EventAccept, lifecycle.Facts{})),
		step(StepRequest, could(lifecycle.EventRequestCorrection, lifecycle.Facts{})),
		step(StepLapse, could(lifecycle.EventCorrectionLapsed, lifecycle.Facts{CorrectionDue: openDue(l.corrections)})),
		step(StepApprove, firstOf(could(lifecycle.EventDecide, approval(l.sheet)), mayWriteLetter(l.lacks))),
		step(StepReject, firstOf(could(lifecycle.EventDecide, reject), mayWriteLetter(l.lacks))),
		step(StepReopen, could(lifecycle.EventReopen, lifecycle.Facts{DecidedBy: decidedBy(l.decisions)})),
		step(StepPassOn, could(lifecycle.EventTransfer, lifecycle.Facts{})),
	}
}
