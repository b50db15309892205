// Package boilerplate is the rule of the texts that staff begin with (文例): what they are for, which placeholders they may have, and what is
// left in a text that nobody filled in.
package boilerplate

import (
	"regexp"
	"slices"
	"strings"
)

// Kind is what a text is for.
type Kind string

// The kinds.
const (
	Correction Kind = "correction"      // of a request for correction (補正)
	Reason     Kind = "reason"          // of a rejection
	Approved   Kind = "letter-approved" // what the letter of an approval says besides
	Rejected   Kind = "letter-rejected" // and that of a rejection
	Other      Kind = "letter-other"    // of either
	Message    Kind = "message"         // to a group of parents
)

// Kinds are all, in the order in which they are listed.
var Kinds = []Kind{Correction, Reason, Approved, Rejected, Other, Message}

// Valid says whether there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// Fields are the texts that a kind fills: of a message each of its languages, else the one.
func (k Kind) Fields() []string {
	if k == Message {
		return []string{"title-ja", "text-ja", "title-plain", "text-plain", "title-en", "text-en"}
	}
	return []string{Text}
}

// Text is the field of a kind that has one.
const Text = "text"

// The placeholders, by which staff write them.
const (
	Name         = "氏名"
	Receipt      = "受付番号"
	Procedure    = "手続名"
	Due          = "期限"
	Why          = "理由"
	Amount       = "金額"
	Municipality = "市区町村"
	Office       = "担当課"
	Telephone    = "電話"
)

// Placeholders are those that a kind may have. What goes to many has nothing of one.
func (k Kind) Placeholders() []string {
	switch k {
	case Correction:
		return []string{Name, Receipt, Procedure, Due, Municipality, Office, Telephone}
	case Reason:
		return []string{Name, Receipt, Procedure, Municipality, Office, Telephone}
	case Message:
		return []string{Municipality, Office, Telephone}
	case Approved, Rejected, Other:
	}
	return []string{Name, Receipt, Procedure, Why, Amount, Municipality, Office, Telephone}
}

// braces are what staff mean by a placeholder: in either width, on one line, no longer than a name is.
var braces = regexp.MustCompile(`[{｛]([^{}｛｝\n]{0,20})[}｝]`)

func named(found string) string {
	return strings.TrimSpace(strings.Trim(found, "{}｛｝"))
}

// Unknown is the first placeholder of a text that its kind does not have; empty if there is none.
func (k Kind) Unknown(text string) string {
	for _, found := range braces.FindAllString(text, -1) {
		if !slices.Contains(k.Placeholders(), named(found)) {
			return found
		}
	}
	return ""
}

// Fill puts values in the place of their placeholders; one without a value, or with an empty one, stays.
func Fill(text string, values map[string]string) string {
	return braces.ReplaceAllStringFunc(text, func(found string) string {
		if value := values[named(found)]; value != "" {
			return value
		}
		return found
	})
}

// Unfilled is the first placeholder that is left in a text; empty if there is none. A text with one is not sent.
func Unfilled(text string) string { return braces.FindString(text) }

// sample is what stands in texts that are copied to be filled in by hand.
var sample = regexp.MustCompile(`文例|[○〇◯●]{2}|置き換え`)

// Sample is what shows that a text was copied and not made one's own: a placeholder, or a mark for one; empty if there is none.
func Sample(text string) string {
	if found := Unfilled(text); found != "" {
		return found
	}
	return sample.FindString(text)
}
