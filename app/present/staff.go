package present

import (
	"math"
	"regexp"
	"strconv"

	"kosodate.example/onestop/app/wording"
)

// Step names what a reviewer may do.
func Step(step, lang string) string { return wording.In("step-"+step, lang) }

// StepRefusal says why a step is not allowed, by what the rules say in English. In English that is their own text.
func StepRefusal(reason, lang string) string {
	if reason == "" || lang == wording.English {
		return reason
	}
	if text := Refusal(reason, lang); text != "" {
		return text
	}
	return wording.In("refused-now", lang)
}

var (
	// whileIn reads the state out of what the rules say when something is not possible in it.
	whileIn = regexp.MustCompile(`^.* is not possible while the (application|document) is ([a-z-]+)\.`)
	// inReview reads the state of a case in which a step has to wait for the review, or is past it.
	inReview = regexp.MustCompile(`^This is possible only while the case is in review; it is ([a-z-]+)\.$`)
	// closed reads the phase in which the network is closed to an item.
	closed = regexp.MustCompile(`^The network is closed to this item now: it is ([a-z-]+)\.$`)
	// thisDocument reads the state of a document that does not allow a decision yet.
	thisDocument = regexp.MustCompile(`^This document is ([a-z-]+)\.$`)
)

// refusals finds a refusal by what a rule says in English.
var refusals = func() map[string]wording.Text {
	out := map[string]wording.Text{}
	for name, en := range wording.Group("refused-", wording.English) {
		out[en], _ = wording.Of("refused-" + name)
	}
	return out
}()

// Refusal is a refusal of the rules in a language, by what they say in English; empty for what they do not say. In English it
// is what they say.
func Refusal(text, lang string) string {
	if lang == wording.English {
		return text
	}
	if t, ok := refusals[text]; ok {
		return t.In(lang)
	}
	if m := thisDocument.FindStringSubmatch(text); m != nil {
		return wording.In("while-document-"+m[1], lang)
	}
	if m := inReview.FindStringSubmatch(text); m != nil {
		return wording.In("while-application-"+m[1], lang)
	}
	if m := closed.FindStringSubmatch(text); m != nil {
		return wording.In("closed-"+m[1], lang)
	}
	if m := whileIn.FindStringSubmatch(text); m != nil {
		return wording.In("while-"+m[1]+"-"+m[2], lang)
	}
	return ""
}

// ProviderStep names a step of what another body asks this municipality to confirm (R7, the other side).
func ProviderStep(step, lang string) string { return wording.In("provider-step-"+step, lang) }

// ProviderRefusal says why a step of such a request is not possible now, by where it stands: its state ("open", "answered",
// "closed") and what the check has shown ("" before). reason is the rule's own text, which English keeps; empty where the step is
// possible.
func ProviderRefusal(step, reason, state, outcome, lang string) string {
	if reason == "" || lang == wording.English {
		return reason
	}
	return wording.In("provider-refused-"+providerRefusal(step, state, outcome), lang)
}

func providerRefusal(step, state, outcome string) string {
	switch {
	case state == "closed":
		return "closed"
	case step == "checked":
		return "checked"
	case step == "corrected" || step == "confirmed" || step == "cannot-confirm":
		if outcome == "" {
			return "unchecked"
		}
		return "outcome"
	case step == "similar-checked":
		return "similar"
	case step == "answered" && state == "answered":
		return "answered"
	case step == "answered":
		return "no-outcome"
	case state != "answered":
		return "unanswered"
	}
	return "dissimilar"
}

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

func count(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Percent writes a part as percent with two decimals at most, cut off: 94.999 is not yet 95.
func Percent(part float64) string {
	return strconv.FormatFloat(math.Floor(part*10_000+1e-6)/100, 'f', -1, 64)
}
