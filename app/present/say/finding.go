package say

import (
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/lint"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// Finding says one thing that looks wrong in a catalogue, in a language.
func Finding(c *catalogue.Catalogue, f lint.Finding, lang string) string {
	label, value := asked(c, f, lang)
	word := f.Word
	if f.Code == lint.BranchUnreached {
		word = branch(c, f, lang)
	}
	return wording.Fill(wording.In("lint-"+f.Code, lang),
		"procedure", present.Procedure(c, f.Procedure, lang),
		"document", document(c, f.Document, f.Subject, lang),
		"other", document(c, f.Other, f.OtherSubject, lang),
		"question", label,
		"value", value,
		"word", word,
		"day", day(f.Day, lang))
}

// Severity is how much a finding matters, in a word.
func Severity(f lint.Finding, lang string) string {
	return wording.In("lint-severity-"+f.Severity, lang)
}

// Mark says that a rule was checked before its source changed, and how that is known.
func Mark(c *catalogue.Catalogue, m lint.Mark, lang string) string {
	name := "mark-amended"
	if m.Circular != "" {
		name = "mark-circular"
	}
	return wording.Fill(wording.In(name, lang), "document", document(c, m.Document, m.Subject, lang), "source", strings.TrimSpace(m.Title+" "+m.Article),
		"checked", day(m.Checked, lang), "day", day(m.On, lang), "circular", m.Circular)
}

// asked is the question that a finding is about, and the answer, by their labels.
func asked(c *catalogue.Catalogue, f lint.Finding, lang string) (label, value string) {
	p := c.Procedure(f.Procedure)
	if f.Question == "" || p == nil {
		return "", ""
	}
	for _, v := range p.Versions {
		q := question.Find(v.Facts, strings.Split(f.Question, "/")...)
		if q == nil {
			continue
		}
		label = q.Label.In(lang)
		if q.Of != nil {
			q = q.Of
		}
		for _, choice := range q.Choices {
			if choice.Value == f.Value {
				return label, choice.Label.In(lang)
			}
		}
		switch f.Value {
		case "true":
			return label, wording.In("fact-yes", lang)
		case "false":
			return label, wording.In("fact-no", lang)
		}
	}
	return label, f.Value
}

// branch says a part of a condition, in a version that has the rule.
func branch(c *catalogue.Catalogue, f lint.Finding, lang string) string {
	for _, p := range c.Procedures() {
		for _, v := range p.Versions {
			if v.Asks(f.Document, first(f.Subject)) {
				said, _ := When(f.Word, condition.Of(c, v, f.Subject), lang)
				return said
			}
		}
	}
	return f.Word
}

// first is the name of the first subject of a kind.
func first(subject string) string {
	if catalogue.ListOf(subject) != "" {
		return subject + "-1"
	}
	return subject
}
