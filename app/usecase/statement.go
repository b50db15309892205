package usecase

import (
	"bytes"
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// Statement is a paper that the applicant writes (申立書), asked as questions (catalogue.md, "Who writes it").
type Statement struct {
	Application *apply.View
	Definition  *catalogue.Document
	Subject     string
	About       string         // what the subject is called in the form; empty while it is not said
	Answers     map[string]any // it was written from these; of one that was not written yet, what is known of it
	Written     bool
	Stale       bool    // it names people otherwise than the application does now
	Day         jp.Date // the filing date, today for a draft
}

// StatementSection is the member of a page and of a refusal's pointers in which the answers stand: /form/statement/since.
const StatementSection = "statement"

// Section is the statement as a section of a form.
func (s *Statement) Section() form.Section {
	return form.Section{Key: StatementSection, Group: &form.Group{Label: s.Definition.Name, Fields: s.Definition.Questions}}
}

// Statement reads one for who handles the application. Errors: not-found, also for a document that nobody writes on the screen.
func (s *Services) Statement(ctx context.Context, actor models.Actor, application, document, subject string) (*Statement, error) {
	v, err := s.Apply.Get(ctx, actor, application)
	if err != nil {
		return nil, err
	}
	return s.StatementOf(v, document, subject)
}

// StatementOf is Statement for an application that was read already.
func (s *Services) StatementOf(v *apply.View, document, subject string) (*Statement, error) {
	at := time.Now()
	if v.ArrivedAt != nil {
		at = *v.ArrivedAt // the rules of its arrival hold ever after (P5)
	}
	out := &Statement{Application: v, Subject: subject, Answers: map[string]any{}, Day: jp.DateIn(at)}
	version := s.CatalogueOf(v).Version(v.Procedure, out.Day)
	if version == nil || v.Plan == nil || !slices.ContainsFunc(v.Plan.Requirements, func(q evidence.Requirement) bool {
		return q.Document == document && q.Subject == subject
	}) {
		return nil, fault.ErrNotFound
	}
	rule := version.Rule(document, subject)
	if rule == nil || rule.Definition().Statement() == nil {
		return nil, fault.ErrNotFound
	}
	out.Definition, out.About = rule.Definition(), present.Called(version, v.Form, subject)
	for _, q := range out.Definition.Questions {
		if q.Suggest == question.Subject && out.About != "" {
			out.Answers[q.Name] = out.About
		}
	}
	if i := slices.IndexFunc(v.Files, func(f apply.FileView) bool {
		return f.Document == document && f.Subject == subject && f.Answers != nil
	}); i >= 0 {
		if err := out.take(v.Files[i].Answers); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// WriteStatement makes the paper of answers and attaches it, in the place of the one that was written before. It counts as
// attached from then on; it is scanned, filed and kept as any file. answers need not be in their normal form.
//
// Errors: invalid-form with a detail for each answer, below /form/statement; what document.Receive refuses; not-found.
func (s *Services) WriteStatement(ctx context.Context, actor models.Actor, in *Statement, answers map[string]any) (*document.Received, error) {
	normal, err := in.check(answers)
	if err != nil {
		return nil, err
	}
	raw, err := in.with(normal)
	if err != nil {
		return nil, err
	}
	municipality, err := s.Guide.Municipality(ctx, in.Application.Municipality)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	sheet := statement.Sheet{
		Title:  in.Definition.Name.Ja,
		To:     municipality.NameJa,
		Date:   jp.Era(jp.DateIn(now)),
		Writer: present.Applicant(in.Application.Form),
		Lines:  statement.Lines(in.Definition.Questions, normal, wording.Japanese),
		Note:   wording.Fill(wording.In("statement-note", wording.Japanese), "when", present.DateTime(now, wording.Japanese)),
	}
	if in.Subject != "applicant" {
		sheet.About = in.Whom(wording.Japanese)
	}
	pdf, err := sheet.PDF()
	if err != nil {
		return nil, err
	}
	return s.Documents.Receive(ctx, actor, document.Upload{
		Application: in.Application.ID,
		Document:    in.Definition.Code,
		Subject:     in.Subject,
		Name:        in.Definition.Name.Ja + ".pdf",
		Length:      int64(len(pdf)),
		Body:        bytes.NewReader(pdf),
		Answers:     raw,
	})
}

// check holds the answers to the questions and gives them in their normal form.
func (s *Statement) check(answers map[string]any) (map[string]any, error) {
	at := question.At("form").Member(StatementSection)
	tree, faults := question.Tree(answers, at.Pointer())
	if len(faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidForm, "", faults)
	}
	c := question.Checker{Options: question.Options{FiledOn: s.Day, Final: true}}
	record := c.Record(s.Definition.Statement(), tree, at)
	if record == nil || len(c.Faults) > 0 {
		return nil, fault.Checked(fault.CodeInvalidForm, "", c.Faults)
	}
	return record.Plain(), nil
}
