package present

import (
	"math"
	"strconv"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// Step names what a reviewer may do.
func Step(step, lang string) string { return wording.In("step-"+step, lang) }

// ProviderStep names a step of what another body asks this municipality to confirm (R7, the other side).
func ProviderStep(step, lang string) string { return wording.In("provider-step-"+step, lang) }

// Lacking says what the trial of a pair lacks to reach a threshold: "cases", "agreement" or "open". have and need are counts, of
// agreement parts of one; lacking of agreement is 0 if no number would do.
func Lacking(threshold string, have, need float64, lacking int64, lang string) string {
	name, write := "lacking-"+threshold, count
	if threshold == "agreement" {
		if write = Percent; lacking == 0 {
			name += "-never"
		}
	}
	return wording.Fill(wording.In(name, lang), "have", write(have), "need", write(need), "lacking", strconv.FormatInt(lacking, 10))
}

// Reached says why a pair may go to full operation: what was compared, from when to when, and which thresholds that reaches. It is
// published with the switch as its reason, so it is in Japanese, the language of the offices, whoever reads it.
func Reached(compared int64, rate float64, first, last time.Time, cases int, agreement float64) string {
	return wording.Fill(wording.In("reached", wording.Japanese), "compared", Number(compared, wording.Japanese), "rate", Percent(rate),
		"first", Date(jp.DateIn(first), wording.Japanese), "last", Date(jp.DateIn(last), wording.Japanese),
		"cases", Number(int64(cases), wording.Japanese), "agreement", Percent(agreement))
}

func count(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Percent writes a part as percent with two decimals at most, cut off: 94.999 is not yet 95.
func Percent(part float64) string {
	return strconv.FormatFloat(math.Floor(part*10_000+1e-6)/100, 'f', -1, 64)
}

// Stamp says whether a signature has a time stamp: none (none is asked for), waiting or stamped.
func Stamp(asked bool, at *time.Time) string {
	switch {
	case at != nil:
		return "stamped"
	case asked:
		return "waiting"
	}
	return "none"
}

// Signature says what is known of a case's electronic signature: of its certificate, and of its time stamp.
func Signature(state string, asked bool, at *time.Time, lang string) string {
	stamp := Stamp(asked, at)
	when := ""
	if at != nil {
		when = DateTime(*at, lang)
	}
	between := " "
	if lang == wording.Japanese {
		between = ""
	}
	return wording.In("signature-state-"+state, lang) + between + wording.Fill(wording.In("signature-stamp-"+stamp, lang), "when", when)
}
