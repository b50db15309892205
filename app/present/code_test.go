package present_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
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
		has("while-" + string(s))
		if s != models.StateDraft && s != models.StateExpired { // which no reviewer sees
			has("queue-state-" + string(s))
		}
	}
	for _, e := range lifecycle.Events {
		has("event-" + string(e))
	}
	for _, s := range lifecycle.ItemStates {
		has("item-" + string(s))
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

// A step that a rule refuses is refused in the reader's language, by the name of its sentence.
func TestAStepIsRefusedInTheReadersLanguage(t *testing.T) {
	_, early := lifecycle.Next(models.StateDecided, lifecycle.EventAccept, lifecycle.Facts{}, time.Time{})
	_, unread := lifecycle.ItemNext(lifecycle.Item{State: models.ItemInquiring}, lifecycle.ItemReceive)
	closed := discrepancy.ProviderFile{Step: discrepancy.ProviderClosed}
	_, over := discrepancy.ProviderNext(closed, discrepancy.ProviderChecked)
	for want, err := range map[fault.Reason]error{"while-decided": early, "document-inquiring": unread, "request-closed": over} {
		f := fault.As(err)
		if f == nil || f.Reason != want {
			t.Errorf("%v instead of %s", err, want)
			continue
		}
		for _, lang := range wording.Languages {
			if got := present.Reason(f.Reason, lang); got == "" || got != present.Fault(f, lang) {
				t.Errorf("%s in %s: %q", want, lang, got)
			}
		}
	}
	if got := present.Reason("", wording.Plain); got != "" {
		t.Errorf("a step that is possible: %q", got)
	}
}

// What a request of another body waits for is said for every place in which it can stand.
func TestARequestToConfirmSaysWhatHasToComeFirst(t *testing.T) {
	received, checked, corrected := discrepancy.ProviderReceived, discrepancy.ProviderChecked, discrepancy.ProviderCorrected
	for _, c := range []struct {
		file discrepancy.ProviderFile
		step discrepancy.ProviderStep
		want fault.Reason
	}{
		{discrepancy.ProviderFile{Step: discrepancy.ProviderClosed, Outcome: discrepancy.ProviderConfirmed}, checked, "request-closed"},
		{discrepancy.ProviderFile{Step: checked}, checked, "own-data-checked"},
		{discrepancy.ProviderFile{Step: received}, corrected, "own-data-first"},
		{discrepancy.ProviderFile{Step: corrected, Outcome: corrected}, discrepancy.ProviderConfirmed, "outcome-recorded"},
		{discrepancy.ProviderFile{Step: checked}, discrepancy.ProviderSimilar, "similar-after-correction"},
		{discrepancy.ProviderFile{Step: discrepancy.ProviderAnswered, Outcome: corrected}, discrepancy.ProviderAnswered, "told-already"},
		{discrepancy.ProviderFile{Step: checked}, discrepancy.ProviderAnswered, "outcome-first"},
		{discrepancy.ProviderFile{Step: corrected, Outcome: corrected}, discrepancy.ProviderClosed, "tell-first"},
		{discrepancy.ProviderFile{Step: discrepancy.ProviderAnswered, Outcome: corrected}, discrepancy.ProviderClosed, "similar-first"},
	} {
		_, err := discrepancy.ProviderNext(c.file, c.step)
		if f := fault.As(err); f == nil || f.Reason != c.want || present.Reason(f.Reason, wording.Plain) == "" {
			t.Errorf("%+v: %v, want %s", c, err, c.want)
		}
	}
}

func TestLackingCutsPercentOff(t *testing.T) {
	if got := present.Lacking("agreement", 0.94999, 0.95, 3, wording.English); got != "94.99% agreed; 95% are needed. It is reached when the next 3 all agree." {
		t.Error(got)
	}
	if got, want := present.Lacking("agreement", 0.5, 1, 0, wording.Japanese), "一致率が50%です。基準は100%のため、これまでの相違がある限り届きません。"; got != want {
		t.Error(got)
	}
}
