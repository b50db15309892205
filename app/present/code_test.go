package present_test

import (
	"testing"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/wording"
)

// What the rules can answer has its texts.
func TestEveryCodeOfTheRulesHasItsText(t *testing.T) {
	has := func(name string) {
		t.Helper()
		if _, ok := wording.Of(name); !ok {
			t.Errorf("%s has no text", name)
		}
	}
	for _, s := range lifecycle.States {
		has("state-" + string(s))
		has("while-application-" + string(s))
		if s != lifecycle.Draft && s != lifecycle.Expired { // which no reviewer sees
			has("queue-state-" + string(s))
		}
	}
	for _, e := range lifecycle.Events {
		has("event-" + string(e))
	}
	for _, s := range lifecycle.ItemStates {
		has("item-" + string(s))
		has("while-document-" + string(s))
	}
	for _, s := range discrepancy.Steps {
		has("step-" + string(s))
	}
	for _, s := range append(discrepancy.ProviderSteps, discrepancy.ProviderReceived) {
		has("provider-step-" + string(s))
	}
	for _, r := range []string{evidence.ReasonNotReplaceable, evidence.ReasonFullOperation, evidence.ReasonConsentRefused, evidence.ReasonTrial,
		evidence.ReasonSuspended, evidence.ReasonNotStarted} {
		has("why-" + r)
	}
	for _, k := range []string{evidence.Added, evidence.Removed, evidence.NowOmitted, evidence.NowNeeded} {
		has("change-" + k)
	}
	for _, d := range []string{evidence.Attach, evidence.Omit} {
		has("decision-" + d)
	}
	for _, p := range []string{phase.NotStarted, phase.Trial, phase.Full, phase.Suspended} {
		has("phase-" + p)
	}
}

// A step that a rule refuses is refused in the reader's language, whatever stands in what it says.
func TestARefusalIsFoundByWhatTheRuleSays(t *testing.T) {
	for text, name := range map[string]string{
		"Claim the case first.":       "refused-claim-first",
		"This document is inquiring.": "while-document-inquiring",
		"This is possible only while the case is in review; it is arrived.":           "while-application-arrived",
		"The network is closed to this item now: it is suspended.":                    "closed-suspended",
		"Accepting is not possible while the application is decided. It was decided.": "while-application-decided",
		"Something that nobody knows.":                                                "refused-now",
	} {
		for _, lang := range []string{wording.Japanese, wording.Plain} {
			if got := present.StepRefusal(text, lang); got != wording.In(name, lang) {
				t.Errorf("%s in %s: %q", text, lang, got)
			}
		}
		if got := present.StepRefusal(text, wording.English); got != text {
			t.Errorf("%s in English: %q", text, got)
		}
	}
	if got := present.Refusal("Something that nobody knows.", wording.Plain); got != "" {
		t.Errorf("an unknown refusal: %q", got)
	}
}

func TestARequestToConfirmSaysWhatHasToComeFirst(t *testing.T) {
	for _, c := range []struct{ step, state, outcome, want string }{
		{"checked", "closed", "confirmed", "closed"}, {"checked", "open", "", "checked"}, {"corrected", "open", "", "unchecked"},
		{"confirmed", "open", "confirmed", "outcome"}, {"similar-checked", "open", "", "similar"}, {"answered", "answered", "confirmed", "answered"},
		{"answered", "open", "", "no-outcome"}, {"closed", "open", "", "unanswered"}, {"closed", "answered", "corrected", "dissimilar"},
	} {
		if got := present.ProviderRefusal(c.step, "No.", c.state, c.outcome, wording.Plain); got == "" ||
			got != wording.In("provider-refused-"+c.want, wording.Plain) {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := present.ProviderRefusal("checked", "", "open", "", wording.Plain); got != "" {
		t.Errorf("a step that is possible: %q", got)
	}
}

func TestLackingCutsPercentOff(t *testing.T) {
	if got := present.Lacking("agreement", 0.94999, 0.95, 3, wording.English); got != "94.99 % agreed; 95 % are needed. It is reached when the next 3 all agree." {
		t.Error(got)
	}
	if got, want := present.Lacking("agreement", 0.5, 1, 0, wording.Japanese), "一致率が50%です。基準は100%のため、これまでの相違がある限り届きません。"; got != want {
		t.Error(got)
	}
}
