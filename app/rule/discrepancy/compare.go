// Package discrepancy compares what a document says with what the network answered (齟齬, R3), and says which steps the
// file of a difference allows next (R7). It is pure: instants are arguments. README.md has the diagram.
package discrepancy

import (
	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/address"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
)

// The answers of a comparison (P12). A fact that is the same, character by character or in value, is no difference and has none.
const (
	Written   = "written"   // the same, written in another way: it counts as agreement
	Unsure    = "unsure"    // nothing contradicts, and only a person can say whether it is the same
	Different = "different" // something else
)

// Difference is one thing in which the document and the answer differ, with both as they were given.
type Difference struct {
	// Field is a field of the item; of an outcome it is catalogue.OutcomeEligibility, OutcomeCategory or OutcomeAmount.
	Field string `json:"field"`
	// Kind is how it was compared: one of the catalogue's kinds of comparison, or models.DiscrepancyOutcome.
	Kind     string `json:"kind"`
	Result   string `json:"result,omitempty"` // Written, Unsure, Different; files from before they were told apart have none
	Document any    `json:"document"`
	Answer   any    `json:"answer"` // nil: the answer does not have it
}

// Compare gives the facts in which a document and an answer are not the same characters, in the order of fields, which are those that
// the procedure compares (R3): with what is only written in another way, and what a person has to judge. Values are what JSON gives:
// string, bool, and float64, int, int64 or json.Number.
//
// A field that is missing, null or blank in the reading is not compared: the document does not say. A field that the reading
// gives and the answer lacks is different, and so is an answer that cannot be read.
//
// Error: invalid-request with a detail for each value of the reading that cannot be read, by pointer (/facts/birth_date).
func Compare(fields []catalogue.ComparedField, document, answer map[string]any) ([]Difference, error) {
	var out []Difference
	var faults []fault.Detail
	for _, f := range fields {
		said := document[f.Name]
		if blank(said) {
			continue
		}
		form, wrong := formOf(f.Compare, said)
		if wrong != nil {
			faults = append(faults, wrong.at(factPointer(f.Name)))
			continue
		}
		result := Different
		if other, unreadable := formOf(f.Compare, answer[f.Name]); unreadable == nil {
			result = compared(f.Compare, form, other)
		}
		if result != "" {
			out = append(out, Difference{Field: f.Name, Kind: f.Compare, Result: result, Document: said, Answer: answer[f.Name]})
		}
	}
	if len(faults) > 0 {
		return nil, unreadable(faults)
	}
	return out, nil
}

// compared lays two forms beside each other; empty if they are the same.
func compared(kind, document, answer string) string {
	switch {
	case document == answer:
		return ""
	case kind == catalogue.CompareAddress:
		return address.Compare(document, answer).String()
	case kind == catalogue.CompareName:
		return names(document, answer)
	case kind == catalogue.CompareEqual:
		return codes(numbered(document), numbered(answer))
	case kind == catalogue.CompareNormalised && Normalise(document) == Normalise(answer):
		return Written
	}
	return Different
}

// codes compares two numbers or codes that are not the same characters. Noughts before a number may be filling: a person has to judge.
func codes(a, b string) string {
	switch {
	case a == b:
		return Written
	case filler.ReplaceAllString(a, "$1$2") == filler.ReplaceAllString(b, "$1$2"):
		return Unsure
	}
	return Different
}

// Outcomes gives the results in which a document and an answer differ (R3). Eligibility is always compared, a category or an
// amount where that is what the item decides (kind, catalogue.Linkage.Outcome) and the document's outcome gives it. A
// category counts as the same after normalising, since a grade (等級) is one.
func Outcomes(document, answer catalogue.Outcome, kind string) []Difference {
	var out []Difference
	differ := func(field string, document, answer any) {
		out = append(out, Difference{Field: field, Kind: string(models.DiscrepancyOutcome), Result: Different, Document: document, Answer: answer})
	}
	if document.Eligible != answer.Eligible {
		differ(catalogue.OutcomeEligibility, document.Eligible, answer.Eligible)
	}
	if kind == catalogue.OutcomeCategory && document.Category != "" && Normalise(document.Category) != Normalise(answer.Category) {
		differ(catalogue.OutcomeCategory, document.Category, answer.Category)
	}
	if kind == catalogue.OutcomeAmount && document.Amount != nil {
		switch {
		case answer.Amount == nil:
			differ(catalogue.OutcomeAmount, *document.Amount, nil)
		case *answer.Amount != *document.Amount:
			differ(catalogue.OutcomeAmount, *document.Amount, *answer.Amount)
		}
	}
	return out
}

// formOf gives the form of a value in which two that are the same, and not only written alike, are the same text, by the kind of comparison.
func formOf(kind string, v any) (string, *mistake) {
	switch kind {
	case catalogue.CompareAmount:
		return amountForm(v)
	case catalogue.CompareDate:
		return dateForm(v)
	}
	text, ok := characters(v)
	switch {
	case !ok:
		return "", &mistake{codeText, "not-a-text"}
	case len(text) > maxText:
		return "", &mistake{codeLong, "reading-too-long"}
	}
	return norm.NFC.String(text), nil // the same characters, however their marks are encoded
}
