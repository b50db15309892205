// Package diff says what is different between two catalogues: two national editions, or two of one municipality, each over the
// national one that it was loaded with. It gives changes as data, for every part that decides about a person or is read by one;
// app/present/say says them in words. It is pure.
package diff

import "kosodate.example/onestop/app/rule/catalogue"

// The kinds of change. What was added has no Before, what was removed no After.
const (
	Procedure = "procedure" // a whole procedure
	Version   = "version"   // a version of one; what changes with it stands beside it

	Name         = "name"
	Summary      = "summary"
	LegalBasis   = "legal-basis"
	Who          = "who"
	Next         = "next"
	Deadline     = "deadline"      // its text
	DeadlineKind = "deadline-kind" // how it is counted
	Signature    = "signature"
	Consents     = "consents"
	Linkage      = "linkage"
	Basis        = "basis" // what the version rests on

	Question         = "question"
	QuestionWhen     = "question-when"     // when it is asked
	QuestionRequired = "question-required" // when it has to be answered
	QuestionForm     = "question-form"     // its type or its limits
	QuestionLabel    = "question-label"
	QuestionHelp     = "question-help"
	Choice           = "choice"
	ChoiceLabel      = "choice-label"

	Rule            = "rule"
	RuleWhen        = "rule-when"
	RuleSubject     = "rule-subject"
	RuleItem        = "rule-item"
	RuleReplaceable = "rule-replaceable"
	RuleOriginal    = "rule-original"
	RuleWaived      = "rule-waived"
	RuleFixed       = "rule-fixed"
	RuleSource      = "rule-source"
	RuleChecked     = "rule-checked"
	RuleDoubtful    = "rule-doubtful"

	Document          = "document"
	DocumentName      = "document-name"
	DocumentHelp      = "document-help"
	DocumentObtain    = "document-obtain"
	DocumentAccept    = "document-accept"
	DocumentWriter    = "document-writer"
	DocumentQuestions = "document-questions"

	DocumentBlank = "document-blank" // what somebody else fills in of it
	DocumentPrint = "document-print" // its form to print, which may have changed under its name

	Section     = "section" // of the form
	SectionWhen = "section-when"
	Signpost    = "signpost" // what people in the wrong place are told; one that changed is one taken away and one put up

	Affair     = "affair"      // the code by which the network is asked
	Facility   = "facility"    // of a municipality's list
	CaseTables = "case-tables" // how many cases hold the edition

	Title    = "title"    // what one does with a procedure
	Weeks    = "weeks"    // how long a decision takes
	Keywords = "keywords" // by which one procedure is found
	Event    = "event"    // what happens in a family's life, and what it calls for
	Synonyms = "synonyms" // words that the search takes for the same
)

// Kinds are all of them.
var Kinds = []string{
	Procedure,
	Version,
	Name,
	Summary,
	LegalBasis,
	Who,
	Next,
	Deadline,
	DeadlineKind,
	Signature,
	Consents,
	Linkage,
	Basis,
	Question,
	QuestionWhen,
	QuestionRequired,
	QuestionForm,
	QuestionLabel,
	QuestionHelp,
	Choice,
	ChoiceLabel,
	Rule,
	RuleWhen,
	RuleSubject,
	RuleItem,
	RuleReplaceable,
	RuleOriginal,
	RuleWaived,
	RuleFixed,
	RuleSource,
	RuleChecked,
	RuleDoubtful,
	Document,
	DocumentName,
	DocumentHelp,
	DocumentObtain,
	DocumentAccept,
	DocumentWriter,
	DocumentQuestions,
	DocumentBlank,
	DocumentPrint,
	Section,
	SectionWhen,
	Signpost,
	Affair,
	Facility,
	CaseTables,
	Title,
	Weeks,
	Keywords,
	Event,
	Synonyms,
}

// What a change does to people: whether more or fewer of them bring a paper, or answer a question.
const (
	More  = "more"
	Fewer = "fewer"
	Other = "other" // some more and some fewer, or nobody can tell
)

// Side is what stood before, or stands after. The kind of the change says which member is used; none is where there is nothing.
type Side struct {
	Text  catalogue.Text `json:"text,omitzero"`
	When  string         `json:"when,omitempty"`  // a condition as it is written; empty: always
	Codes []string       `json:"codes,omitempty"` // items, sources, questions; a subject, a level, a kind, a day
	Yes   bool           `json:"yes,omitempty"`
}

// Change is one difference. What it is not about is empty.
type Change struct {
	Kind      string   `json:"kind"`
	Procedure string   `json:"procedure,omitempty"` // empty: a document as all procedures have it
	Versions  []string `json:"versions,omitempty"`  // from which days on
	Document  string   `json:"document,omitempty"`
	Subject   string   `json:"subject,omitempty"`  // kind of subject
	Question  string   `json:"question,omitempty"` // the path of names to it: guardians/need
	Section   string   `json:"section,omitempty"`  // of the form; a question with it is one of the form
	Value     string   `json:"value,omitempty"`    // of a choice

	Before *Side `json:"before,omitempty"` // nil: it was added
	After  *Side `json:"after,omitempty"`  // nil: it was removed

	Direction string `json:"direction,omitempty"` // empty where nobody brings or answers anything else
	// How many subjects of the given cases are asked now who were not, and the other way round; both 0 without cases.
	MoreCases  int `json:"more_cases,omitempty"`
	FewerCases int `json:"fewer_cases,omitempty"`
}
