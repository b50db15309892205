package apply

import (
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// checkDeclarations checks declarations per missing document (P1): the document is one of the version's, a reason is
// given, and what will follow has a due date, from today to the limit. If the person names none, it counts from the
// arrival (dueDate): a draft may lie for longer than the term, and what was signed does not change.
func (s *Service) checkDeclarations(v *catalogue.Version, in []dossier.Declaration, o checkOptions) ([]dossier.Declaration, []fault.Detail) {
	today := jp.DateIn(o.now)
	var details []fault.Detail
	seen := map[DocumentOf]bool{}
	out := make([]dossier.Declaration, 0, len(in))
	fail := func(at, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at})
	}
	for i, d := range in {
		at := pointer("declarations", i)
		if !v.Asks(d.Document, d.Subject) {
			fail(at+"/document", "unknown-document", "unknown-document")
		}
		if key := (DocumentOf{d.Document, d.Subject}); seen[key] {
			fail(at, "repeated", "declaration-twice")
		} else {
			seen[key] = true
		}
		if strings.TrimSpace(d.Reason) == "" {
			fail(at+"/reason", "required", "declaration-why")
		}
		details = append(details, form.FreeTextFaults(at+"/reason", d.Reason)...)
		switch d.Kind {
		case dossier.WillFollow:
			if d.Due != "" && !slices.Contains(o.kept, d) {
				s.checkDue(at, d.Due, today, fail)
			}
		case dossier.CannotProvide:
			if d.Due != "" {
				fail(at+"/due", "not-applicable", "cannot-provide-due")
			}
		default:
			fail(at+"/kind", "invalid-choice", "declaration-kind")
		}
		out = append(out, d)
	}
	return out, details
}

func (s *Service) checkDue(at, due string, today jp.Date, fail func(at, code string, reason fault.Reason)) {
	day, err := jp.ParseDate(due)
	switch {
	case err != nil:
		fail(at+"/due", "invalid-date", "not-a-day")
	case day.Before(today):
		fail(at+"/due", "date-in-past", "due-over")
	case day.After(today.AddDays(days(s.opt.FollowUpLimit))):
		fail(at+"/due", "date-too-late", "due-too-late")
	}
}

// dueDate is when a document that will follow is due: the day that the person named, else the usual term from the day
// of arrival; nil for one that cannot be provided.
func (s *Service) dueDate(d *dossier.Declaration, arrival jp.Date) *time.Time {
	if d.Kind != dossier.WillFollow {
		return nil
	}
	day, err := jp.ParseDate(d.Due)
	if err != nil { // none is named: a wrong one was refused
		day = arrival.AddDays(days(s.opt.FollowUp))
	}
	due := day.Time()
	return &due
}

// dated puts the due dates decided at arrival beside the declarations that name none.
func dated(in []dossier.Declaration, items []models.PlanItem) []dossier.Declaration {
	out := slices.Clone(in)
	for i := range out {
		for _, item := range items {
			if d := &out[i]; d.Due == "" && d.Document == item.Document && d.Subject == item.Subject {
				d.Due = dateText(item.DueOn)
			}
		}
	}
	return out
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
