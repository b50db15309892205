package present_test

import (
	"testing"

	"kosodate.example/onestop/app/present"
)

func TestWhatAnApplicantIsCalled(t *testing.T) {
	for want, applicant := range map[string]any{
		"日向 花子":   map[string]any{"family_name": "日向", "given_name": "花子"},
		"Suharto": map[string]any{"given_name": "Suharto", "single_name": true},
		"":        nil,
	} {
		if got := present.Applicant(map[string]any{"applicant": applicant}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
