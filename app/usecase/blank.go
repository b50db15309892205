package usecase

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// Blank makes the form that somebody else fills in for a document of an application, with what the application says: a PDF for its owner to
// print. Errors: not-found, also for a document that has none.
func (s *Services) Blank(ctx context.Context, actor models.Actor, application, document, subject string) ([]byte, error) {
	v, err := s.Apply.Get(ctx, actor, application)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	if v.ArrivedAt != nil {
		at = *v.ArrivedAt // the rules of its arrival hold ever after (P5)
	}
	version := s.CatalogueOf(v).Version(v.Procedure, jp.DateIn(at))
	if version == nil || v.Plan == nil || !slices.ContainsFunc(v.Plan.Requirements, func(q evidence.Requirement) bool {
		return q.Document == document && q.Subject == subject
	}) {
		return nil, fault.ErrNotFound
	}
	municipality, err := s.Guide.Municipality(ctx, v.Municipality)
	if err != nil {
		return nil, err
	}
	form, err := blankOf(version, version.Rule(document, subject), municipality)
	if err != nil {
		return nil, err
	}
	form.Known = append(form.Known, statement.Line{Asked: "申請者の氏名", Answer: present.Applicant(v.Form)})
	if subject != "applicant" && !strings.HasPrefix(subject, "child-") { // a child stands below, with its birth date
		whose := present.Whose(subject, wording.Japanese)
		form.Known = append(form.Known, statement.Line{Asked: whose + "の氏名", Answer: present.Called(version, v.Form, subject)})
	}
	children := (&dossier.Content{Facts: v.Facts, Form: v.Form}).Children()
	for i, child := range children {
		own := "child-" + strconv.Itoa(i+1)
		if strings.HasPrefix(subject, "child-") && subject != own {
			continue
		}
		name := cmp.Or(present.Called(version, v.Form, own), present.Called(version, v.Form, "child"))
		form.Known = append(form.Known, statement.Line{Asked: present.Whose(own, wording.Japanese) + "の氏名と生年月日",
			Answer: jp.WholeName("　", name, born(child.BirthDate))})
	}
	return form.PDF()
}

// EmptyBlank makes the same form for somebody who has no application yet: names are written by hand. Errors: not-found.
func (s *Services) EmptyBlank(ctx context.Context, procedure, municipality, document string) ([]byte, error) {
	page, err := s.Guide.Procedure(ctx, procedure, municipality, time.Time{})
	if err != nil {
		return nil, err
	}
	var rule *catalogue.Rule
	for _, d := range page.Documents {
		if d.Rule.Document == document {
			rule = d.Rule
			break
		}
	}
	form, err := blankOf(page.Version, rule, page.Municipality)
	if err != nil {
		return nil, err
	}
	form.Known = append(form.Known, statement.Line{Asked: "申請者の氏名"})
	if rule.Subject != "applicant" && rule.Subject != "child" {
		form.Known = append(form.Known, statement.Line{Asked: "この書面に書かれる人の氏名"})
	}
	form.Known = append(form.Known, statement.Line{Asked: "子どもの氏名と生年月日"})
	return form.PDF()
}

// blankOf is the form of the document that a rule of a version asks for, for a municipality; nil for none chosen. Error: not-found.
func blankOf(version *catalogue.Version, rule *catalogue.Rule, m *models.Municipality) (*statement.Blank, error) {
	if rule == nil || rule.Definition().Blank == nil {
		return nil, fault.ErrNotFound
	}
	d := rule.Definition()
	out := &statement.Blank{
		Title:  cmp.Or(d.Blank.Title, d.Name.Ja),
		By:     d.Blank.By,
		Lines:  d.Blank.Lines,
		Known:  []statement.Line{{Asked: "手続", Answer: version.Name.Ja}},
		HandIn: wording.In("blank-hand-in", wording.Japanese),
	}
	if m != nil {
		out.To = m.NameJa
		out.HandIn = wording.Fill(wording.In("blank-hand-in-to", wording.Japanese), "place", m.NameJa+" "+m.OfficeJa, "telephone", m.Telephone)
	}
	return out, nil
}

// born is a birth date in both eras; empty while it is not answered.
func born(day string) string {
	d, err := jp.ParseDate(day)
	if err != nil {
		return ""
	}
	return present.InEra(d, wording.Japanese)
}
