package api

import (
	"github.com/danielgtaylor/huma/v2"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// each writes every row in the words of the API; never null.
func each[F, T any](rows []F, write func(F) T) []T {
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		out = append(out, write(r))
	}
	return out
}

// some is the list itself; never null.
func some[T any](rows []T) []T {
	if rows == nil {
		return []T{}
	}
	return rows
}

// caseOf is a case in the words of the API.
func (a *API) caseOf(c *review.Case, lang string) caseView {
	step := func(s review.Step) caseStep { return stepOfCase(s, lang) }
	out := caseView{
		ID:            c.ID,
		Procedure:     c.Procedure,
		ProcedureName: c.Procedure,
		Municipality:  c.Municipality,
		State:         string(c.State),
		StateText:     wording.State(string(c.State), lang),
		Channel:       c.Channel,
		ReceiptNumber: c.ReceiptNumber,
		ArrivedAt:     c.ArrivedAt,
		ClaimOn:       c.ClaimOn,
		DeadlineOn:    c.DeadlineOn,
		Late:          c.Late,
		Urgent:        c.Urgent,
		Protected:     c.Protected,
		SeesProtected: c.SeesProtected,
		Hidden:        some(c.Hidden),
		Revision:      c.Revision,
		Facts:         Facts(c.Facts),
		Form:          Form(c.Form),
		Declarations:  each(c.Declarations, func(d dossier.Declaration) Declaration { return Declaration(d) }),
		PlanVersion:   c.PlanVersion,
		Items:         each(c.Items, func(i review.Item) caseItem { return a.caseItemOf(i, lang) }),
		Discrepancies: each(c.Discrepancies, func(d review.Dispute) disputeView { return disputeOf(d, lang) }),
		Dispositions:  each(c.Dispositions, dispositionOf),
		Consents:      each(c.Consents, func(r review.Consent) caseConsent { return caseConsent(r) }),
		Corrections:   each(c.Corrections, correctionOfCase),
		Decisions:     each(c.Decisions, decisionOf),
		Tasks:         each(c.Tasks, func(t review.Task) caseTask { return caseTask(t) }),
		Steps:         each(c.Steps, step),
		Timeline:      each(c.Timeline, func(p review.Past) casePast { return a.pastOf(p, lang) }),
	}
	if p := a.Catalogue.Procedure(c.Procedure); p != nil {
		out.ProcedureName = p.Latest().Name.In(lang)
	}
	if out.Form == nil {
		out.Form = Form{}
	}
	if c.Claim != nil {
		claim := caseClaim(*c.Claim)
		out.Claim = &claim
	}
	return out
}

func stepOfCase(s review.Step, lang string) caseStep {
	return caseStep{
		Step:    s.Step,
		Name:    wording.Step(s.Step, lang),
		Allowed: s.Allowed,
		Reason:  wording.StepRefusal(s.Reason, lang),
	}
}

func (a *API) caseItemOf(i review.Item, lang string) caseItem {
	out := caseItem{
		Document:     i.Document,
		Subject:      i.Subject,
		Name:         wording.Document(a.Catalogue, i.Document, lang),
		Whose:        wording.Whose(i.Subject, lang),
		Item:         i.Linkage,
		Decision:     i.Decision,
		Reason:       i.Reason,
		ReasonText:   wording.Why(a.Catalogue, i.Reason, i.Linkage, lang),
		Inquire:      i.Inquire,
		Phase:        i.Phase,
		PhaseRow:     i.PhaseRow,
		PhaseNow:     i.PhaseNow,
		State:        string(i.State),
		Declared:     i.Declared,
		DueOn:        i.DueOn,
		NeedsConsent: i.NeedsConsent,
		Consent:      i.Consent,
		Outcome:      i.Outcome,
		Fields:       []fieldView{},
		Files: each(i.Files, func(f review.File) caseFile {
			return caseFile{
				f.ID,
				f.Name,
				f.MediaType,
				f.Size,
				f.Sha256,
				f.Revision,
				f.Current,
				f.CreatedAt,
				viewState(string(f.View)),
				wording.In("view-"+f.ViewReason, lang),
				f.Pages,
			}
		}),
		Papers:      each(i.Papers, func(p review.Paper) paperView { return paperView(p) }),
		Reading:     saidOfReading(i.Reading),
		Answer:      saidOfAnswer(i.Answer),
		Withheld:    i.Withheld,
		Differences: some(i.Differences),
		Steps:       each(i.Steps, func(s review.Step) caseStep { return stepOfCase(s, lang) }),
	}
	item := a.Catalogue.Item(i.Linkage)
	if item == nil {
		return out
	}
	for _, name := range i.Fields {
		for _, f := range item.Fields {
			if f.Name == name {
				out.Fields = append(out.Fields, fieldView{f.Name, f.Label.In(lang), f.Compare})
			}
		}
	}
	return out
}

func disputeOf(d review.Dispute, lang string) disputeView {
	return disputeView{
		ID:           d.ID,
		Document:     d.Document,
		Subject:      d.Subject,
		Item:         d.Linkage,
		Kind:         string(d.Kind),
		Result:       d.Result,
		State:        string(d.State),
		Step:         d.Step,
		Cause:        d.Cause,
		Basis:        d.Basis,
		SimilarCount: d.SimilarCount,
		Report:       d.Report,
		Differences:  some(d.Differences),
		OpenedAt:     d.OpenedAt,
		StepAt:       d.StepAt,
		ClosedAt:     d.ClosedAt,
		Taken: each(d.Past, func(s review.DisputeStep) takenView {
			return takenView{s.Step, wording.Step(s.Step, lang), s.Note, s.Count, s.By, s.At}
		}),
		Next:       each(d.Next, func(s review.Step) caseStep { return stepOfCase(s, lang) }),
		DaysOpen:   d.DaysOpen,
		DaysInStep: d.DaysInStep,
		Overdue:    d.Overdue,
	}
}

func dispositionOf(d review.Disposition) dispositionView {
	out := dispositionView{
		Document:           d.Document,
		Subject:            d.Subject,
		Path:               d.Path,
		ExplainedAt:        d.ExplainedAt,
		ExplainedHow:       d.Record.How,
		Source:             d.Record.Source,
		ObtainedAt:         d.ObtainedAt,
		NoIndividualNumber: d.NoIndividualNumber,
		Consent:            d.Consent,
		By:                 d.By,
		At:                 d.At,
	}
	if d.Path == models.PathDirect && d.Record.Said != nil {
		out.Facts, out.Outcome = d.Record.Said.Facts, &d.Record.Said.Outcome
	}
	return out
}

func correctionOfCase(c review.Correction) caseCorrection {
	return caseCorrection{
		Number:      c.Number,
		State:       string(c.State),
		Items:       some(c.Items),
		Fields:      some(c.Fields),
		Text:        c.Text,
		DueOn:       c.DueOn,
		RequestedAt: c.RequestedAt,
		SubmittedAt: c.SubmittedAt,
	}
}

func decisionOf(d review.Decision) caseDecision { return caseDecision(d) }

func (a *API) pastOf(p review.Past, lang string) casePast {
	h := a.stepOf(&models.History{At: p.At, Event: p.Event, ToState: p.State, Detail: p.Detail}, lang)
	return casePast{At: h.At, Event: h.Event, State: h.State, Text: h.Text, Detail: p.Detail}
}

func saidOfReading(r *review.Reading) *saidView {
	if r == nil {
		return nil
	}
	return &saidView{Facts: r.Facts, Outcome: r.Outcome, By: r.Reader, At: r.At, Number: r.Number}
}

func saidOfAnswer(r *review.Answer) *saidView {
	if r == nil {
		return nil
	}
	return &saidView{Facts: r.Facts, Outcome: r.Outcome, By: r.Provider, At: r.At, Inquiry: r.Inquiry}
}

// nullableInReview says of which members null means not yet.
func (a *API) nullableInReview(schemas map[string]*huma.Schema) {
	for _, m := range []struct{ of, member string }{{"CaseView", "claim"}, {"CaseItem", "reading"}, {"CaseItem", "answer"}, {"ReadAnswer", "answer"}} {
		nullable(schemas[m.of], m.member)
	}
}
