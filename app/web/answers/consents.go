package answers

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
)

// Consent is one consent that makes a document unnecessary (P6): to ask for an item about one person.
type Consent struct {
	Item, Subject, Name, Whose, Document string
	Given                                bool
}

// Value is the consent as a draft has it.
func (c Consent) Value() string { return c.Item + "/" + c.Subject }

// Consents are those that would help in a case, one for each person whose information it is.
func Consents(c *catalogue.Catalogue, v *catalogue.Version, plan *evidence.Plan, given []string, lang string) []Consent {
	var out []Consent
	for _, q := range plan.Requirements {
		if q.Item == "" || !v.NeedsConsent(q.Item) {
			continue
		}
		one := Consent{Item: q.Item, Subject: q.Subject, Name: present.Item(c, q.Item, lang), Whose: present.Whose(q.Subject, lang),
			Document: present.Document(c, q.Document, lang)}
		one.Given = slices.Contains(given, q.Item) || slices.Contains(given, one.Value())
		if !slices.ContainsFunc(out, func(o Consent) bool { return o.Value() == one.Value() }) {
			out = append(out, one)
		}
	}
	return out
}

// SentConsents are the consents that a page sent: "yes" under the value of each that it asked for. What is asked for other
// documents stays as it was given.
func SentConsents(v *catalogue.Version, asked []Consent, given []string, values url.Values) []string {
	out := []string{}
	for _, a := range asked {
		if values.Get(a.Value()) == "yes" {
			out = append(out, a.Value())
		}
	}
	for _, c := range given {
		item, _, _ := strings.Cut(c, "/")
		if !slices.Contains(out, c) && !v.NeedsConsent(item) {
			out = append(out, c)
		}
	}
	return out
}
