package present

import (
	"strconv"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
)

// Rules says by which edition a case was decided and how that came into force, as a receipt has it. place is the name of the case's
// municipality.
func Rules(e receipt.Edition, place, lang string) string {
	rules := wording.In("rules-national", lang)
	if e.Scope != catalogue.National {
		rules = wording.Fill(wording.In("rules-local", lang), "place", place)
	}
	name := "rules-uncertified"
	switch {
	case e.Installed:
		return wording.Fill(wording.In("rules-installed", lang), "rules", rules)
	case e.From.IsZero():
		return rules
	case e.Certificate != "":
		name = "rules-certified"
	}
	return wording.Fill(wording.In(name, lang), "rules", rules, "when", DateTime(e.From, lang))
}

// Publication says how an edition was published, sentence by sentence: who by role, when, how many cases agreed. c is its certificate,
// nil if it has none; place is the name of the municipality whose edition it is.
func Publication(c *certificate.Certificate, installed bool, place, lang string) []string {
	say := func(name string, values ...string) string { return wording.Fill(wording.In(name, lang), values...) }
	switch {
	case installed:
		return []string{say("published-installed")}
	case c == nil:
		return []string{say("published-uncertified")}
	}
	proposed, approved := DateTime(c.Proposed.At, lang), DateTime(c.Approved.At, lang)
	out := []string{say("published-national", "proposed", proposed, "approved", approved)}
	if c.Scope != catalogue.National {
		out[0] = say("published-local", "place", place, "proposed", proposed, "approved", approved)
	}
	if c.Cases.Passed > 0 {
		out = append(out, say("published-cases", "n", strconv.Itoa(c.Cases.Passed)))
	} else {
		out = append(out, say("published-no-cases"))
	}
	if r := c.Replay; r != nil {
		day := func(t time.Time) string { return Date(jp.DateIn(t), lang) }
		counted := func(n int) string {
			if n == 2 {
				return say("published-few")
			}
			return say("published-count", "n", strconv.Itoa(n))
		}
		out = append(out, say("published-replay", "from", day(r.From), "to", day(r.To), "cases", counted(r.Cases),
			"more", counted(r.More), "fewer", counted(r.Fewer), "other", counted(r.Other)))
	}
	if c.Signed() {
		return append(out, say("published-signed"))
	}
	return append(out, say("published-unsigned"))
}
