// Package evidence decides which documents a person still has to bring (必要書類の判定).
//
// It is the heart of the product: a pure function without clock or database. The same inputs give the same plan, for
// ever. The API, the form, the guidance pages, filing, the preview of a switch and `onestop evidence` all call it; it
// is never copied. evidence.md is its specification.
package evidence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
)

// The decisions on a requirement.
const (
	Attach = "attach" // bring the document
	Omit   = "omit"   // the network replaces it
)

// The reasons for a decision (evidence.md, "Requirement").
const (
	ReasonNotReplaceable = "not-replaceable"
	ReasonFullOperation  = "full-operation"
	ReasonConsentRefused = "consent-refused"
	ReasonTrial          = "trial"
	ReasonSuspended      = "suspended"
	ReasonNotStarted     = "not-started"
)

// Plan is which documents a case needs, sorted by document, then subject, by code point.
type Plan struct {
	Version      string // effective_from of the procedure version used, YYYY-MM-DD
	Requirements []Requirement

	// LookUp are the documents that the municipality looks up in its own records instead of asking for them: nobody brings them.
	LookUp []LookUp
}

// LookUp is a document that is not asked for, since the municipality's own records answer it.
type LookUp struct {
	Document, Subject string
	Rule              *catalogue.Rule // Waived says why
}

// Requirement is one document of one subject. Document/Subject is its name and stands once in a plan.
type Requirement struct {
	Document string
	Subject  string // applicant, spouse, household, deceased, child-N, guardian-N, supporter-N
	Item     string // the linkage item that could replace it; empty exactly if Reason is not-replaceable
	Decision string // Attach or Omit
	Reason   string
	Inquire  bool       // the network will be asked
	Phase    string     // the phase in force of the item; empty without one
	Row      *phase.Row // the row that decided the phase; nil if none is in force, or without an item

	// Rule is what the catalogue says about it: the document's texts, whether the original has to be shown.
	Rule *catalogue.Rule `json:"-"`
}

// Name is document/subject.
func (r Requirement) Name() string { return r.Document + "/" + r.Subject }

// Input is one case. FiledAt is the instant of arrival, or now for a draft (P5).
type Input struct {
	Procedure    string
	Municipality string
	FiledAt      time.Time

	// Facts are the facts as catalogue.Version.DecodeFacts gave them, so that a case planned often is decoded once. If
	// they were checked against another version than the one in force, or for a later day, they are checked again.
	// JSON is the JSON object of facts, read if Facts is nil.
	Facts *catalogue.Facts
	JSON  json.RawMessage

	Consents []string    // "item" or "item/subject"; those not needed or unknown are ignored
	Phases   []phase.Row // every row there is, in the order in which they were added
}

// Make makes the plan of a case. The errors, in the order in which they are looked for, are *fault.Error with a
// pointer in each detail: unknown-procedure, invalid-municipality, not-in-force (no version on that day in Japan),
// invalid-facts (a detail for each fault). Phase rows are checked by phase.DecodeRows, where they are read.
func Make(c *catalogue.Catalogue, in Input) (Plan, error) {
	needs, err := Assess(c, in)
	if err != nil {
		return Plan{}, err
	}
	return needs.At(in.Phases, in.FiledAt), nil
}

// Needs is what a case needs before phases are looked at. It stays the same while only phases change.
type Needs struct {
	Version *catalogue.Version
	Facts   *catalogue.Facts // decoded; keep it to spare decoding the next time

	procedure, municipality string
	filing                  jp.Date
	consents                []string
	documents               []catalogue.Applicable // sorted as the plan will be
	lookUp                  []LookUp
}

// Assess does everything of Make that does not depend on phases, with the same errors.
func Assess(c *catalogue.Catalogue, in Input) (*Needs, error) {
	v, filing, err := versionFor(c, in)
	if err != nil {
		return nil, err
	}
	facts := in.Facts
	if facts == nil || !facts.HoldOn(v, filing) {
		text := in.JSON
		if facts != nil {
			text = facts.JSON()
		}
		var faults []fault.Detail
		if facts, faults = v.DecodeFacts(text, filing); len(faults) > 0 {
			return nil, catalogue.InvalidFacts(faults)
		}
	}
	return assess(v, facts, in.Municipality, filing, in.Consents)
}

// versionFor finds the version in force on the filing date in Japan.
func versionFor(c *catalogue.Catalogue, in Input) (*catalogue.Version, jp.Date, error) {
	p := c.Procedure(in.Procedure)
	if p == nil {
		return nil, jp.Date{}, refuse(fault.CodeUnknownProcedure, "/procedure", "unknown-procedure")
	}
	if !jp.ValidMunicipality(in.Municipality) {
		return nil, jp.Date{}, refuse(fault.CodeInvalidMunicipal, "/municipality", "municipality-code")
	}
	filing := jp.DateIn(in.FiledAt)
	v := p.At(filing)
	if v == nil {
		return nil, filing, refuse(fault.CodeNotInForce, "/filed_at", "not-in-force")
	}
	return v, filing, nil
}

func assess(v *catalogue.Version, facts *catalogue.Facts, municipality string, filing jp.Date, consents []string) (*Needs, error) {
	documents, err := v.Applicable(facts, municipality, filing)
	if err != nil {
		return nil, fault.New(fault.Internal, fault.CodeInternal, "").Because(fmt.Errorf("a condition of the catalogue failed: %w", err))
	}
	slices.SortFunc(documents, func(a, b catalogue.Applicable) int {
		if a.Rule.Document != b.Rule.Document {
			return cmp.Compare(a.Rule.Document, b.Rule.Document)
		}
		return cmp.Compare(a.Subject, b.Subject)
	})
	var lookUp []LookUp
	documents = slices.DeleteFunc(documents, func(a catalogue.Applicable) bool {
		if a.Rule.Waived != nil {
			lookUp = append(lookUp, LookUp{Document: a.Rule.Document, Subject: a.Subject, Rule: a.Rule})
		}
		return a.Rule.Waived != nil
	})
	return &Needs{
		lookUp:       lookUp,
		Version:      v,
		Facts:        facts,
		procedure:    v.Procedure.Code,
		municipality: municipality,
		filing:       filing,
		consents:     consents,
		documents:    documents,
	}, nil
}

// Municipality is the one applied to.
func (n *Needs) Municipality() string { return n.municipality }

// Filing is the day in Japan by whose rules the case was assessed.
func (n *Needs) Filing() jp.Date { return n.filing }

func refuse(code, pointer string, reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, code, reason).With(fault.Detail{Code: code, Reason: reason, Pointer: pointer})
}
