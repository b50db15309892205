package discrepancy_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	. "kosodate.example/onestop/app/rule/discrepancy"
)

// at makes a request that the steps have led to.
func at(steps ...ProviderStep) ProviderFile {
	f := NewProviderFile()
	for _, s := range steps {
		f = f.Taken(s)
	}
	return f
}

// TestEveryProviderStepEverywhere is the table of the other side of R7: where a request stands × each step.
func TestEveryProviderStepEverywhere(t *testing.T) {
	const checked, corrected, confirmed, cannot = ProviderChecked, ProviderCorrected, ProviderConfirmed, ProviderCannotConfirm
	const similar, answered, reported, closed = ProviderSimilar, ProviderAnswered, ProviderReported, ProviderClosed
	for name, test := range map[string]struct {
		file    ProviderFile
		allowed []ProviderStep
	}{
		"received":                      {at(), []ProviderStep{checked, reported}},
		"checked":                       {at(checked), []ProviderStep{corrected, confirmed, cannot, reported}},
		"corrected":                     {at(checked, corrected), []ProviderStep{similar, answered, reported}},
		"confirmed":                     {at(checked, confirmed), []ProviderStep{answered, reported}},
		"cannot confirm":                {at(checked, cannot), []ProviderStep{answered, reported}},
		"corrected, looked":             {at(checked, corrected, similar), []ProviderStep{similar, answered, reported}},
		"answered, corrected":           {at(checked, corrected, answered), []ProviderStep{similar, reported}},
		"answered, corrected, looked":   {at(checked, corrected, similar, answered), []ProviderStep{similar, reported, closed}},
		"answered, then looked":         {at(checked, corrected, answered, similar), []ProviderStep{similar, reported, closed}},
		"answered, confirmed":           {at(checked, confirmed, answered), []ProviderStep{reported, closed}},
		"answered, cannot confirm":      {at(checked, cannot, answered), []ProviderStep{reported, closed}},
		"closed":                        {at(checked, confirmed, answered, closed), []ProviderStep{reported}},
		"closed, corrected":             {at(checked, corrected, similar, answered, closed), []ProviderStep{reported}},
		"reported changes nothing":      {at(reported, checked, reported, confirmed), []ProviderStep{answered, reported}},
		"closed and reported once more": {at(checked, confirmed, answered, closed, reported), []ProviderStep{reported}},
	} {
		if got := ProviderAllowed(test.file); !slices.Equal(got, test.allowed) {
			t.Errorf("%s: offers %v, want %v", name, got, test.allowed)
		}
		for _, step := range ProviderSteps {
			next, err := ProviderNext(test.file, step)
			if slices.Contains(test.allowed, step) {
				if err != nil || next != test.file.Taken(step) {
					t.Errorf("%s, %s: %+v %v", name, step, next, err)
				}
				continue
			}
			why := fault.As(err)
			if why == nil || why.Kind != fault.Conflict || why.Code != fault.CodeNotAllowedNow || why.Reason == "" || next != test.file {
				t.Errorf("%s, %s: %+v %v, want a refusal that says why", name, step, next, err)
			}
		}
	}
}

func TestProviderRefusalsNameWhatIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		file ProviderFile
		step ProviderStep
		want fault.Reason
	}{
		"not checked":     {at(), ProviderConfirmed, "own-data-first"},
		"checked twice":   {at(ProviderChecked), ProviderChecked, "own-data-checked"},
		"two outcomes":    {at(ProviderChecked, ProviderConfirmed), ProviderCorrected, "outcome-recorded"},
		"nothing to say":  {at(ProviderChecked), ProviderAnswered, "outcome-first"},
		"told twice":      {at(ProviderChecked, ProviderConfirmed, ProviderAnswered), ProviderAnswered, "told-already"},
		"not told":        {at(ProviderChecked, ProviderConfirmed), ProviderClosed, "tell-first"},
		"not looked for":  {at(ProviderChecked, ProviderCorrected, ProviderAnswered), ProviderClosed, "similar-first"},
		"nothing similar": {at(ProviderChecked, ProviderConfirmed), ProviderSimilar, "similar-after-correction"},
		"over":            {at(ProviderChecked, ProviderConfirmed, ProviderAnswered, ProviderClosed), ProviderChecked, "request-closed"},
	} {
		if _, err := ProviderNext(test.file, test.step); fault.As(err) == nil || fault.As(err).Reason != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, step := range []ProviderStep{"forgotten", ProviderReceived, ""} {
		if _, err := ProviderNext(at(), step); fault.As(err) == nil || fault.As(err).Code != fault.CodeInvalidRequest || fault.As(err).Details[0].Pointer != "/step" {
			t.Errorf("%q: %v", step, err)
		}
	}
}

func TestCheckProviderCount(t *testing.T) {
	n := 3
	if CheckProviderCount(ProviderSimilar, &n) != nil || CheckProviderCount(ProviderClosed, nil) != nil {
		t.Error("a count where it belongs is refused")
	}
	if CheckProviderCount(ProviderSimilar, nil) == nil || CheckProviderCount(ProviderReported, &n) == nil || CheckProviderCount(ProviderChecked, &n) == nil {
		t.Error("a count is missing, or out of place, and taken")
	}
}

// TestAProviderNeverClosesTooEarly: whatever is tried in whatever order, what is closed was checked and answered, and what was
// wrong was looked for elsewhere.
func TestAProviderNeverClosesTooEarly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, taken := NewProviderFile(), []ProviderStep{}
		for range rapid.IntRange(1, 20).Draw(t, "tries") {
			step := rapid.SampledFrom(ProviderSteps).Draw(t, "step")
			next, err := ProviderNext(f, step)
			if err != nil {
				if next != f {
					t.Fatalf("a refused step changed the request: %+v, %+v", f, next)
				}
				continue
			}
			f, taken = next, append(taken, step)
		}
		if f != at(taken...) {
			t.Fatalf("read from its steps it is another: %+v, %+v", f, at(taken...))
		}
		if f.Step != ProviderClosed {
			return
		}
		for _, step := range []ProviderStep{ProviderChecked, f.Outcome, ProviderAnswered} {
			if !slices.Contains(taken, step) {
				t.Fatalf("closed without %s: %v", step, taken)
			}
		}
		if f.Outcome == ProviderCorrected && slices.Index(taken, ProviderSimilar) < slices.Index(taken, ProviderCorrected) {
			t.Fatalf("closed without looking for similar records: %v", taken)
		}
	})
}
