package staff

import (
	"kosodate.example/onestop/app/api/parent"
	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
)

// caseOf is a case in the words of the API.
func (a *api) caseOf(c *review.Case, lang string) caseView {
	step := func(s review.Step) caseStep { return stepOfCase(s, lang) }
	out := caseView{
		ID:            c.ID,
		Procedure:     c.Procedure,
		ProcedureName: present.Procedure(c.Catalogue, c.Procedure, lang),
		Municipality:  c.Municipality,
		State:         string(c.State),
		StateText:     present.State(string(c.State), lang),
		Channel:       c.Channel,
		ReceiptNumber: c.ReceiptNumber,
		ArrivedAt:     c.ArrivedAt,
		ClaimOn:       c.ClaimOn,
		DeadlineOn:    c.DeadlineOn,
		Late:          c.Late,
		Urgent:        c.Urgent,
		Protected:     c.Protected,
		SeesProtected: c.SeesProtected,
		Revision:      c.Revision,
		Facts:         wire.Facts(c.Facts),
		Form:          wire.Form(c.Form),
		Declarations:  wire.Each(c.Declarations, func(d dossier.Declaration) wire.Declaration { return wire.Declaration(d) }),
		PlanVersion:   c.PlanVersion,
		Items:         wire.Each(c.Items, func(i review.Item) caseItem { return caseItemOf(c.Catalogue, i, lang) }),
		LookUp:        wire.Each(c.LookUp, func(l review.LookUp) lookUpView { return lookUpOf(c.Catalogue, l, lang) }),
		Discrepancies: wire.Each(c.Discrepancies, func(d review.Dispute) disputeView { return disputeOf(d, lang) }),
		Dispositions:  wire.Each(c.Dispositions, dispositionOf),
		Consents:      wire.Each(c.Consents, func(r review.Consent) caseConsent { return caseConsent(r) }),
		Corrections:   wire.Each(c.Corrections, correctionOfCase),
		Decisions:     wire.Each(c.Decisions, decisionOf),
		Core:          wire.Each(c.Core, func(s review.CoreSaid) coreSaid { return coreSaid(s) }),
		Tasks:         wire.Each(c.Tasks, func(t review.Task) caseTask { return caseTask(t) }),
		Steps:         wire.Each(c.Steps, step),
		Timeline:      wire.Each(c.Timeline, func(p review.Past) casePast { return pastOf(c.Catalogue, p, lang) }),
	}
	if out.Form == nil {
		out.Form = wire.Form{}
	}
	if s := c.Signed; s != nil {
		out.Signature = &signedView{At: s.At, State: string(s.State), Timestamp: present.Stamp(s.Asked, s.StampedAt), TimestampAt: s.StampedAt,
			Text: present.Signature(string(s.State), s.Asked, s.StampedAt, lang)}
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
		Name:    present.Step(s.Step, lang),
		Allowed: s.Allowed,
		Reason:  present.Reason(s.Reason, lang),
	}
}

func lookUpOf(cat *catalogue.Catalogue, l review.LookUp, lang string) lookUpView {
	return lookUpView{
		Document: l.Document,
		Subject:  l.Subject,
		Name:     present.Document(cat, l.Document, lang),
		Whose:    present.Whose(l.Subject, lang),
		Reason:   l.Reason.In(lang),
	}
}

func caseItemOf(cat *catalogue.Catalogue, i review.Item, lang string) caseItem {
	need := present.Need(cat, i.Document, i.Subject, i.Reason, i.Linkage, lang)
	out := caseItem{
		Document:     i.Document,
		Subject:      i.Subject,
		Name:         need.Name,
		Whose:        need.Whose,
		Item:         i.Linkage,
		Decision:     i.Decision,
		Reason:       i.Reason,
		ReasonText:   need.Why,
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
		Files: wire.Each(i.Files, func(f review.File) caseFile {
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
				present.View(f.Seen, lang),
				f.ViewTotal,
				f.ViewShown,
			}
		}),
		Papers:      wire.Each(i.Papers, func(p review.Paper) paperView { return paperView(p) }),
		Reading:     saidOfReading(i.Reading),
		Answer:      saidOfAnswer(i.Answer),
		Withheld:    i.Withheld,
		Differences: differencesOf(i.Differences),
		Written:     differencesOf(i.Written),
		Judged:      (*judgedView)(i.Judged),
		Steps:       wire.Each(i.Steps, func(s review.Step) caseStep { return stepOfCase(s, lang) }),
	}
	item := cat.Item(i.Linkage)
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
		Differences:  differencesOf(d.Differences),
		OpenedAt:     d.OpenedAt,
		StepAt:       d.StepAt,
		ClosedAt:     d.ClosedAt,
		Taken: wire.Each(d.Past, func(s review.DisputeStep) takenView {
			return takenView{s.Step, present.Step(s.Step, lang), s.Note, s.Count, s.By, s.At}
		}),
		Next:       wire.Each(d.Next, func(s review.Step) caseStep { return stepOfCase(s, lang) }),
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
		out.Facts, out.Outcome = d.Record.Said.Facts, (*outcome)(&d.Record.Said.Outcome)
	}
	return out
}

func correctionOfCase(c review.Correction) caseCorrection {
	return caseCorrection{
		Number:      c.Number,
		State:       string(c.State),
		Items:       wire.Each(c.Items, documentRefOf),
		Fields:      wire.Some(c.Fields),
		Text:        c.Text,
		DueOn:       c.DueOn,
		RequestedAt: c.RequestedAt,
		SubmittedAt: c.SubmittedAt,
	}
}

func decisionOf(d review.Decision) caseDecision { return caseDecision(d) }

func pastOf(cat *catalogue.Catalogue, p review.Past, lang string) casePast {
	h := parent.StepOf(cat, &models.History{At: p.At, Event: p.Event, ToState: p.State, Detail: p.Detail}, lang)
	return casePast{At: h.At, Event: h.Event, State: h.State, Text: h.Text, Detail: p.Detail}
}

func saidOfReading(r *review.Reading) *saidView {
	if r == nil {
		return nil
	}
	return &saidView{Facts: r.Facts, Outcome: outcome(r.Outcome), By: r.Reader, At: r.At, Number: r.Number, Typed: r.Typed}
}

func saidOfAnswer(r *review.Answer) *saidView {
	if r == nil {
		return nil
	}
	return &saidView{Facts: r.Facts, Outcome: outcome(r.Outcome), By: r.Provider, At: r.At, Inquiry: r.Inquiry}
}
