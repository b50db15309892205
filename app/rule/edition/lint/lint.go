// Package lint finds what is allowed in an edition of the catalogue and yet looks wrong: rules without grounds, what no case
// proves, papers that are two, rules that are one, what nobody asks for, texts that are hard to read. What is wrong outright is
// not loaded (app/rule/catalogue). It is pure; the sentences are said by app/present/say.
package lint

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
)

// How much a finding matters.
const (
	Warning = "warning" // somebody should change it, or say why not
	Notice  = "notice"  // it may be as it should
)

// The findings.
const (
	NoSource         = "no-source"         // a rule names nothing that it rests on
	NeverChecked     = "never-checked"     // nobody has held the rule to its sources
	CheckedLongAgo   = "checked-long-ago"  // more than MaxAge days ago; Day says when
	AmendedSince     = "amended-since"     // Word was amended on Day, after the check
	NoCase           = "no-case"           // no case at all is about the procedure
	ChoiceUnreached  = "choice-unreached"  // no case answers Question with Value
	AnswerUnreached  = "answer-unreached"  // the same of yes or no
	BranchUnreached  = "branch-unreached"  // no case is asked for the document because of Word, a part of the condition
	NeverAsked       = "never-asked"       // no case is asked for the document
	CompoundDocument = "compound-document" // a network item replaces what are two papers
	SameCondition    = "same-condition"    // the document is asked for exactly as Other is
	SameCases        = "same-cases"        // it is so in all cases
	DocumentUnused   = "document-unused"   // no rule asks for the document
	QuestionIdle     = "question-idle"     // no condition reads the answer
	PlainText        = "plain-"            // before a code of app/rule/plain: Word is hard to read
	NoReading        = "plain-no-reading"  // there is no reading for the kanji of Word
)

// Codes are all of them.
var Codes = []string{NoSource, NeverChecked, CheckedLongAgo, AmendedSince, NoCase, ChoiceUnreached, AnswerUnreached, BranchUnreached, NeverAsked,
	CompoundDocument, SameCondition, SameCases, DocumentUnused, QuestionIdle, "plain-long-sentence", "plain-many-kanji", "plain-hard-word",
	"plain-no-spaces", "plain-double-space", NoReading}

// Finding is one thing that looks wrong. What it is not about is empty.
type Finding struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"` // from 1; 0 for the file as a whole

	Procedure    string `json:"procedure,omitempty"` // its code; empty for what several share
	Document     string `json:"document,omitempty"`
	Subject      string `json:"subject,omitempty"` // kind of subject
	Other        string `json:"other,omitempty"`   // a second document
	OtherSubject string `json:"other_subject,omitempty"`
	Question     string `json:"question,omitempty"` // the path of names to it: guardians/need
	Value        string `json:"value,omitempty"`    // of a choice; true or false
	Word         string `json:"word,omitempty"`     // a source, a part of a condition, words of a text
	Day          string `json:"day,omitempty"`      // YYYY-MM-DD
}

// MaxAge is after how many days a rule has to be checked again: once a year, with a month to do it.
const MaxAge = 400

// Input is what is looked at.
type Input struct {
	Catalogue *catalogue.Catalogue
	Base      *catalogue.Catalogue // the national one below a municipality's, of which nothing is said then; nil for a national one
	Files     fs.FS                // the files themselves, for the level of plain Japanese; nil leaves it out
	Cases     []condition.Case     // nil: nothing is said of what no case reaches
	Today     jp.Date

	// Unread gives the words of a plain text for whose kanji there is no reading; nil leaves it out.
	Unread func(text string) []string
}

// Check gives every finding once, in the order of files and lines.
func Check(in Input) []Finding {
	l := &linter{Input: in, seen: map[Finding]bool{}}
	l.grounds()
	l.reach()
	l.documents()
	l.together()
	l.questions()
	l.texts()
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Question, b.Question))
	})
	return l.found
}

type linter struct {
	Input
	found []Finding
	seen  map[Finding]bool

	trials     *condition.Trials
	situations map[string][]condition.Situation // by procedure
}

func (l *linter) add(at source.Position, severity, code string, f Finding) {
	f.Severity, f.Code, f.File, f.Line = severity, code, at.File, at.Line
	if !l.seen[f] {
		l.seen[f] = true
		l.found = append(l.found, f)
	}
}

// procedures are those that the edition brings or changes.
func (l *linter) procedures() []*catalogue.Procedure {
	return slices.DeleteFunc(slices.Clone(l.Catalogue.Procedures()), func(p *catalogue.Procedure) bool {
		return l.Base != nil && l.Base.Procedure(p.Code) == p
	})
}

// national says whether a procedure is one of the base, which the edition only changes.
func (l *linter) national(p *catalogue.Procedure) bool {
	return l.Base != nil && l.Base.Procedure(p.Code) != nil
}

// rules goes through the rules of the edition itself.
func (l *linter) rules(look func(v *catalogue.Version, r *catalogue.Rule)) {
	for _, p := range l.procedures() {
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				if r.Local || !l.national(p) {
					look(v, r)
				}
			}
		}
	}
}

// of is a finding about a rule. One of a block belongs to several procedures, and so to none.
func of(v *catalogue.Version, r *catalogue.Rule) Finding {
	f := Finding{Document: r.Document, Subject: r.Subject}
	if strings.TrimSuffix(r.At().File, ".yaml") == v.Procedure.Code || r.Local {
		f.Procedure = v.Procedure.Code
	}
	return f
}
