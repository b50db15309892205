package catalogue

import (
	"slices"

	"cel.dev/cel-go/cel"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Version is a procedure as it is from one day on.
type Version struct {
	Procedure     *Procedure `yaml:"-"`
	EffectiveFrom jp.Date    `yaml:"-"`
	Effective     string     `yaml:"effective_from"` // YYYY-MM-DD, what a plan names as its version

	// TextsOnly says that facts and rules are those of the version before: what is not said here is as it was there.
	TextsOnly bool `yaml:"texts_only"`

	Name       Names    `yaml:"name"`
	Summary    Text     `yaml:"summary"`     // what it is for, in one or two sentences
	LegalBasis Text     `yaml:"legal_basis"` // law and article
	Who        Text     `yaml:"who"`         // who may apply
	Next       Text     `yaml:"next"`        // what happens after filing
	Deadline   Deadline `yaml:"deadline"`
	Signature  string   `yaml:"signature"` // default level: SignatureNone, SignatureLogin or SignatureRequired (P3)

	Facts     []*question.Question `yaml:"facts"`     // in the order in which they are asked
	Form      []form.Use           `yaml:"form"`      // their conditions are CEL over facts, municipality and filing_date
	Steps     [][]string           `yaml:"steps"`     // what each page asks: names of facts and sections; empty: as Pages says
	Documents []*Rule              `yaml:"documents"` // blocks already unfolded
	Signposts []*Signpost          `yaml:"signposts"` // what people in the wrong place are told, and where; shared ones in their place
	Linkage   []Linkage            `yaml:"linkage"`   // the items that are asked
	Consents  []string             `yaml:"consents"`  // items for which this procedure needs the person's consent (P6)

	// DocumentTexts are what this version says about documents in the place of their definitions, by their codes.
	DocumentTexts map[string]*DocumentTexts `yaml:"document_texts"`

	Source   []string `yaml:"source"`   // on what the procedure rests: keys of Source
	Checked  Checked  `yaml:"checked"`  // empty: as the procedure says
	Doubtful string   `yaml:"doubtful"` // why something of it is not certain, in Japanese for those who keep the catalogue

	// Example is a complete set of facts for which no paper is needed wherever the catalogue allows that;
	// ExampleFacts puts the municipality in.
	Example any `yaml:"example"`

	facts     *question.List
	consented map[string]bool
	forms     []*program // conditions of Form, by index; nil where there is none
	rules     *form.Form
}

// The signature levels (P3).
const (
	SignatureNone     = "none"
	SignatureLogin    = "login"
	SignatureRequired = "signature"
)

// Deadline is by when a procedure has to be filed. A deadline never refuses, it marks late (api.md).
type Deadline struct {
	Kind string `yaml:"kind"`
	Days int    `yaml:"days"` // DeadlineDays: how many, counted from the day after the event
	From string `yaml:"from"` // DeadlineWindow: MM-DD, the first day each year
	To   string `yaml:"to"`   // DeadlineWindow: MM-DD, the last day each year
	Text Text   `yaml:"text"`
}

// The kinds of deadline (catalogue.md, table "Procedures").
const (
	DeadlineNone         = "none"           // no deadline
	DeadlineDays         = "days"           // a number of days after the event; a closed last day moves to the next open one
	DeadlineWindow       = "window"         // the same weeks every year
	DeadlineOffering     = "offering"       // the municipality sets the window when it offers the procedure
	DeadlineWithoutDelay = "without-delay"  // 速やかに
	DeadlineMayor        = "set-by-mayor"   // 市区町村長が定める日
	DeadlinePayMonth     = "before-payment" // before the month in which the allowance is paid
)

// Linkage is an item asked by a version, and what of its answer is compared in review.
type Linkage struct {
	Item    string   `yaml:"item"`
	Compare []string `yaml:"compare"` // names of the item's fields
	Outcome string   `yaml:"outcome"` // what the item decides: OutcomeEligibility, OutcomeCategory or OutcomeAmount

	// Eligible says for this procedure, in the item's place, whether an answer entitles: CEL as in OutcomeRules. Empty: as
	// the item says.
	Eligible string `yaml:"eligible"`

	eligible cel.Program
}

// What a reviewer concludes from a document, and compares with the conclusion from the network's answer (R3).
const (
	OutcomeEligibility = "eligibility"
	OutcomeCategory    = "category"
	OutcomeAmount      = "amount"
)

// NeedsConsent says whether this version may ask for the item only with the person's consent.
func (v *Version) NeedsConsent(item string) bool { return v.consented[item] }

// Fact finds a fact of the first level by its name; nil if this version does not have it.
func (v *Version) Fact(name string) *question.Question {
	for _, f := range v.Facts {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Items gives the linkage items that can replace a document of this version, in the order in which linkage lists them.
func (v *Version) Items() []string {
	var out []string
	for _, l := range v.Linkage {
		if slices.ContainsFunc(v.Documents, func(r *Rule) bool { return r.Item == l.Item }) {
			out = append(out, l.Item)
		}
	}
	return out
}

// Asks says whether this version can ask for a document of a subject ("applicant", "child-2"), whatever the facts.
func (v *Version) Asks(document, subject string) bool {
	return v.Rule(document, subject) != nil
}

// Rule is the first by which this version can ask for a document of a subject; nil if it never does.
func (v *Version) Rule(document, subject string) *Rule {
	if i := slices.IndexFunc(v.Documents, func(r *Rule) bool { return r.Document == document && r.kind.is(subject) }); i >= 0 {
		return v.Documents[i]
	}
	return nil
}

// FormRules validates the form of this version; FormGroups says which of its groups the facts call for.
func (v *Version) FormRules() *form.Form { return v.rules }

// FormGroups gives the groups that these facts call for, in order: the uses of Form whose condition holds.
func (v *Version) FormGroups(f *Facts, municipality string, filing jp.Date) ([]form.Use, error) {
	s := newScope(f, municipality, filing)
	var out []form.Use
	for i, use := range v.Form {
		ok, err := s.holds(v.forms[i])
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, use)
		}
	}
	return out, nil
}
