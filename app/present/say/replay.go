package say

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/app/wording"
)

// Replayed says why a replay comes out otherwise for a document of a procedure: what the edition changes of who is asked for it, or,
// where it changes nothing of that, when it asks for it.
func Replayed(before, after *catalogue.Catalogue, changes []diff.Change, procedure, document, lang string) string {
	var out []string
	for _, c := range changes {
		if c.Procedure == procedure && c.Document == document && (c.Direction != "" || c.Kind == diff.RuleSubject) {
			out = append(out, Change(before, after, c, lang).Text)
		}
	}
	if len(out) == 0 {
		out = asks(after, procedure, document, lang)
	}
	if len(out) == 0 {
		return wording.In("replay-asks-not", lang)
	}
	between := " "
	if lang == wording.Japanese {
		between = ""
	}
	return strings.Join(out, between)
}

// asks says when the newest version of a procedure asks for a document.
func asks(c *catalogue.Catalogue, procedure, document, lang string) []string {
	p := c.Procedure(procedure)
	if p == nil {
		return nil
	}
	var out []string
	v := p.Latest()
	for _, r := range v.Documents {
		if r.Document != document {
			continue
		}
		when, _ := When(r.When, condition.Of(c, v, r.Subject), lang)
		if said := wording.Fill(wording.In("replay-asks", lang), "when", when); !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out
}
